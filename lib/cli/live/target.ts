/** The argument that names a node: by its name, or by the role that it has now. */
import { machinesOf } from '../../model/model.js';
import { say } from '../../render/texts.js';
import { speechIn } from '../../report/speech.js';
import type { NodeTarget } from '../../verify/role.js';
import { isRole, ROLES } from '../../verify/role.js';
import { printAside } from '../output.js';
import { oneOf, UsageError } from '../usage.js';
import type { AttachedLab } from './lab.js';

/** Every node, for commands that can do the same on each: `logs` and `exec`. */
export const ALL = '@all';

/** As replicas were called before Redis 5. */
const BEFORE = { '@slave': '@replica', '@slaves': '@replica' };

/**
 * @param takesAll whether the command also takes {@link ALL}, which is not for this function
 * @throws UsageError for what is neither a node of the description nor a role
 */
export function targetOf(
  { lab }: AttachedLab,
  argv: Record<string, unknown>,
  takesAll = false,
): NodeTarget {
  const word = argv['node'] as string;
  if (word === ALL) {
    throw new UsageError(`${ALL} is for logs and exec; here, name one node, @master or @replica.`);
  }
  const known = [...machinesOf(lab.model).map(({ name }) => name), ...ROLES];
  return oneOf('node', word, takesAll ? [...known, ALL] : known, BEFORE) as NodeTarget;
}

/** The name of the node; for a role, says which node has it. */
export async function nodeOf(
  attached: AttachedLab,
  argv: Record<string, unknown>,
  takesAll = false,
): Promise<string> {
  const target = targetOf(attached, argv, takesAll);
  const node = await attached.running.node(target);
  if (isRole(target)) {
    const { t } = speechIn(attached.lab.model.language);
    printAside(say(t.target, { target, node }));
  }
  return node;
}
