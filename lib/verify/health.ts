/** What keeps a lab from being whole. Pure: an observation in, problems with their codes out. */
import type { BackendStatus, Service, ServiceStatus } from '../backends/backend.js';
import { type LabModel, type NodeModel, sentinelsOf } from '../model/model.js';
import {
  type Endpoint,
  endpointText,
  nameOf,
  nodeAt,
  redisEndpoint,
  redisNodes,
  sameEndpoint,
  sentinelEndpoint,
} from '../redis-view/endpoints.js';
import type { RedisView } from '../redis-view/redis-view.js';
import type { SentinelView, Watched } from '../redis-view/sentinel-view.js';
import { type Message, type MessageCode, type MessageValues, message } from '../report/messages.js';
import type { NodeObservation, Observation, Observed } from './observe.js';

/** What a problem is about, in the order in which it makes sense to look. */
export const ASPECTS = [
  'servers',
  'settings',
  'members',
  'master',
  'links',
  'contact',
  'quorum',
] as const;
export type Aspect = (typeof ASPECTS)[number];

/** A problem. The first word of its code is its aspect. */
export interface Flaw extends Message {
  readonly aspect: Aspect;
}

type FlawCode = Extract<MessageCode, `${Aspect}.${string}`>;

export function flaw(code: FlawCode, values: MessageValues = {}): Flaw {
  // Each of these codes begins with an aspect.
  return { aspect: code.split('.')[0] as Aspect, ...message(code, values) };
}

/** What a backend knows of why a server is silent. */
export type Processes = Pick<BackendStatus, 'services' | 'filtering'>;

/**
 * Everything that is not as it should be; nothing: the lab is ready.
 * @param there Absent: nobody looked whether the servers run.
 */
export function flawsOf(lab: LabModel, seen: Observation, there?: Processes): Flaw[] {
  return [
    ...servers(seen, there),
    ...settings(lab, seen),
    ...members(lab, seen),
    ...master(lab, seen),
    ...links(lab, seen),
    ...contact(lab, seen),
    ...quorum(seen),
  ];
}

/** The node that all Sentinels which answered take for the master; undefined if they disagree. */
export function agreedMaster(lab: LabModel, seen: Observation): NodeModel | undefined {
  const endpoints = sentinelViews(seen).map(({ view }) => view.master.endpoint);
  const [first] = endpoints;
  if (!first || !endpoints.every((endpoint) => sameEndpoint(endpoint, first))) return undefined;
  return nodeAt(lab, first);
}

function servers(seen: Observation, there: Processes | undefined): Flaw[] {
  const stateOf = (node: string, service: Service) =>
    there?.services.find((each) => each.node === node && each.service === service)?.state;
  return [
    ...seen.nodes.flatMap(({ node: { name }, redis, sentinel }) => [
      ...(redis ? redisFlaws(name, redis, stateOf(name, 'redis')) : []),
      ...(sentinel && 'silent' in sentinel
        ? [silentFlaw(name, 'sentinel', sentinel, stateOf(name, 'sentinel'))]
        : []),
    ]),
    ...(there?.filtering ?? []).map(({ fault, node }) =>
      flaw(fault === 'slow' ? 'servers.slowed' : 'servers.cut-off', { node }),
    ),
  ];
}

function redisFlaws(
  node: string,
  seen: Observed<RedisView>,
  state: ServiceStatus['state'] | undefined,
): Flaw[] {
  if ('silent' in seen) return [silentFlaw(node, 'redis', seen, state)];
  const { loading, refuses, unwritable, unsaved } = seen.view;
  if (loading) {
    const { percent, etaSeconds: seconds } = loading;
    return [flaw('servers.redis-loading', { node, percent, seconds })];
  }
  const said = refuses ?? unwritable;
  if (said === undefined) return [];
  const code = REFUSALS[wordOf(said)];
  if (code === 'servers.redis-unsaved') return [flaw(code, { node, said, status: unsaved ?? '' })];
  if (code) return [flaw(code, { node, said })];
  return [flaw(refuses ? 'servers.redis-refuses' : 'servers.redis-unwritable', { node, said })];
}

/** By the first word with which a server refuses. */
const REFUSALS: Readonly<Record<string, `servers.redis-${string}` & FlawCode>> = {
  MISCONF: 'servers.redis-unsaved',
  BUSY: 'servers.redis-busy',
  NOAUTH: 'servers.redis-locked',
  WRONGPASS: 'servers.redis-locked',
  NOPERM: 'servers.redis-locked',
  MASTERDOWN: 'servers.redis-stale',
  OOM: 'servers.redis-full',
  NOREPLICAS: 'servers.redis-alone',
};

