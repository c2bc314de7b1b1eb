/** Rules of the packet filter of a node, before those of its firewall: marked as ours, and taken away by the mark alone. */
import { EXIT, RedisLabError } from '../errors.js';
import type { NodeModel } from '../model/model.js';
import type { Coded } from '../report/messages.js';
import type { FaultHost } from './fault.js';

/** `filter` drops packets; in `mangle`, what is let pass meets the firewall afterwards. */
type Table = 'filter' | 'mangle';

/** What a rule of a fault is known by: its comment, with the node that the fault is of. iptables quotes others. */
function markOf(kind: string, of: string): string {
  return `redis-lab-${kind}--${of}`;
}

/** Arguments: the table, the mark, the rules, each in one word without what marks it. All of them, or none. */
const ADD = `
table=$1; mark=$2; shift 2
for rule; do
  set -f
  # Words of a rule have no blanks.
  iptables -w 5 -t "$table" -I $rule -m comment --comment "$mark"
done`;

/** Arguments: the table, and how marks begin. Prints the marks of the rules that it has taken away. */
const REMOVE = `
rules=$(iptables -w 5 -t "$1" -S | sed -n "s/^-A \\(.*--comment $2.*\\)/\\1/p")
printf '%s\\n' "$rules" | xargs -r -L 1 iptables -w 5 -t "$1" -D
printf '%s\\n' "$rules" | sed -n 's/.*--comment \\(redis-lab-[^ ]*\\).*/\\1/p' | sort -u`;

/** A shell command that prints the mark of each rule of ours on a node, and how many packets have met it. */
export const MARKS =
  "{ iptables -w 5 -v -S; iptables -w 5 -v -t mangle -S; } | sed -n 's/^-A .*--comment \\(redis-lab-[^ ]*\\) .*-c \\([0-9]*\\) .*/\\1 \\2/p'";

/** A fault that drops or holds back packets, as the rules of a node tell. */
export interface Filtering {
  readonly fault: string;
  /** The node that it is of. */
  readonly node: string;
  /** How many packets have met it. */
  readonly packets: number;
}

/** What {@link MARKS} has printed on a node. A mark of older versions has no name, and is of that node. */
export function filteringIn(text: string, on: string): Filtering[] {
  const marks = text.matchAll(/^redis-lab-([a-z]+)(?:--(\S+))?(?: (\d+))?$/gm);
  return [...marks].map(([, fault = '', node = on, packets = 0]) => ({
    fault,
    node,
    packets: Number(packets),
  }));
}

/** One fault may have rules on several nodes. */
export function summed(rules: readonly Filtering[]): Filtering[] {
  const faults = new Map<string, Filtering>();
  for (const { fault, node, packets } of rules) {
    const key = `${fault} ${node}`;
    faults.set(key, { fault, node, packets: packets + (faults.get(key)?.packets ?? 0) });
  }
  return [...faults.values()];
}

/**
 * Adds rules, `INPUT -s 192.168.100.12 -j DROP`, as of a fault of the node `of`.
 * @throws RedisLabError (4) where the filter does not take them; none is left then
 */
export async function addRules(
  host: FaultHost,
  node: NodeModel,
  table: Table,
  [kind, of]: readonly [kind: string, of: string],
  rules: readonly string[],
): Promise<void> {
  const { code, said } = await host.asRoot(node, ADD, table, markOf(kind, of), ...rules);
  if (code === 0) return;
  await removeRules(host, node, table, [kind, of]);
  throw new RedisLabError(
    `The packet filter of ${node.name} took no rules (ended with ${code}): ${said || 'it said nothing'}. Look there: redis-lab exec ${node.name} -- iptables -t ${table} -S`,
    { exitCode: EXIT.program },
  );
}

/** Arguments: programs. Prints those that are not there. */
const MISSING = 'for each; do command -v "$each" >/dev/null || echo "$each"; done';

/**
 * Which of these programs are lacking. Machines have a firewall for the lab, and Python for cloud-init; only processes share what
 * this machine has.
 */
export async function lackOf(
  host: FaultHost,
  node: NodeModel,
  ...programs: readonly string[]
): Promise<Coded | undefined> {
  if (!host.addresses) return undefined;
  const missing = (await answer(host, node, MISSING, ...programs)).split('\n').filter(Boolean);
  if (missing.length === 0) return undefined;
  return { code: 'lack.programs', values: { programs: missing.join(', ') } };
}

/** The packets between two nodes, as rules of the first: the chain, and what they match. */
export function between(
  host: FaultHost,
  node: NodeModel,
  end: NodeModel,
  oneWay: 'in' | 'out' | undefined,
): string[] {
  const of = (each: NodeModel) => (host.addresses?.(each) ?? [each.ip]).join(',');
  return [
    ...(oneWay === 'out' ? [] : [`INPUT -s ${of(end)} -d ${of(node)}`]),
    ...(oneWay === 'in' ? [] : [`OUTPUT -s ${of(node)} -d ${of(end)}`]),
  ];
}

/**
 * Takes the rules of a kind of fault away, or of those of one node alone. Gives the nodes that it was of.
 * @param first what is done on the node before, a script, and its third argument
 */
export async function removeRules(
  host: FaultHost,
  node: NodeModel,
  table: Table,
  [kind, of]: readonly [kind: string, of?: string],
  [first, argument]: readonly [script: string, argument: string] = ['', ''],
): Promise<string[]> {
  const marks = of === undefined ? `redis-lab-${kind}[- ]` : `${markOf(kind, of)} `;
  const removed = await answer(host, node, `${first}${REMOVE}`, table, marks, argument);
  return filteringIn(removed, node.name).map((each) => each.node);
}

async function answer(
  host: FaultHost,
  node: NodeModel,
  script: string,
  ...args: readonly string[]
): Promise<string> {
  const { code, said } = await host.asRoot(node, script, ...args);
  if (code === 0) return said;
  throw new RedisLabError(
    `The packet filter of ${node.name} did not do as it was told (ended with ${code}): ${said || 'it said nothing'}. Look there: redis-lab exec ${node.name} -- iptables -S`,
    { exitCode: EXIT.program },
  );
}
