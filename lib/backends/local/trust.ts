/** Whether a server may be started on its live configuration. */
import { EXIT, RedisLabError, visible, WorkspaceError } from '../../errors.js';
import type { LabModel } from '../../model/model.js';
import { quoteArgument } from '../../redis-conf/quote.js';
import { aliensIn, type Expected } from '../live-config.js';
import type { LabService } from '../services.js';
import type { Context } from './context.js';
import { configuration } from './files.js';
import { passwordOf } from './password.js';
import { at, configFile, pidFile } from './paths.js';
import type { State } from './state.js';

/** The most that a message shows. */
const MOST_LINES = 40;
const MOST_CHARACTERS = 160;

/**
 * Compares the live configuration of every service that is to be started with what redis-lab wrote.
 * @throws RedisLabError (2) with every line that is neither redis-lab's nor the server's own
 */
export function checkConfigurations(
  here: Context,
  state: State,
  services: readonly LabService[],
): void {
  const found = services.flatMap((each) => {
    const { file, text, expected } = liveConfiguration(here, state, each);
    return aliensIn(text, expected).map((alien) => ({ ...alien, file }));
  });
  if (found.length > 0) throw refusal(state.lab, found);
}

interface LiveConfiguration {
  /** Absolute. */
  readonly file: string;
  /** With one character a byte. */
  readonly text: string;
  readonly expected: Expected;
}

/** What a service starts with, and what redis-lab wrote. */
export function liveConfiguration(
  here: Pick<Context, 'paths' | 'guard'>,
  state: State,
  { node, service }: LabService,
): LiveConfiguration {
  const secret = passwordOf(here, state);
  const name = configFile(node.name, service);
  const written = [
    configuration(here.paths, state.lab, node, service, secret),
    // If needed, it is given on the command line, and the server writes it into the file.
    `pidfile ${quoteArgument(at(here.paths, pidFile(node.name, service)))}`,
  ].join('\n');
  const expected = { service, lab: state.lab, node, locked: secret !== undefined };
  return {
    file: at(here.paths, name),
    text: contentOf(here, name),
    expected: { ...expected, written: bytes(written) },
  };
}

/** One character for each byte, so that any bytes can be compared. */
function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function contentOf({ paths }: Pick<Context, 'paths'>, name: string): string {
  const content = paths.folder.readOwn(name, 0o022);
  if (content) return content.toString('latin1');
  throw new WorkspaceError(
    `${at(paths, name)} is gone. Bring the lab up anew: redis-lab up --fresh.`,
  );
}

function refusal(
  { name }: LabModel,
  found: readonly { file: string; line: number; text: string; why: string }[],
): RedisLabError {
  const shown = found.slice(0, MOST_LINES).map(({ file, line, text, why }) => {
    const where = line === 0 ? file : `${file}:${line}`;
    return `  ${where}: ${visible(text.slice(0, MOST_CHARACTERS))}\n      ${why}`;
  });
  const rest = found.length - shown.length;
  return new RedisLabError(
    [
      `Nothing of the lab ${name} was started: its configuration has been changed by something else than redis-lab and its servers.`,
      ...shown,
      ...(rest > 0 ? [`  and ${rest} more`] : []),
      'Begin anew, without the data: redis-lab up --fresh. Or take the lab down: redis-lab down. Whoever wrote that could send commands to a server of yours.',
    ].join('\n'),
    { exitCode: EXIT.usage },
  );
}