function silentFlaw(
  node: string,
  service: Service,
  { silent, refusal, impostor }: Exclude<Observed<unknown>, { readonly view: unknown }>,
  state: ServiceStatus['state'] | undefined,
): Flaw {
  // Who takes the place of a server that does not run is the graver news.
  if (!impostor && (state === 'stopped' || state === 'hung'))
    return flaw(`servers.${service}-${state}`, { node });
  if (refusal === undefined) return flaw(`servers.${service}-silent`, { node, said: silent });
  const known = REFUSALS[wordOf(refusal)];
  const values = { node, said: refusal };
  if (service === 'redis') return flaw(known ?? 'servers.redis-refuses', values);
  const isLocked = known === 'servers.redis-locked';
  return flaw(isLocked ? 'servers.sentinel-locked' : 'servers.sentinel-refuses', values);
}

function wordOf(said: string): string {
  return said.split(' ', 1)[0] ?? '';
}

function settings(lab: LabModel, seen: Observation): Flaw[] {
  return [...sentinelSettings(lab, seen), ...replicaSettings(seen)];
}

/** What only a replica tells, and what of it decides whether it can be trusted and promoted. */
function replicaSettings(seen: Observation): Flaw[] {
  return seen.nodes.flatMap(({ node: { name: node, priority: described }, redis }) => {
    if (!redis || !('view' in redis) || redis.view.role !== 'replica') return [];
    const { readOnly, priority: is } = redis.view;
    return [
      ...(readOnly ? [] : [flaw('settings.writable-replica', { node })]),
      ...(is === undefined || is === described
        ? []
        : [flaw('settings.priority', { node, is, described })]),
    ];
  });
}

function sentinelSettings(lab: LabModel, seen: Observation): Flaw[] {
  const { quorum, downAfterMs, failoverTimeoutMs, parallelSyncs } = lab.sentinel;
  return sentinelViews(seen).flatMap(({ node, view }) =>
    (
      [
        ['quorum', view.quorum, quorum],
        ['down-after-milliseconds', view.downAfterMs, downAfterMs],
        ['failover-timeout', view.failoverTimeoutMs, failoverTimeoutMs],
        ['parallel-syncs', view.parallelSyncs, parallelSyncs],
      ] as const
    )
      .filter(([, is, described]) => is !== described)
      .map(([name, is, described]) =>
        flaw('settings.sentinel', {
          node: node.name,
          name,
          is: String(is),
          described: String(described),
        }),
      ),
  );
}

/** Every Sentinel knows every node at its own address, and nobody else. */
function members(lab: LabModel, seen: Observation): Flaw[] {
  return sentinelViews(seen).flatMap(({ node, view }) => {
    const servers = [view.master, ...view.replicas].map(({ endpoint }) => endpoint);
    const sentinels = view.sentinels.map(({ endpoint }) => endpoint);
    const others = sentinelsOf(lab).filter((each) => each !== node);
    return [
      ...unequal(node, 'redis', servers, redisNodes(lab).map(redisEndpoint), lab),
      ...unequal(node, 'sentinel', sentinels, others.map(sentinelEndpoint), lab),
    ];
  });
}

function unequal(
  { name: node }: NodeModel,
  what: 'redis' | 'sentinel',
  known: readonly Endpoint[],
  wanted: readonly Endpoint[],
  lab: LabModel,
): Flaw[] {
  const missing = wanted.filter((endpoint) => !known.some((each) => sameEndpoint(each, endpoint)));
  const foreign = known.filter((endpoint) => !wanted.some((each) => sameEndpoint(each, endpoint)));
  const owner = (endpoint: Endpoint) =>
    lab.nodes.find(
      (each) =>
        sameEndpoint(redisEndpoint(each), endpoint) ||
        sameEndpoint(sentinelEndpoint(each), endpoint),
    )?.name ?? '';
  return [
    ...missing.map((endpoint) =>
      flaw(`members.${what}-unknown`, {
        node,
        of: owner(endpoint),
        address: endpointText(endpoint),
      }),
    ),
    ...foreign.map((endpoint) =>
      flaw(`members.${what}-foreign`, { node, address: endpointText(endpoint) }),
    ),
  ];
}

