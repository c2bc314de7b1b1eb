import { type LabModel, sentinelsOf } from '../model/model.js';
import { MACHINE } from './layout.js';
import { redisConf } from './redis-conf.js';
import { sentinelConf } from './sentinel-conf.js';

/** A configuration of a node. */
export interface RenderedConf {
  readonly name: string;
  readonly node: string;
  readonly kind: 'redis' | 'sentinel';
  readonly text: string;
}

/** Looking at all files of a larger lab together takes long. */
const MOST_NODES = 12;
/** A master and a replica: the others have the same lines. */
const FEW = 2;

/**
 * The configurations that {@link mayBeWrong} is about: of all nodes where they must fit together, else of the first two, whose
 * lines the others have as well.
 */
export function configurations(lab: LabModel): RenderedConf[] {
  const isTogether = mustFit(lab) && lab.nodes.length <= MOST_NODES;
  const some = isTogether ? lab.nodes : lab.nodes.slice(0, FEW);
  return some.flatMap((node): RenderedConf[] => {
    const file = (kind: RenderedConf['kind'], text: string) => [
      { name: `nodes/${node.name}/${kind}.conf`, node: node.name, kind, text },
    ];
    return [
      ...(node.runsRedis ? file('redis', redisConf(lab, node, MACHINE)) : []),
      ...(node.runsSentinel ? file('sentinel', sentinelConf(lab, node, MACHINE)) : []),
    ];
  });
}

/**
 * Whether there is anything in the configurations that `check` could tell of as worse than a hint. Nothing is, of what
 * redis-lab writes by itself: a test tries all kinds of descriptions. So most calls need not load the rules.
 */
export function mayBeWrong(lab: LabModel): boolean {
  const { redis, sentinel } = lab;
  const lines = redis.config.length + (sentinel.config?.length ?? 0);
  return lines > 0 || redis.debugCommand === 'yes' || mustFit(lab);
}

/** Whether numbers of the description are about how many nodes there are. */
function mustFit(lab: LabModel): boolean {
  const majority = Math.floor(sentinelsOf(lab).length / 2) + 1;
  return lab.redis.minReplicasToWrite > 0 || lab.sentinel.quorum > majority;
}
