/**
 * What was published about somebody's Sentinel, done again: its steps are really taken, each with its proof, and then it must be certain
 * whether the version at hand has it. Nothing passes because nothing happened.
 */
import { now } from '../../clock.js';
import { type LabModel, type NodeModel, sentinelsOf } from '../../model/model.js';
import { askOnce, withConnection } from '../../redis-view/connection.js';
import { nodeAt, redisEndpoint, redisNodes, sentinelEndpoint } from '../../redis-view/endpoints.js';
import { type Message, type MessageCode, message } from '../../report/messages.js';
import type { ScenarioSections } from '../../report/types.generated.js';
import type { Scenario, ScenarioContext, ScenarioNeeds, Sections } from '../../verify/context.js';
import { agreedMaster } from '../../verify/health.js';
import type { Observation } from '../../verify/observe.js';
import { waitReady } from '../../verify/ready.js';
import { ASK_ALL_EVERY_MS, type Claim } from '../../verify/recorder.js';
import { SentinelListener } from '../../verify/sentinel-listener.js';
import { claimWhole, wholeClaims } from '../../verify/whole.js';
import { SLACK_MS } from '../failover/failover-run.js';
import type { IncidentName } from '../names.js';

/** What makes one of them differ from another. */
export interface Incident {
  readonly name: IncidentName;
  /** Where it was published. What was reported there is the message `reported.NAME`. */
  readonly link: string;
  readonly needs: ScenarioNeeds;
  /** What is claimed of its steps, in order: each proves that it was taken. */
  readonly steps: readonly Claim[];
  /** Takes them, and calls {@link settle} at last. */
  run(run: IncidentRun): Promise<void>;
}

export interface IncidentRun {
  readonly context: ScenarioContext;
  readonly lab: LabModel;
  readonly sections: Sections;
  readonly master: NodeModel;
  readonly replicas: readonly NodeModel[];
  readonly listener: SentinelListener;
  /** Sets back what was set at run time, the last first, however it ends. */
  readonly undo: (() => Promise<unknown>)[];
}

export type Outcome = NonNullable<NonNullable<ScenarioSections['incident']>['outcome']>;

/** What a look shows: the outcome, once it is certain, and what it is seen by. */
export interface Evidence {
  readonly outcome?: Outcome;
  readonly seen: readonly Message[];
}

const CERTAIN: Claim = { code: 'incident.certain' };
const WHOLE_AGAIN: Claim = { code: 'incident.whole-again' };

/** An old master is made a replica after some ten seconds, milliseconds. */
export const READY_MS = 120_000;

/** How many records a client writes. */
export const RECORDS = 100;

export const WRITTEN: Claim = { code: 'incident.written', values: { count: RECORDS } };

/** That the Sentinels agree that the master is down. */
export const DOWN: Claim = { code: 'incident.down' };

export function reportedOf(name: IncidentName): Message {
  return message(`reported.${name}` satisfies MessageCode);
}

export function incidentOf(incident: Incident): Scenario {
  const { name, link, needs, steps } = incident;
  return {
    name,
    needs,
    incident: { link, reported: reportedOf(name) },
    claims: (lab) => [...wholeClaims(lab), ...steps, CERTAIN, WHOLE_AGAIN],
    measures: false,
    run: (context, sections) => play(incident, context, sections),
  };
}

async function play(incident: Incident, context: ScenarioContext, sections: Sections) {
  const { lab, recorder, keys, backend, observer } = context;
  sections.incident = {
    link: incident.link,
    reported: reportedOf(incident.name).text,
    outcome: null,
  };
  const master = agreedMaster(lab, await claimWhole(context)) as NodeModel;
  sections.master = master.name;
  await keys.choose(master);
  const replicas = redisNodes(lab).filter((node) => node !== master);
  const listener = await SentinelListener.listen(lab, recorder);
  const undo: (() => Promise<unknown>)[] = [];
  recorder.zero = now();
  context.breaks();
  try {
    await incident.run({ context, lab, sections, master, replicas, listener, undo });
  } finally {
    listener.close();
    for (const setBack of undo.toReversed()) await setBack().catch(() => undefined);
  }
  for (const mended of await backend.heal({ signal: recorder.signal })) {
    recorder.tell('scenario', 'healed', [mended]);
  }
  // The next scenario must find a whole lab; Sentinel changes roles at its own pace.
  await waitReady(lab, { deadlineMs: READY_MS, signal: recorder.signal, backend });
  const holder = agreedMaster(lab, await observer.look());
  recorder.found(WHOLE_AGAIN, holder !== undefined, { master: holder?.name ?? '' });
}

/** Looks until the outcome is certain; the scenario fails where it is not in time. */
export async function settle(
  { context: { recorder }, sections }: IncidentRun,
  withinMs: number,
  look: () => Promise<Evidence>,
): Promise<void> {
  await recorder.eventually(CERTAIN, { withinMs, everyMs: ASK_ALL_EVERY_MS }, async () => {
    const { outcome, seen } = await look();
    if (!outcome) return { holds: false, seen };
    if (sections.incident) sections.incident = { ...sections.incident, outcome };
    return { holds: true, seen: [message(`incident.${outcome}`), ...seen] };
  });
}

