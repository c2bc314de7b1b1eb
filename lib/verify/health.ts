/** What keeps a lab from being whole. Pure: an observation in, sentences out. */
import { type LabModel, type NodeModel, sentinelsOf } from '../model/model.js';
import { type Endpoint, endpointText } from '../redis-view/connection.js';
import {
  nameOf,
  nodeAt,
  redisEndpoint,
  redisNodes,
  sameEndpoint,
  sentinelEndpoint,
} from '../redis-view/endpoints.js';
import type { SentinelView, Watched } from '../redis-view/sentinel-view.js';
import type { NodeObservation, Observation } from './observe.js';

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

export interface Flaw {
  readonly aspect: Aspect;
  readonly text: string;
}

/** Everything that is not as it should be; nothing: the lab is ready. */
export function flawsOf(lab: LabModel, seen: Observation): Flaw[] {
  return [
    ...servers(seen),
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

function servers(seen: Observation): Flaw[] {
  return seen.nodes.flatMap(({ node, redis, sentinel }) => [
    ...(redis && 'silent' in redis
      ? [flaw('servers', `Redis on ${node.name} does not answer: ${redis.silent}`)]
      : []),
    ...(redis && 'view' in redis && redis.view.loading
      ? [flaw('servers', `Redis on ${node.name} is still loading its data`)]
      : []),
    ...(sentinel && 'silent' in sentinel
      ? [flaw('servers', `Sentinel on ${node.name} does not answer: ${sentinel.silent}`)]
      : []),
  ]);
}

function settings(lab: LabModel, seen: Observation): Flaw[] {
  return [...sentinelSettings(lab, seen), ...replicaSettings(seen)];
}

/** What only a replica tells, and what of it decides whether it can be trusted and promoted. */
function replicaSettings(seen: Observation): Flaw[] {
  return seen.nodes.flatMap(({ node, redis }) => {
    if (!redis || !('view' in redis) || redis.view.role !== 'replica') return [];
    const { readOnly, priority } = redis.view;
    return [
      ...(readOnly
        ? []
        : [
            flaw(
              'settings',
              `Redis on ${node.name} takes writes as a replica: replica-read-only no`,
            ),
          ]),
      ...(priority === undefined || priority === node.priority
        ? []
        : [
            flaw(
              'settings',
              `Redis on ${node.name} runs with replica-priority ${priority}, described is ${node.priority}`,
            ),
          ]),
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
        flaw(
          'settings',
          `Sentinel on ${node.name} runs with ${name} ${is}, described is ${described}`,
        ),
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
      ...unequal(node, 'the Redis server', servers, redisNodes(lab).map(redisEndpoint), lab),
      ...unequal(node, 'the Sentinel', sentinels, others.map(sentinelEndpoint), lab),
    ];
  });
}

function unequal(
  node: NodeModel,
  what: string,
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
      flaw(
        'members',
        `Sentinel on ${node.name} does not know ${what} of ${owner(endpoint)} at ${endpointText(endpoint)}`,
      ),
    ),
    ...foreign.map((endpoint) =>
      flaw(
        'members',
        `Sentinel on ${node.name} knows ${what} ${endpointText(endpoint)}, which is not of this lab`,
      ),
    ),
  ];
}

function master(lab: LabModel, seen: Observation): Flaw[] {
  const views = sentinelViews(seen);
  if (views.length === 0) return [flaw('master', 'No Sentinel answers: nobody knows the master')];
  const agreed = agreedMaster(lab, seen);
  if (!agreed) {
    const said = views.map(
      ({ node, view }) => `${node.name} says ${nameOf(lab, view.master.endpoint)}`,
    );
    return [
      flaw('master', `The Sentinels do not name one node of the lab as master: ${said.join(', ')}`),
    ];
  }
  return [
    ...seen.nodes.flatMap(({ node, redis }) => {
      if (!redis || !('view' in redis)) return [];
      if (node === agreed && redis.view.role !== 'master') {
        return [
          flaw('master', `${node.name} is a replica, and the Sentinels take it for the master`),
        ];
      }
      if (node !== agreed && redis.view.role === 'master') {
        return [
          flaw(
            'master',
            `${node.name} takes itself for a master, and the Sentinels name ${agreed.name}`,
          ),
        ];
      }
      return [];
    }),
    ...views.flatMap(({ node, view }) =>
      view.master.flags.some((flag) => flag !== 'master')
        ? [
            flaw(
              'master',
              `Sentinel on ${node.name} sees the master as ${view.master.flags.join(',')}`,
            ),
          ]
        : [],
    ),
  ];
}

