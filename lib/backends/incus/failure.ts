/** Errors of the client, and what to do about them. */
import type { CommandResult } from '../../command/call.js';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import { type Message, message } from '../../report/messages.js';
import type { Kind } from './kind.js';
import { PRODUCTS } from './kind.js';

/** Why the server cannot be reached; undefined if the failure is of another kind. */
export function unreachable(
  kind: Kind,
  remote: string,
  said: string,
): { readonly seen: string; readonly fix: Message } | undefined {
  const { server, start, group } = PRODUCTS[kind];
  const seen = errorOf(said);
  if (/permission denied/i.test(said)) {
    return {
      seen,
      fix: message('incus.denied.fix', { server, group }),
    };
  }
  if (/remote .* (?:doesn't|does not) exist|unknown remote|not authorized|untrusted/i.test(said)) {
    const command = `${kind} remote add ${remote} ADDRESS`;
    return { seen, fix: message('incus.no-remote.fix', { command }) };
  }
  if (
    /dial |connection re(?:fused|set)|no such file or directory.*socket|socket.*no such file|\bEOF\b|broken pipe|i\/o timeout|no route to host|network is unreachable/i.test(
      said,
    )
  ) {
    const fix = message('incus.start', { server, command: start });
    if (remote === 'local') return { seen, fix };
    return { seen, fix: message('incus.start-far', { start: fix, remote, kind }) };
  }
  return undefined;
}

/** The client's error, on one line. */
export function errorOf(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.find((each) => each.startsWith('Error:')) ?? lines.at(-1) ?? 'it said nothing';
  // Without the request.
  return visible(line.replace(/^Error: /, '').replace(/^(?:Get|Post) "[^"]*": /, ''));
}

/** The error for a call that failed unexpectedly. */
export function failed(kind: Kind, remote: string, ran: CommandResult): RedisLabError {
  const said = `${ran.stderr}\n${ran.stdout}`;
  const gone = unreachable(kind, remote, said);
  if (gone) {
    return new RedisLabError(
      `${PRODUCTS[kind].server} cannot be used (${gone.seen}). ${gone.fix.text} Then run the same command again; what was made is removed by: redis-lab down --backend incus.`,
      { exitCode: EXIT.notReady },
    );
  }
  if (/peer (?:node|member) \S+ is down/i.test(said)) {
    return new RedisLabError(
      `A member of the cluster is away (${errorOf(said)}), and until it is back, no network is made or removed on any. Look at it: ${kind} cluster list ${remote}: Then run the same command again.`,
      { exitCode: EXIT.notReady },
    );
  }
  return new RedisLabError(`${visible(ran.command)} failed with ${ran.code}: ${errorOf(said)}`, {
    exitCode: EXIT.program,
  });
}
