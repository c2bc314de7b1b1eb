/** What a rule is given, and what it is. */
import type { LabModel, MachineModel } from '../../model/model.js';
import type { Finding } from '../finding.js';
import type { Path } from '../path.js';
import type { LabSpec } from '../types.generated.js';

interface RuleInput {
  readonly spec: LabSpec;
  readonly lab: LabModel;
  /** All machines, in the order of the description, in which paths count them. */
  readonly machines: readonly MachineModel[];
  /** Whether none of the places was refused for its shape; only then is a rule about them fair. */
  readonly sound: (...places: Path[]) => boolean;
}

export type Rule = (input: RuleInput) => Iterable<Finding>;
