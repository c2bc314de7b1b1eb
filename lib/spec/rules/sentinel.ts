import { refusedLines } from '../config-line.js';
import { whySentinelRefuses } from '../sentinel-line.js';
import type { Rule } from './rule.js';

const quorumCanBeReached: Rule = function* ({ lab, sound }) {
  if (!sound(['sentinel', 'quorum'], ['nodes', '*', 'sentinel'])) return;
  const count = lab.nodes.filter((node) => node.runsSentinel).length;
  if (lab.sentinel.quorum <= count) return;
  yield {
    code: 'spec.quorum.unreachable',
    path: ['sentinel', 'quorum'],
    seen: lab.sentinel.quorum,
    message: `is more than the lab's ${count} Sentinel${count === 1 ? '' : 's'}: nobody could ever agree that the master is down`,
    fix:
      count === 0
        ? 'let a Sentinel run on some nodes (sentinel: true)'
        : `use a quorum from 1 to ${count}, or run more Sentinels`,
  };
};

/**
 * A failover needs the votes of a majority of all Sentinels, also of those that are gone. The lab
 * must keep one when the machine of a master is lost together with its own Sentinel.
 */
const majoritySurvives: Rule = function* ({ lab, sound }) {
  if (!sound(['nodes', '*', 'sentinel'], ['nodes', '*', 'role'])) return;
  const count = lab.nodes.filter((node) => node.runsSentinel).length;
  const majority = Math.floor(count / 2) + 1;
  const shared = lab.nodes.find((node) => node.runsRedis && node.runsSentinel);
  if (!shared || count - 1 >= majority) return;
  yield {
    code: 'spec.quorum.majority',
    path: ['nodes'],
    message: `cannot fail over when the machine of a master such as ${shared.name} is lost: ${count - 1} of ${count} Sentinels would remain, a majority is ${majority}`,
    fix: 'run at least three Sentinels; a node with role: sentinel needs little memory',
  };
};

const portsAreUnique: Rule = function* ({ lab, spec, sound }) {
  if (!sound(['redis', 'port'], ['sentinel', 'port'])) return;
  if (lab.redis.port !== lab.sentinel.port) return;
  const both = lab.nodes.find((node) => node.runsRedis && node.runsSentinel);
  if (!both) return;
  const written = spec.sentinel?.port === undefined ? 'redis' : 'sentinel';
  yield {
    code: 'spec.port.shared',
    path: [written, 'port'],
    seen: lab.redis.port,
    message: `is the port of ${written === 'redis' ? 'Sentinel' : 'Redis'} too, and ${both.name} runs both`,
    fix: `choose another, such as ${lab.redis.port === 26379 ? 6379 : 26379}`,
  };
};

const configLinesAreUnderstood: Rule = function* ({ lab, spec, sound }) {
  const { engine, version } = lab.redis;
  const { masterName } = lab.sentinel;
  if (!sound(['sentinel', 'masterName'])) return;
  const known = sound(['redis', 'version'], ['redis', 'engine']) ? version : undefined;
  yield* refusedLines(['sentinel', 'config'], spec.sentinel?.config ?? [], (line, path) =>
    sound(path) ? whySentinelRefuses(line, masterName, engine, known) : undefined,
  );
};

export const sentinelRules: readonly Rule[] = [
  quorumCanBeReached,
  majoritySurvives,
  portsAreUnique,
  configLinesAreUnderstood,
];