function links(lab: LabModel, seen: Observation): Flaw[] {
  const agreed = agreedMaster(lab, seen);
  const heard = seen.nodes.find(({ node }) => node === agreed)?.redis;
  const served = heard && 'view' in heard ? heard.view.replicas : [];
  const foreign = served.filter((endpoint) => !nodeAt(lab, endpoint));
  const own = seen.nodes.flatMap(({ node, redis }) => {
    if (!agreed || node === agreed) return []; // told as a problem of the master
    if (!redis || !('view' in redis) || redis.view.role !== 'replica') return [];
    const { follows, linkUp } = redis.view;
    if (follows && !sameEndpoint(follows, redisEndpoint(agreed))) {
      const foreign = nodeAt(lab, follows) ? '' : ', which is not of this lab';
      const whom = nameOf(lab, follows);
      return [
        flaw('links', `${node.name} follows ${whom}${foreign}, and the master is ${agreed.name}`),
      ];
    }
    if (!linkUp) return [flaw('links', `The link of ${node.name} to ${agreed.name} is down`)];
    // A replica whose link is up is sent nothing before its first report, up to a second later.
    if (!served.some((endpoint) => sameEndpoint(endpoint, redisEndpoint(node)))) {
      return [flaw('links', `${agreed.name} does not count ${node.name} among its replicas`)];
    }
    return [];
  });
  return [
    ...own,
    ...foreign.map((endpoint) =>
      flaw(
        'links',
        `${agreed?.name} counts ${endpointText(endpoint)} among its replicas, which is not of this lab: look at replica-announce-ip`,
      ),
    ),
  ];
}

/** Every Sentinel has had a PONG of everybody, and an INFO of every Redis server. */
function contact(lab: LabModel, seen: Observation): Flaw[] {
  return sentinelViews(seen).flatMap(({ node, view }) => {
    const heard = (each: Watched) =>
      seen.answered.has(`${node.name} ${endpointText(each.endpoint)}`);
    const name = (each: Watched) => nameOf(lab, each.endpoint);
    const everybody = [
      ...[view.master, ...view.replicas].map((each) => [each, `Redis at ${name(each)}`] as const),
      ...view.sentinels.map(
        (each) => [each, `the Sentinel ${endpointText(each.endpoint)}`] as const,
      ),
    ];
    return everybody.flatMap(([each, what]) => {
      const bad = each.flags.filter((flag) => /^(?:s_down|o_down|disconnected)$/.test(flag));
      if (bad.length > 0) {
        return each === view.master
          ? [] // told as a problem of the master
          : [flaw('contact', `Sentinel on ${node.name} sees ${what} as ${bad.join(',')}`)];
      }
      if (!heard(each))
        return [flaw('contact', `Sentinel on ${node.name} has had no PONG of ${what}`)];
      if (each.runId === '')
        return [flaw('contact', `Sentinel on ${node.name} has had no INFO of ${what}`)];
      return [];
    });
  });
}

function quorum(seen: Observation): Flaw[] {
  return sentinelViews(seen).flatMap(({ node, view }) => [
    ...(view.ckquorum.ok
      ? []
      : [flaw('quorum', `Sentinel on ${node.name}: ${view.ckquorum.text}`)]),
    ...(view.tilt
      ? [flaw('quorum', `Sentinel on ${node.name} is in TILT: for 30 s it does not fail over`)]
      : []),
  ]);
}

function sentinelViews(seen: Observation): { node: NodeModel; view: SentinelView }[] {
  return seen.nodes.flatMap(({ node, sentinel }: NodeObservation) =>
    sentinel && 'view' in sentinel ? [{ node, view: sentinel.view }] : [],
  );
}

function flaw(aspect: Aspect, text: string): Flaw {
  return { aspect, text };
}
