/**
 * What a description of the right shape may still have wrong with it. A rule looks at the resolved
 * lab and reports every place that breaks it.
 */
import type { LabModel } from '../model/model.js';
import type { Finding } from './finding.js';
import { isWithin, type Path } from './path.js';
import { machinesAsWritten } from './resolve.js';
import { distributionRules } from './rules/distribution.js';
import { networkRules } from './rules/network.js';
import { nodeRules } from './rules/nodes.js';
import { redisRules, versionHasDigest } from './rules/redis.js';
import type { Rule } from './rules/rule.js';
import { sentinelRules } from './rules/sentinel.js';
import type { LabSpec } from './types.generated.js';

/** For a lab that may run on what is here already. */
export const RULES: readonly Rule[] = [
  ...networkRules,
  ...nodeRules,
  ...redisRules,
  ...sentinelRules,
  ...distributionRules,
];

/** For one whose server may have to be built from its source. */
export const ALL_RULES: readonly Rule[] = [...RULES, versionHasDigest];

export function checkRules(
  spec: LabSpec,
  lab: LabModel,
  refused: readonly Path[],
  rules: readonly Rule[] = RULES,
): Finding[] {
  const sound = (...places: Path[]) =>
    !places.some((place) =>
      // A place is unsound if it was refused, or if anything above or below it was.
      refused.some((path) => isWithin(path, place.slice(0, path.length))),
    );
  const machines = machinesAsWritten(spec, lab);
  return rules.flatMap((rule) => [...rule({ spec, lab, machines, sound })]);
}
