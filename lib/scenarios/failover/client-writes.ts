/** A client that writes, before anything is broken. */
import { message } from '../../report/messages.js';
import { CLIENT_WRITES } from './claims.js';
import { type FailoverRun, lastOf, SLACK_MS } from './failover-run.js';

/**
 * Sentinel connects to a server at most once per ping period (1 s), so one that is lost right after it was found
 * is noticed late: the lab is left alone for a little more than that before it is broken.
 */
const UNDISTURBED_MS = 1100;

/** Starts the client, and waits until it has written for a while. */
export async function clientWrites({
  context,
  master,
  writer,
}: Pick<FailoverRun, 'context' | 'master' | 'writer'>): Promise<void> {
  writer.start();
  await context.clients.begin();
  await context.recorder.eventually(CLIENT_WRITES, { withinMs: SLACK_MS }, () => {
    const accepted = writer.ledger.entries.filter((each) => each.outcome === 'acknowledged');
    const last = writer.ledger.entries.at(-1);
    const spanMs = (accepted.at(-1)?.settledAt ?? 0) - (accepted[0]?.settledAt ?? 0);
    if (spanMs >= UNDISTURBED_MS && last?.outcome === 'acknowledged' && last.node === master.name) {
      return { holds: true, seen: { count: accepted.length, ms: spanMs, node: master.name } };
    }
    return {
      holds: false,
      seen: [message('client.wrote', { count: accepted.length, ms: spanMs }), ...lastOf(last)],
    };
  });
}
