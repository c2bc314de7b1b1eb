/** What the client's refusals mean, in words that lead on. */
import type { CommandResult } from '../../command/run.js';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import type { Kind } from './client.js';

/** How a server is started and spoken to, by its kind. */
export const WAYS = {
  incus: {
    server: 'Incus',
    start: 'sudo systemctl start incus',
    setUp: 'sudo incus admin init --minimal',
    install: 'sudo apt-get install incus && sudo incus admin init --minimal',
    group: 'incus-admin',
  },
  lxc: {
    server: 'LXD',
    start: 'sudo systemctl start lxd (or: sudo snap start lxd)',
    setUp: 'sudo lxd init --minimal',
    install: 'sudo snap install lxd && sudo lxd init --minimal',
    group: 'lxd',
  },
} as const satisfies Record<Kind, Record<string, string>>;

/** Why a server cannot be spoken to; undefined where the trouble is something else. */
export function unreachable(
  kind: Kind,
  remote: string,
  said: string,
): { readonly seen: string; readonly fix: string } | undefined {
  const { server, start, group } = WAYS[kind];
  const seen = errorOf(said);
  const far =
    remote === 'local'
      ? ''
      : ` The remote ${remote} is set by: ${kind} remote list, ${kind} remote add.`;
  if (/permission denied/i.test(said)) {
    return {
      seen,
      fix: `You may not use ${server} yet: sudo usermod -aG ${group} "$USER", then log out and in again.`,
    };
  }
  if (/remote .* (?:doesn't|does not) exist|unknown remote|not authorized|untrusted/i.test(said)) {
    return { seen, fix: `Make the remote known: ${kind} remote add ${remote} ADDRESS.` };
  }
  if (
    /dial |connection re(?:fused|set)|no such file or directory.*socket|socket.*no such file|\bEOF\b|broken pipe|i\/o timeout|no route to host|network is unreachable/i.test(
      said,
    )
  ) {
    return { seen, fix: `${server} does not answer. Start it: ${start}.${far}` };
  }
  return undefined;
}

/** The client's own words for what went wrong, on one line. */
export function errorOf(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.find((each) => each.startsWith('Error:')) ?? lines.at(-1) ?? 'it said nothing';
  // What was asked of which address is our business.
  return visible(line.replace(/^Error: /, '').replace(/^(?:Get|Post) "[^"]*": /, ''));
}

/** A call that failed where nobody expected it. */
export function failed(kind: Kind, remote: string, ran: CommandResult): RedisLabError {
  const said = `${ran.stderr}\n${ran.stdout}`;
  const gone = unreachable(kind, remote, said);
  if (gone) {
    return new RedisLabError(
      `${WAYS[kind].server} cannot be used (${gone.seen}). ${gone.fix} Then run the same command again; what was made is removed by: redis-lab down --backend incus.`,
      { exitCode: EXIT.noBackend },
    );
  }
  return new RedisLabError(`${visible(ran.command)} failed with ${ran.code}: ${errorOf(said)}`, {
    exitCode: EXIT.program,
  });
}
