/**
 * The disk of the master is full, as far as its server can tell: it cannot save, and refuses writes and PING. A replica takes over, but not
 * one that cannot save either; and a Sentinel that cannot save goes on.
 */
import { now } from '../clock.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { askOnce } from '../redis-view/connection.js';
import {
  redisEndpoint,
  redisNodes,
  sameEndpoint,
  sentinelEndpoint,
} from '../redis-view/endpoints.js';
import { message, quoted } from '../report/messages.js';
import { detectionBounds } from '../verify/phases.js';
import { ASK_ALL_EVERY_MS, type Claim } from '../verify/recorder.js';
import { failoverBy } from './failover/failover.js';
import {
  beganAt,
  breaksMaster,
  type FailoverRun,
  healed,
  SLACK_MS,
} from './failover/failover-run.js';
import { saveFirst } from './failover/rescue.js';
import type { Story } from './failover/story.js';

const UNSAVED: Claim = { code: 'disk-full.unsaved' };
const REFUSES: Claim = { code: 'disk-full.refuses' };
const NOT_CHOSEN: Claim = { code: 'disk-full.not-chosen' };

/** What a Sentinel logs that cannot save its configuration. */
const NOT_SAVED = 'not able to save the new configuration';
const LOG_LINES = 200;

/**
 * A client that is refused, and keeps its connection, asks no Sentinel again until the old master is made a replica, which
 * disconnects it: once that has been down for four times the publish period, at the next INFO (sentinel.c). Milliseconds.
 */
const CONVERTED_MS = [4 * 2000, 4 * 2000 + 10_000] as const;
/** Until the Sentinels have switched to the new master, and the client has found it, milliseconds. */
const SWITCHED_MS = 2000;

/** Whether a replica may be lost besides the master: of those that are left, the new master needs as many as it wants. */
function sparesOne(lab: LabModel): boolean {
  const left = redisNodes(lab).length - 3;
  return left >= 0 && left >= lab.redis.minReplicasToWrite;
}

function down({ sentinel: { downAfterMs } }: LabModel): Claim {
  return { code: 'disk-full.replica-down', values: { downAfterMs } };
}

const story: Story = {
  name: 'disk-full',
  needs: {
    sentinels: 1,
    persistence: 'rdb',
    faults: ['save-fails', 'sentinel-save-fails'],
  },
  // It keeps its connections, and answers reads.
  silent: true,
  struck: (lab) => [UNSAVED, ...(sparesOne(lab) ? [down(lab)] : []), REFUSES],
  rejoined: { code: 'disk-full.rejoined' },
  promoted: (lab) => (sparesOne(lab) ? [NOT_CHOSEN] : []),
  prepare: saveFirst,
  strike,
  onPromoted,
  async heal(failover) {
    await healed(failover);
    return undefined;
  },
};

export const diskFull = failoverBy(story);

async function strike(failover: FailoverRun): Promise<void> {
  const { context, master, writer, others, lost, lab } = failover;
  const { recorder, backend } = context;
  const { downAfterMs } = lab.sentinel;
  const node = master.name;
  const replica = others[0] as NodeModel;
  context.breaks();
  await unsaved(failover);
  if (sparesOne(lab)) {
    await inject(failover, 'save-fails', replica);
    lost.push(replica);
    await replicaDown(failover, replica);
  }

  const asked = await breaksMaster(failover, 'save-fails', REFUSES);
  await backend.inject('save-fails', node);
  await recorder.eventually(REFUSES, { withinMs: SLACK_MS }, async () => {
    const said = await ping(master);
    if (said.startsWith('MISCONF')) return { holds: true, seen: { node, said: firstOf(said) } };
    return { holds: false, seen: [quoted(`${node}: ${said}`)] };
  });
  const first = writer.ledger.entries.find(
    ({ at, reason }) => at >= asked && reason?.text.startsWith('MISCONF'),
  );
  beganAt(failover, asked, writer.ledger.lastAcknowledgedBefore(first?.settledAt ?? now()));
  const [least, most] = CONVERTED_MS;
  const [, seen] = detectionBounds(downAfterMs, SWITCHED_MS);
  failover.bounds.rediscovery = [downAfterMs + least, seen + most];
}

