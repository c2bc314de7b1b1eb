/** The lines of the configurations that nodes get, each with the key of its explanation. */
import type { LabModel, NodeModel } from '../model/model.js';
import { parseConf } from '../redis-conf/parse.js';
import { MACHINE } from '../render/layout.js';
import { redisConf } from '../render/redis-conf.js';
import { sentinelConf } from '../render/sentinel-conf.js';

export interface Line {
  readonly text: string;
  /** Name of the directive; of Sentinel's own, what stands after `sentinel`. */
  readonly directive: string;
  /** Comes from `redis.config` or `sentinel.config` of the description. */
  readonly own: boolean;
}

export interface Configuration {
  readonly file: 'redis.conf' | 'sentinel.conf';
  readonly node: NodeModel;
  readonly lines: readonly Line[];
}

/** Every file of every node, made by what makes the real ones. */
export function configurationsOf(lab: LabModel): readonly Configuration[] {
  const { redis, sentinel } = lab;
  return [
    ...lab.nodes
      .filter(({ runsRedis }) => runsRedis)
      .map((node): Configuration => {
        const lines = linesOf(redisConf(lab, node, MACHINE), redis.config);
        return { file: 'redis.conf', node, lines };
      }),
    ...lab.nodes
      .filter(({ runsSentinel }) => runsSentinel)
      .map((node): Configuration => {
        const lines = linesOf(sentinelConf(lab, node, MACHINE), sentinel.config);
        return { file: 'sentinel.conf', node, lines };
      }),
  ];
}

/** Those from the description stand at the end. */
function linesOf(text: string, described: readonly string[] = []): Line[] {
  const lines = parseConf(text);
  const own = lines.length - described.length;
  return lines.map(({ text, name }, index) => ({
    text,
    directive: name.replace(/^sentinel /, ''),
    own: index >= own,
  }));
}
