/** All replicas are lost: the master stays, and takes writes or refuses them as `min-replicas-to-write` says. */
import { now } from '../clock.js';
import type { LabModel } from '../model/model.js';
import { redisNodes } from '../redis-view/endpoints.js';
import { message } from '../report/messages.js';
import type { Entry } from '../verify/ledger.js';
import type { Claim } from '../verify/recorder.js';
import { type CalmRun, calmBy } from './calm.js';
import { healed, lastOf, SLACK_MS } from './failover/failover-run.js';

/** `min-replicas-max-lag` where the lab sets none, and what may be added to it: it counts whole seconds. Milliseconds. */
const MAX_LAG_MS = 10_000;
const ROUNDED_MS = 2000;

const GONE: Claim = { code: 'replicas-lost.gone' };
const WRITES: Claim = { code: 'replicas-lost.writes' };
const NONE_TAKEN: Claim = { code: 'replicas-lost.none-taken' };
const GOES_ON: Claim = { code: 'replicas-lost.goes-on' };

function refuses({ redis: { minReplicasToWrite: min } }: LabModel): Claim {
  return { code: 'replicas-lost.refuses', values: { min } };
}

/** After which a master that wants replicas and has lost them takes no writes, milliseconds. */
export const LAG_LIMIT_MS = MAX_LAG_MS + ROUNDED_MS;

function isCareful({ redis }: LabModel): boolean {
  return redis.minReplicasToWrite > 0;
}

export const replicasLost = calmBy({
  name: 'replicas-lost',
  needs: { replicas: 1, faults: ['crash', 'hang'] },
  struck: (lab) => [GONE, isCareful(lab) ? refuses(lab) : WRITES],
  strike,
  undone: (lab) => (isCareful(lab) ? [NONE_TAKEN, GOES_ON] : []),
  undo,
});

async function strike({ context, sections, master, writer }: CalmRun): Promise<number> {
  const { lab, recorder, backend } = context;
  const replicas = redisNodes(lab).flatMap(({ name }) => (name === master.name ? [] : [name]));
  // Where systemd starts a crashed server again, it would not be lost for long.
  const kind = lab.redis.restartMs === null ? 'crash' : 'hang';
  context.breaks();
  sections.fault = { kind, node: replicas.join(', ') };
  recorder.zero = now();
  for (const node of replicas) {
    recorder.tell('scenario', 'fault', [message('event.fault', { kind, node })]);
    await backend.inject(kind, node);
  }
  const gone = now();
  await recorder.eventually(GONE, { withinMs: SLACK_MS }, async () => {
    const { services } = await backend.status();
    const left = services.filter(
      ({ node, service, state }) =>
        service === 'redis' && replicas.includes(node) && state === 'running',
    );
    if (left.length === 0) return { holds: true, seen: { replicas: replicas.join(', ') } };
    return {
      holds: false,
      seen: left.map(({ node, state }) => message('hang.state', { node, state })),
    };
  });
  if (isCareful(lab)) await stopsWriting({ context, writer }, gone);
  else await goesOn({ context, writer }, WRITES, gone);
  return gone;
}

async function stopsWriting(
  { context: { lab, recorder }, writer }: Pick<CalmRun, 'context' | 'writer'>,
  gone: number,
): Promise<void> {
  const within = { withinMs: LAG_LIMIT_MS + SLACK_MS };
  await recorder.eventually(refuses(lab), within, () => {
    const { entries } = writer.ledger;
    const last = entries.findLast(({ outcome }) => outcome === 'acknowledged');
    const first = entries.find((each) => each.number > (last?.number ?? 0) && wantsReplicas(each));
    if (!first) return { holds: false, seen: lastOf(entries.at(-1)) };
    return { holds: true, seen: { ms: Math.max(0, first.settledAt - gone) } };
  });
}

async function goesOn(
  { context: { recorder }, writer }: Pick<CalmRun, 'context' | 'writer'>,
  claim: Claim,
  since: number,
): Promise<void> {
  await recorder.eventually(claim, { withinMs: SLACK_MS }, () => {
    const { ledger } = writer;
    const first = ledger.firstAcknowledgedAfter(since);
    if (!first) return { holds: false, seen: lastOf(ledger.entries.at(-1)) };
    return { holds: true, seen: { record: first.number, node: first.node ?? '' } };
  });
}

async function undo(run: CalmRun): Promise<void> {
  const { context, writer } = run;
  const careful = isCareful(context.lab);
  if (careful) noneTaken(run);
  const since = now();
  await healed(run);
  if (careful) await goesOn({ context, writer }, GOES_ON, since);
}

/** From the first refusal for want of replicas on. */
function noneTaken({ context, writer }: CalmRun): void {
  const { entries } = writer.ledger;
  const first = entries.findIndex(wantsReplicas);
  const later = entries.slice(first);
  const taken = later.find(({ outcome }) => outcome === 'acknowledged');
  const told = taken && message('replicas-lost.took', { record: taken.number });
  context.recorder.found(NONE_TAKEN, !told, told ? [told] : { count: later.length });
}

/** Whether a master refused a write because it has too few replicas. */
export function wantsReplicas({ outcome, reason }: Entry): boolean {
  return outcome === 'refused' && /NOREPLICAS/.test(reason?.text ?? '');
}
