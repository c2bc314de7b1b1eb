/** What somebody set at run time, and what sets it back. */
import type { LabModel, NodeModel } from '../model/model.js';
import { parseConf } from '../redis-conf/parse.js';
import { type Endpoint, redisEndpoint, sentinelEndpoint } from '../redis-view/endpoints.js';
import type { Flaw } from './health.js';

export interface SetBack {
  readonly endpoint: Endpoint;
  readonly words: readonly [string, ...string[]];
}

type Way = (lab: LabModel, node: NodeModel, flaw: Flaw) => SetBack;

const set =
  (name: string, value: (lab: LabModel, node: NodeModel) => string | number): Way =>
  (lab, node) => ({
    endpoint: redisEndpoint(node),
    words: ['CONFIG', 'SET', name, String(value(lab, node))],
  });

/** By what is wrong. It may be so as described, or for another reason: then it stays wrong. */
const WAYS: Readonly<Record<string, Way>> = {
  'settings.sentinel': ({ sentinel: { masterName } }, node, { values }) => ({
    endpoint: sentinelEndpoint(node),
    words: ['SENTINEL', 'SET', masterName, String(values['name']), String(values['described'])],
  }),
  'settings.priority': set('replica-priority', (_lab, { priority }) => priority),
  'settings.writable-replica': set('replica-read-only', () => 'yes'),
  'servers.redis-full': set('maxmemory', described('maxmemory')),
  'servers.redis-alone': set('min-replicas-to-write', ({ redis }) => redis.minReplicasToWrite),
  'servers.redis-unwritable': (_lab, node) => ({
    endpoint: redisEndpoint(node),
    words: ['CLIENT', 'UNPAUSE'],
  }),
};

/** The value of a directive among the lab's own lines; 0 where it is not there. */
function described(directive: string) {
  return ({ redis }: LabModel) =>
    parseConf(redis.config.join('\n')).findLast(({ name }) => name === directive)?.args[0]?.text ??
    '0';
}

export function canSetBack({ code }: Flaw): boolean {
  return Object.hasOwn(WAYS, code);
}

export function setBackOf(lab: LabModel, node: NodeModel, flaw: Flaw): SetBack | undefined {
  return WAYS[flaw.code]?.(lab, node, flaw);
}