async function inject(
  { context: { recorder, backend } }: FailoverRun,
  kind: 'save-fails' | 'sentinel-save-fails',
  { name: node }: NodeModel,
): Promise<void> {
  recorder.tell('scenario', 'fault', [message('event.fault', { kind, node })]);
  await backend.inject(kind, node);
}

/** Breaks a Sentinel, and claims that it cannot save, and answers. */
async function unsaved(failover: FailoverRun): Promise<void> {
  const { context, lab, others, master } = failover;
  const { recorder, backend } = context;
  const sentinel = [...others, master, ...lab.nodes].find(({ runsSentinel }) => runsSentinel);
  if (!sentinel) throw new Error('the lab has no Sentinel');
  const node = sentinel.name;
  await inject(failover, 'sentinel-save-fails', sentinel);
  await recorder.eventually(UNSAVED, { withinMs: SLACK_MS, everyMs: 200 }, async () => {
    const endpoint = sentinelEndpoint(sentinel);
    // Newer versions refuse it here; older ones only log that it failed.
    await askOnce(endpoint, ['SENTINEL', 'FLUSHCONFIG']).catch(() => undefined);
    const answered = await askOnce(endpoint, ['PING']).then(
      () => true,
      () => false,
    );
    let said = '';
    for await (const line of backend.logs(node, 'sentinel', { tail: LOG_LINES })) {
      if (line.includes(NOT_SAVED)) said = line.slice(line.indexOf('WARNING'));
    }
    if (answered && said !== '') return { holds: true, seen: { node, said } };
    const code = answered ? 'disk-full.saves' : 'disk-full.silent';
    return { holds: false, seen: [message(code, { node })] };
  });
}

/** Claims that every Sentinel takes a replica for down that cannot save. */
async function replicaDown(failover: FailoverRun, replica: NodeModel): Promise<void> {
  const { context, lab } = failover;
  const { recorder, observer } = context;
  const { downAfterMs } = lab.sentinel;
  const within = { withinMs: 2 * downAfterMs + SLACK_MS, everyMs: ASK_ALL_EVERY_MS };
  await recorder.eventually(down(lab), within, async () => {
    const { nodes } = await observer.look();
    const wrong = nodes.flatMap(({ node, sentinel }) => {
      if (!sentinel) return [];
      const sees = 'view' in sentinel ? sentinel.view.replicas : [];
      const seen = sees.find(({ endpoint }) => sameEndpoint(endpoint, redisEndpoint(replica)));
      return seen?.flags.includes('s_down') ? [] : [node.name];
    });
    const { name } = replica;
    if (wrong.length === 0)
      return { holds: true, seen: { node: name, said: firstOf(await ping(replica)) } };
    const sees = wrong.map((node) => message('disk-full.up', { node, replica: name }));
    return { holds: false, seen: sees };
  });
}

/** What a server says to PING: as soon as its master sends something, a replica that cannot save ends itself (7.0 and newer). */
async function ping(node: NodeModel): Promise<string> {
  return askOnce(redisEndpoint(node), ['PING']).then(String, (error: Error) => error.message);
}

/** Its first sentence. */
function firstOf(said: string): string {
  return said.split('. ', 1)[0] ?? said;
}

async function onPromoted({ context, probe, lost }: FailoverRun): Promise<void> {
  if (lost.length === 0) return;
  const promoted = probe?.accepted?.node;
  const replica = lost[0]?.name ?? '';
  const holds = promoted !== undefined && !lost.includes(promoted);
  const seen = { node: promoted?.name ?? '', replica };
  context.recorder.found(
    NOT_CHOSEN,
    holds,
    holds ? seen : [message('failover.master-is', { node: replica })],
  );
}
