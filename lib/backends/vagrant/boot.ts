/** The first boot of a machine: what to do when following it by ssh breaks off. */
import { now, sleep } from '../../clock.js';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import { DEFAULT_BOX } from '../../model/distributions.js';
import type { LabModel } from '../../model/model.js';
import type { Booting, OnBreak } from '../machine/boot.js';
import { LAST_WORDS } from '../machine/first-boot.js';
import type { Shell } from '../machine/shell.js';
import { NO_CONNECTION } from './ssh.js';

/** A machine that closed ssh may be rebooting; if it is not back within this, milliseconds, it is gone. */
const BACK_MS = 180_000;

/** @param backMs how long a machine may be out of reach, milliseconds */
export function bootingBy(shell: Shell, { vagrant }: LabModel, backMs = BACK_MS): Booting {
  return {
    shell,
    // An emulated machine needs all of its CPU for the boot.
    lookEvery: 2,
    withoutCloudInit: ({ name }, seen) =>
      `The box ${vagrant.box} ${seen}, which is what makes a node of ${name}. Name one of an unmodified cloud image in vagrant.box, such as ${DEFAULT_BOX}.`,
    breaks: ({ name }) => breaks(name, backMs),
    async lastOf({ name }) {
      const last = await shell
        .attempt(name, ['sh', '-c', LAST_WORDS], { deadlineMs: 30_000 })
        .catch(() => undefined);
      return last?.stdout ?? '';
    },
  };
}

function breaks(name: string, backMs: number): OnBreak {
  let lost: number | undefined;
  return async ({ code, stdout, stderr }, { last, failure, signal }) => {
    if (code !== NO_CONNECTION) {
      throw await failure(`ended what followed its first boot (exit code ${code})`);
    }
    // It answered in between: a laptop may sleep more than once during a build.
    if (stdout !== '') lost = undefined;
    lost ??= now();
    if (now() - lost > backMs) {
      const said = visible(stderr.trim().split('\n').at(-1) ?? '');
      throw new RedisLabError(
        `${name} has not answered by ssh for ${backMs / 1000} s while it booted${said && ` (${said})`}; its last step: ${last}. Run the same command again.`,
        { exitCode: EXIT.program },
      );
    }
    await sleep(Math.min(2000, backMs / 4), signal);
  };
}
