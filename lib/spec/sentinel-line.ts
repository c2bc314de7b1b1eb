/** Whether a line of `sentinel.config` may stand in the sentinel.conf of a lab. */
import type { Engine } from '../model/releases.js';
import { classOf } from '../redis-conf/directives.js';
import { lowerCase } from '../redis-conf/parse.js';
import {
  type Refusal,
  readLine,
  SENTINEL_INSTEAD,
  whyNotFree,
  whyNotIn,
  whyNotTaken,
  whyRefused,
  whyUnknown,
} from './config-line.js';

/** What Sentinel writes there itself, as it goes. */
const ITS_OWN = ['config-epoch', 'current-epoch', 'leader-epoch'];
/** About Sentinel as a whole, and not about a master. It may ask a name server, but the lab gives it no names. */
const OF_ALL = ['resolve-hostnames'];
const TAKEN = [...OF_ALL, 'master-reboot-down-after-period'].map((own) => `sentinel ${own}`);

/**
 * What is wrong with a line of sentinel.conf, and what would do; undefined for a good one. It may be one that begins with
 * `sentinel`, or one of redis.conf that is harmless. Without a version, what that version knows and takes is not checked.
 */
export function whySentinelRefuses(
  line: string,
  masterName: string,
  engine: Engine,
  version: string | undefined,
): Refusal | undefined {
  const read = readLine(line);
  if ('refusal' in read) return read.refusal;
  const { words, directive } = read;
  if (directive === 'port') {
    return ['spec.config.owned', 'is for the lab to say', 'use sentinel.port'];
  }
  if (directive !== 'sentinel') return whyRefused(line, engine, version);
  const own = lowerCase(words[1] ?? '');
  const name = `sentinel ${own}`;
  const kind = classOf(name);
  if (kind === undefined) return whyUnknown(engine, version ?? '99', name, TAKEN);
  if ((kind !== 'free' && !OF_ALL.includes(own)) || ITS_OWN.includes(own)) {
    const [code, message, fix] = whyNotFree(name, kind === 'free' ? 'owned' : kind);
    return [code, message, SENTINEL_INSTEAD[own] ?? fix];
  }
  const values = words.slice(2);
  if (!OF_ALL.includes(own) && values[0] !== masterName) {
    return [
      'spec.config.master',
      'is for no master that the Sentinels watch',
      `write ${name} ${masterName} and its value`,
    ];
  }
  if (version === undefined) return undefined;
  return whyNotIn(engine, version, name) ?? whyNotTaken(engine, version, name, values);
}