function master(lab: LabModel, seen: Observation): Flaw[] {
  const views = sentinelViews(seen);
  if (views.length === 0) return [flaw('master.unknown')];
  const agreed = agreedMaster(lab, seen);
  if (!agreed) {
    const each = views.map(({ node, view }) => ({
      node: node.name,
      master: nameOf(lab, view.master.endpoint),
    }));
    return [flaw('master.disagreed', { each })];
  }
  return [
    ...seen.nodes.flatMap(({ node, redis }) => {
      if (!redis || !('view' in redis)) return [];
      if (node === agreed && redis.view.role !== 'master') {
        return [flaw('master.replica', { node: node.name })];
      }
      if (node !== agreed && redis.view.role === 'master') {
        return [flaw('master.second', { node: node.name, master: agreed.name })];
      }
      return [];
    }),
    ...views.flatMap(({ node, view }) =>
      view.master.flags.some((flag) => flag !== 'master')
        ? [flaw('master.flags', { node: node.name, flags: view.master.flags.join(',') })]
        : [],
    ),
  ];
}

function links(lab: LabModel, seen: Observation): Flaw[] {
  const agreed = agreedMaster(lab, seen);
  const heard = seen.nodes.find(({ node }) => node === agreed)?.redis;
  const served = heard && 'view' in heard ? heard.view.replicas : undefined;
  const foreign = (served ?? []).filter((endpoint) => !nodeAt(lab, endpoint));
  const own = seen.nodes.flatMap(({ node, redis }) => {
    if (!agreed || node === agreed) return []; // told as a problem of the master
    if (!redis || !('view' in redis) || redis.view.role !== 'replica') return [];
    const { follows, linkUp, syncing } = redis.view;
    const both = { node: node.name, master: agreed.name };
    if (follows && !sameEndpoint(follows, redisEndpoint(agreed))) {
      const code = nodeAt(lab, follows) ? 'links.other-master' : 'links.foreign-master';
      return [flaw(code, { ...both, follows: nameOf(lab, follows) })];
    }
    if (!linkUp) return [flaw(syncing ? 'links.syncing' : 'links.down', both)];
    // A replica whose link is up is sent nothing before its first report, up to a second later.
    if (served && !served.some((endpoint) => sameEndpoint(endpoint, redisEndpoint(node)))) {
      return [flaw('links.uncounted', both)];
    }
    return [];
  });
  return [
    ...own,
    ...foreign.map((endpoint) =>
      flaw('links.foreign-replica', {
        master: agreed?.name ?? '',
        address: endpointText(endpoint),
      }),
    ),
  ];
}

/** Every Sentinel has had a PONG of everybody, and an INFO of every Redis server. */
function contact(lab: LabModel, seen: Observation): Flaw[] {
  const refusing = new Set(
    seen.nodes.flatMap(({ node, redis }) => (redis && isRefusing(redis) ? [node.name] : [])),
  );
  return sentinelViews(seen).flatMap(({ node, view }) => {
    const heard = (each: Watched) =>
      seen.answered.has(`${node.name} ${endpointText(each.endpoint)}`);
    const everybody = [
      ...[view.master, ...view.replicas].map(
        (each) => [each, 'redis', nameOf(lab, each.endpoint)] as const,
      ),
      ...view.sentinels.map((each) => [each, 'sentinel', endpointText(each.endpoint)] as const),
    ];
    return everybody.flatMap(([each, what, of]) => {
      const bad = each.flags.filter((flag) => /^(?:s_down|o_down|disconnected)$/.test(flag));
      const values = { node: node.name, of };
      if (bad.length > 0) {
        return each === view.master
          ? [] // told as a problem of the master
          : [flaw(`contact.${what}-flags`, { ...values, flags: bad.join(',') })];
      }
      // What refuses PING is told as a problem of that server.
      if (!heard(each)) return refusing.has(of) ? [] : [flaw(`contact.${what}-pong`, values)];
      if (each.runId === '') return [flaw(`contact.${what}-info`, values)];
      return [];
    });
  });
}

function isRefusing(seen: Observed<RedisView>): boolean {
  return ('view' in seen ? seen.view.refuses : seen.refusal) !== undefined;
}

function quorum(seen: Observation): Flaw[] {
  return sentinelViews(seen).flatMap(({ node: { name: node }, view }) => [
    ...(view.ckquorum.ok ? [] : [flaw('quorum.unreachable', { node, said: view.ckquorum.text })]),
    ...(view.tilt ? [flaw('quorum.tilt', { node })] : []),
  ]);
}

function sentinelViews(seen: Observation): { node: NodeModel; view: SentinelView }[] {
  return seen.nodes.flatMap(({ node, sentinel }: NodeObservation) =>
    sentinel && 'view' in sentinel ? [{ node, view: sentinel.view }] : [],
  );
}
