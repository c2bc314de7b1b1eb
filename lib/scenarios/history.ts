/** Several clients append to a list and read it, whatever is done to the lab; the oracle judges what they did and saw. */
import { now } from '../clock.js';
import type { NodeModel } from '../model/model.js';
import type { Operation } from '../oracle/history.js';
import { type Judgement, judge } from '../oracle/judge.js';
import { FINDING_KINDS, type Finding, type FindingKind } from '../oracle/part.js';
import { codesOf } from '../report/messages.js';
import type { HistoryFinding, HistoryOperation } from '../report/types.generated.js';
import type { ScenarioContext, Sections } from '../verify/context.js';
import type { Claim } from '../verify/recorder.js';
import { Workload } from '../verify/workload.js';

/** Slow enough not to be felt by the client whose outage is measured, milliseconds. */
const APPEND_EVERY_MS = 20;
const READ_EVERY_MS = 200;

const CLIENTS = 2;
const READERS = 1;

/** What a story may cost, and the claim that it cost no more. */
export interface Cost {
  readonly claim: Claim;
  readonly allowed: readonly FindingKind[];
}

export const COST = {
  /** Nobody takes over. */
  nothing: { claim: { code: 'history.clean' }, allowed: [] },
  /** The master is gone: what it had acknowledged and not passed on was perhaps read before. */
  crash: { claim: { code: 'history.tail-lost' }, allowed: ['lost', 'forked'] },
  /** The old master may go on for a while beside the new one. */
  split: {
    claim: { code: 'history.split' },
    allowed: ['lost', 'two-masters', 'forked', 'stale'],
  },
} as const satisfies Record<string, Cost>;

/** Starts them: some where the Sentinels lead them and, for each of these servers, one of either kind that stays with it. */
export function startClients(context: ScenarioContext, fixed: readonly NodeModel[] = []): Workload {
  const workload = new Workload(context, {
    clients: CLIENTS,
    readers: READERS,
    fixed,
    appendEveryMs: APPEND_EVERY_MS,
    readEveryMs: READ_EVERY_MS,
  });
  workload.start();
  return workload;
}

/** Ends them, and claims that what they did and saw is no more than a story may cost. */
export async function claimHistory(
  { recorder, clients }: ScenarioContext,
  sections: Sections,
  { claim, allowed }: Cost,
  workload: Workload,
  master: NodeModel,
): Promise<void> {
  const since = now();
  await Promise.all([workload.stop(), clients.stop()]);
  const ofLibraries = await clients.results(master, recorder.zero);
  if (ofLibraries) sections.clients = ofLibraries;
  const history = await workload.history(master);
  const { verdict, findings, account } = judge(history, allowed);
  const reads = history.operations.filter(({ kind }) => kind === 'read').length;
  sections.history = {
    clients: new Set(history.operations.map(({ client }) => client)).size,
    reads,
    ...account,
    findings: told(findings, allowed, recorder.zero),
  };
  const holds = verdict === 'passed';
  const { attempted, acknowledged, lost, refused, unknown } = account;
  const sums = { attempted, acknowledged, lost, refused, unknown, reads };
  recorder.found(claim, holds, holds ? sums : notAllowed(findings, allowed), since);
}

/** The first of each kind that must not be. */
function notAllowed(findings: Judgement['findings'], allowed: readonly FindingKind[]) {
  return FINDING_KINDS.filter((kind) => !allowed.includes(kind)).flatMap((kind) => {
    const first = findings.find((each) => each.kind === kind);
    return first ? [first.message] : [];
  });
}

/** Of each kind how many, and the first. */
function told(
  findings: readonly Finding[],
  allowed: readonly FindingKind[],
  zero: number,
): HistoryFinding[] {
  return FINDING_KINDS.flatMap((kind) => {
    const alike = findings.filter((each) => each.kind === kind);
    const [first] = alike;
    if (!first) return [];
    const { message, part, key } = first;
    const { text } = message;
    return {
      kind,
      allowed: allowed.includes(kind),
      count: alike.length,
      first: text,
      firstCodes: codesOf([message]),
      operations: part.operations.map((each) => operationFrom(each, zero)),
      final: [...(part.final[key] ?? [])],
    };
  });
}

function operationFrom(operation: Operation, zero: number): HistoryOperation {
  const { kind, client, outcome, node, invokedAt, answeredAt } = operation;
  return {
    kind,
    client,
    outcome,
    node: node ?? null,
    atMs: invokedAt - zero,
    answeredMs: answeredAt === undefined ? null : answeredAt - zero,
    ...(kind === 'append' ? { value: operation.value } : {}),
    ...(kind === 'read' && operation.list
      ? { list: operation.list.values.slice(0, operation.list.length) }
      : {}),
    ...(kind === 'wait' ? { replicas: operation.replicas } : {}),
  };
}
