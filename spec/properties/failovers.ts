/** Failovers that nobody saw: moments of every kind, in any order, and what the client and the Sentinels made of them. */

import fc from 'fast-check';
import { buildLab } from '../../lib/lab/lab.js';
import type { LabModel, NodeModel } from '../../lib/model/model.js';
import type { Outcome } from '../../lib/oracle/history.js';
import { quoted } from '../../lib/report/messages.js';
import type { ScenarioResult, VerifyResult } from '../../lib/report/types.generated.js';
import { measure, type Outage } from '../../lib/scenarios/measure.js';
import { noSections } from '../../lib/verify/context.js';
import { Ledger } from '../../lib/verify/ledger.js';
import { Recorder } from '../../lib/verify/recorder.js';
import type { HeardEvent } from '../../lib/verify/sentinel-listener.js';
import { SentinelListener } from '../../lib/verify/sentinel-listener.js';

const { model: lab } = buildLab();
const [master, slave1, slave2] = lab.nodes as [NodeModel, NodeModel, NodeModel];
const ABOUT = `master ${lab.sentinel.masterName} ${master.ip} ${master.redisPort}`;

/** Within half a minute, to a fraction of a millisecond. */
const moment = fc.double({ min: 0, max: 30_000, noNaN: true });
const length = fc.double({ min: 0, max: 3000, noNaN: true });

const write = fc.record({
  waits: length,
  takes: length,
  outcome: fc.constantFrom<Outcome>('acknowledged', 'refused', 'unknown'),
  node: fc.constantFrom(undefined, master.name, slave1.name, slave2.name),
  isStored: fc.boolean(),
});

const event = fc.record({
  at: moment,
  type: fc.constantFrom(
    '+sdown',
    '-sdown',
    '+odown',
    '+new-epoch',
    '+elected-leader',
    '+switch-master',
  ),
  node: fc.constantFrom(...lab.nodes.map(({ name }) => name)),
});

const failover = fc.record({
  fault: fc.oneof({ weight: 9, arbitrary: moment }, fc.constant(Number.POSITIVE_INFINITY)),
  writes: fc.array(write, { maxLength: 60 }),
  events: fc.array(event, { maxLength: 30 }),
  accepted: fc.option(fc.record({ node: fc.constantFrom(slave1, slave2), at: moment })),
  knowsStored: fc.boolean(),
});

/** The result of a verification whose failover went like that. */
export const failoverResults: fc.Arbitrary<VerifyResult> = failover.map(
  ({ fault, writes, events, accepted, knowsStored }) => {
    const ledger = new Ledger();
    const stored = new Set<number>();
    let at = 0;
    for (const [index, each] of writes.entries()) {
      const number = index + 1;
      at += each.waits;
      const settledAt = at + each.takes;
      const { outcome, node } = each;
      const reason = outcome === 'acknowledged' ? undefined : quoted('READONLY');
      ledger.add({ number, at, settledAt, outcome, reason, node });
      if (each.isStored && outcome !== 'refused') stored.add(number);
      at = settledAt;
    }
    const story = new Recorder();
    story.zero = Number.isFinite(fault) ? fault : 0;
    const listener = new SentinelListener();
    const heard: HeardEvent[] = events
      .toSorted((a, b) => a.at - b.at)
      .map((each) => ({ ...each, text: ABOUT }));
    for (const each of heard) {
      listener.events.push(each);
      story.tell(`sentinel@${each.node}`, each.type, each.text, each.at);
    }
    const sections = noSections();
    const seen = {
      lab,
      master,
      fault,
      sections,
      listener,
      writer: { ledger },
      probe: { accepted: accepted ?? undefined },
    } as unknown as Outage;
    measure(seen, knowsStored ? stored : undefined);
    return resultOf(lab, {
      name: 'failover',
      verdict: 'failed',
      reason: 'somebody made it up',
      ms: 30_000,
      assertions: [],
      timeline: story.timeline(),
      ...sections,
      notes: [],
      evidence: null,
    });
  },
);

function resultOf(model: LabModel, scenario: ScenarioResult): VerifyResult {
  const { masterName, quorum, downAfterMs, failoverTimeoutMs } = model.sentinel;
  return {
    format: 2,
    lab: {
      name: model.name,
      server: { engine: 'redis', version: '7.0.15', describedVersion: '7.0.15' },
      nodes: model.nodes.map(({ name, role, ip, redisPort, sentinelPort }) => ({
        name,
        role,
        address: ip,
        redisPort,
        sentinelPort,
      })),
      sentinel: { masterName, quorum, downAfterMs, failoverTimeoutMs },
    },
    backend: 'local',
    verdict: 'failed',
    startedAt: '2026-01-31T12:34:56.789Z',
    ms: 31_000,
    scenarios: [scenario],
  };
}