/** Breaks a node's server, and tells. */
export async function strike(
  { context: { recorder, backend }, sections }: IncidentRun,
  kind: string,
  { name: node }: NodeModel,
): Promise<void> {
  sections.fault ??= { kind, node };
  recorder.tell('scenario', 'fault', [message('event.fault', { kind, node })]);
  await backend.inject(kind, node);
}

/** Starts the Redis server of a node again, and nothing else. */
export async function startAgain(
  { context: { recorder, backend } }: IncidentRun,
  { name: node }: NodeModel,
): Promise<void> {
  const only = [{ node, service: 'redis' }] as const;
  for (const mended of await backend.heal({ only, signal: recorder.signal })) {
    recorder.tell('scenario', 'healed', [mended]);
  }
}

/** Waits until the Sentinels have said since a moment that they agree: soon after they may name another one. */
export async function agreedDown(
  { context: { recorder }, lab, listener }: IncidentRun,
  { name: node, ip, redisPort }: NodeModel,
  since: number,
): Promise<void> {
  const { masterName, downAfterMs } = lab.sentinel;
  const about = `master ${masterName} ${ip} ${redisPort} `;
  await recorder.eventually(DOWN, { withinMs: downAfterMs + SLACK_MS }, () => {
    const holds = listener.first('+odown', since, about) !== undefined;
    return { holds, seen: holds ? { node } : [message('incident.not-down', { node })] };
  });
}

/** Writes the records, and claims that the master and these replicas have them. */
export async function write(
  { context: { recorder, keys } }: IncidentRun,
  master: NodeModel,
  replicas: readonly NodeModel[],
): Promise<void> {
  const records = Array.from({ length: RECORDS }, (_, i) => [String(i), String(i)]).flat();
  await keys.ask(master, ['HSET', keys.ledger, ...records]);
  await recorder.eventually(WRITTEN, { withinMs: SLACK_MS }, async () => {
    const each = await Promise.all(
      [master, ...replicas].map(async (node) => ({
        node: node.name,
        count: Number(await keys.ask(node, ['HLEN', keys.ledger])),
      })),
    );
    const holds = each.every(({ count }) => count === RECORDS);
    return { holds, seen: holds ? { each } : each.map(holding) };
  });
}

/** How many of the records a node has; undefined where it does not answer. */
export async function recordsOf(
  { context: { keys } }: IncidentRun,
  node: NodeModel,
): Promise<number | undefined> {
  return keys.ask(node, ['HLEN', keys.ledger], {}).then(Number, () => undefined);
}

/** Whether a node says that it is the master; one that is just made another role ends its connections. */
export async function isMaster(node: NodeModel): Promise<boolean> {
  const answer = await askOnce(redisEndpoint(node), ['ROLE']).catch(() => '');
  return [answer].flat()[0] === 'master';
}

export function holding({ node, count }: { node: string; count: number | undefined }): Message {
  return count === undefined
    ? message('incident.silent', { node })
    : message('incident.holds', { node, count });
}

/** The node that every Sentinel which answers names as the master; undefined where they differ. */
export function namedMaster(lab: LabModel, { nodes }: Observation): NodeModel | undefined {
  const named = nodes.flatMap(({ sentinel }) =>
    sentinel && 'view' in sentinel ? [nodeAt(lab, sentinel.view.master.endpoint)] : [],
  );
  return named.every((node) => node === named[0]) ? named[0] : undefined;
}

export function namedIs(node: NodeModel | undefined): Message {
  return node ? message('failover.master-is', { node: node.name }) : message('failover.no-master');
}

/** Sets the time after which the Sentinels take a server for down, milliseconds, and sets it back at the end, or by what it gives. */
export async function setDownAfter(run: IncidentRun, ms: number): Promise<() => Promise<void>> {
  const { lab } = run;
  const { masterName, downAfterMs } = lab.sentinel;
  const set = async (value: number) => {
    await Promise.all(
      sentinelsOf(lab).map((node) =>
        withConnection(sentinelEndpoint(node), (connection) =>
          connection.ask('SENTINEL', 'SET', masterName, 'down-after-milliseconds', value),
        ),
      ),
    );
  };
  run.undo.push(() => set(downAfterMs));
  await set(ms);
  return () => set(downAfterMs);
}

/** Whether every Sentinel that answers sees a server up, with the run that it has now. */
export async function isSeen({ context, lab }: IncidentRun, server: NodeModel): Promise<boolean> {
  const { nodes } = await context.observer.look();
  const redis = nodes.find(({ node }) => node.name === server.name)?.redis;
  if (!redis || !('view' in redis)) return false;
  return nodes.every(({ sentinel }) => {
    if (!sentinel || !('view' in sentinel)) return true;
    const { master, replicas } = sentinel.view;
    const seen = [master, ...replicas].find(({ endpoint }) => nodeAt(lab, endpoint) === server);
    return seen?.runId === redis.view.runId && !seen.flags.includes('s_down');
  });
}
