/** Results made by hand: a whole failover as a lab would give it, and what differs from it. */
import type {
  Assertion,
  LedgerResult,
  ScenarioResult,
  TimelineEntry,
  VerifyResult,
} from '../../../lib/report/types.generated.js';

export function assertion(change: Partial<Assertion> = {}): Assertion {
  return {
    claim: 'every replica gives demokey back',
    verdict: 'passed',
    expected: '"testing testing" from each',
    seen: 'slave1 after 0.6 ms, slave2 after 0.9 ms',
    ms: 1.25,
    ...change,
  };
}

export function replication(change: Partial<ScenarioResult> = {}): ScenarioResult {
  return {
    name: 'replication',
    verdict: 'passed',
    reason: null,
    ms: 42.5,
    assertions: [
      assertion(),
      assertion({ claim: 'a write to a replica is refused', seen: 'READONLY from each' }),
    ],
    timeline: [entry(1.5, 'client', 'SET', 'demokey "testing testing" on master')],
    outageMs: null,
    writableMs: null,
    phases: [],
    ledger: null,
    fault: null,
    promotion: null,
    notes: [],
    evidence: null,
    ...change,
  };
}

export function entry(atMs: number, source: string, event: string, detail = ''): TimelineEntry {
  return { atMs, source, event, detail };
}

export const TIMELINE: readonly TimelineEntry[] = [
  entry(-310.25, 'client', 'write acknowledged', 'by master'),
  entry(0, 'scenario', 'fault', 'DEBUG SEGFAULT on master'),
  entry(4.5, 'client', 'write refused', 'connection closed by master'),
  entry(11, 'redis@master', 'log', '=== REDIS BUG REPORT START'),
  entry(12, 'redis@master', 'log', 'crashed by signal: 11'),
  entry(5012, 'sentinel@slave1', '+sdown', 'master mymaster 127.0.100.11 6379'),
  entry(5031, 'sentinel@slave2', '+sdown', 'master mymaster 127.0.100.11 6379'),
  entry(5088, 'sentinel@slave1', '+odown', 'master mymaster 127.0.100.11 6379 #quorum 2/2'),
  entry(5088, 'sentinel@slave1', '+new-epoch', '1'),
  entry(5089, 'sentinel@slave1', '+try-failover', 'master mymaster 127.0.100.11 6379'),
  entry(5090, 'sentinel@slave1', '+vote-for-leader', `${'a1'.repeat(20)} 1`),
  entry(5150, 'sentinel@slave1', '+elected-leader', 'master mymaster 127.0.100.11 6379'),
  entry(5205, 'sentinel@slave1', '+selected-slave', 'slave 127.0.100.12:6379 127.0.100.12 6379'),
  entry(5300.5, 'probe', 'write accepted', 'by slave1'),
  entry(6200, 'sentinel@slave1', '+promoted-slave', 'slave 127.0.100.12:6379 127.0.100.12 6379'),
  entry(6201, 'sentinel@slave2', '+switch-master', 'mymaster 127.0.100.11 6379 127.0.100.12 6379'),
  entry(6230, 'sentinel@slave1', '+switch-master', 'mymaster 127.0.100.11 6379 127.0.100.12 6379'),
  entry(6250.125, 'client', 'write acknowledged', 'by slave1'),
  entry(6900, 'scenario', 'start', 'redis on master'),
  entry(7300, 'sentinel@slave2', '-sdown', 'slave 127.0.100.11:6379 127.0.100.11 6379'),
  entry(7301, 'sentinel@slave2', '+convert-to-slave', 'slave 127.0.100.11:6379 127.0.100.11 6379'),
  entry(7800, 'scenario', 'rejoined', 'master follows slave1'),
];

export const LEDGER: LedgerResult = {
  intervalMs: 10,
  attempted: 761,
  acknowledged: 160,
  kept: 159,
  lost: 1,
  refused: 600,
  unknown: 1,
  unknownKept: 0,
  lostRecords: [31],
  stretches: [
    { outcome: 'kept', reason: '', first: 1, last: 30, fromMs: -310.25, toMs: -10 },
    { outcome: 'lost', reason: '', first: 31, last: 31, fromMs: -0.5, toMs: -0.25 },
    { outcome: 'unknown', reason: 'connection closed', first: 32, last: 32, fromMs: 1, toMs: 4.5 },
    { outcome: 'refused', reason: 'ECONNREFUSED', first: 33, last: 632, fromMs: 10, toMs: 6240 },
    { outcome: 'kept', reason: '', first: 633, last: 761, fromMs: 6249, toMs: 7600 },
  ],
};

export function failover(change: Partial<ScenarioResult> = {}): ScenarioResult {
  return {
    name: 'failover',
    verdict: 'passed',
    reason: null,
    ms: 8420.75,
    assertions: [
      assertion({ claim: 'DEBUG SEGFAULT ends the master', seen: 'connection closed', ms: 4.5 }),
      assertion({ claim: 'a replica is promoted', seen: 'slave1', ms: 6200 }),
    ],
    timeline: TIMELINE,
    outageMs: 6250.625,
    writableMs: 5300.5,
    phases: [
      phase('detection', 0, 5012, [5000, 6200], 'the first +sdown'),
      phase('agreement', 5012, 76, [0, 1200], 'the first +odown'),
      phase('election', 5088, 62, [53, 1200], '+elected-leader'),
      phase('promotion', 5150, 150.5, [105, 300], 'the first write that the promoted node accepts'),
      phase('rediscovery', 5300.5, 949.625, [0, 1300], 'the first write of the client'),
    ],
    ledger: LEDGER,
    fault: { kind: 'crash', node: 'master' },
    promotion: { from: 'master', to: 'slave1' },
    notes: ['The old master came back faster than by itself: SENTINEL DEBUG publish-period 100.'],
    evidence: null,
    ...change,
  };
}

function phase(
  name: ScenarioResult['phases'][number]['name'],
  atMs: number,
  ms: number,
  [minMs, maxMs]: readonly [number, number],
  to: string,
): ScenarioResult['phases'][number] {
  return { name, from: 'what was before', to, atMs, ms, predicted: { minMs, maxMs, why: 'so' } };
}

/** The replica that was pointed elsewhere. */
export function failedFailover(change: Partial<ScenarioResult> = {}): ScenarioResult {
  return failover({
    verdict: 'failed',
    reason: 'slave2 follows 127.0.100.99:6379, which is no node of the lab',
    assertions: [
      assertion({ claim: 'DEBUG SEGFAULT ends the master', seen: 'connection closed' }),
      assertion({
        claim: 'every replica follows the new master',
        verdict: 'failed',
        expected: 'slave2 follows slave1',
        seen: 'slave2 follows 127.0.100.99:6379, link down',
        ms: 10_000,
      }),
      assertion({ claim: 'demokey is still there', verdict: 'skipped', seen: 'not reached' }),
    ],
    evidence: '/home/student/.local/state/redis-lab/evidence/course/1',
    ...change,
  });
}

export function result(change: Partial<VerifyResult> = {}): VerifyResult {
  return {
    format: 2,
    lab: {
      name: 'course',
      server: { engine: 'redis', version: '7.0.15', describedVersion: '8.2.8' },
      nodes: [
        node('master', 'master', 11),
        node('slave1', 'replica', 12),
        { ...node('witness', 'sentinel', 13), redisPort: null },
      ],
      sentinel: { masterName: 'mymaster', quorum: 2, downAfterMs: 5000, failoverTimeoutMs: 10_000 },
    },
    backend: 'local',
    verdict: 'passed',
    startedAt: '2025-03-04T05:06:07.089Z',
    ms: 8463.25,
    scenarios: [replication(), failover()],
    ...change,
  };
}

function node(name: string, role: string, host: number) {
  return { name, role, address: `127.0.100.${host}`, redisPort: 6379, sentinelPort: 26379 };
}

/** Three runs, of which the second failed. */
export function repeated(): VerifyResult {
  const figures = (base: number) => ({
    count: 2,
    min: base,
    median: base + 10,
    p95: base + 20,
    max: base + 20,
  });
  return result({
    verdict: 'failed',
    scenarios: [failedFailover()],
    runs: [
      { run: 1, verdict: 'passed', readyMs: 31.5, scenarios: [failover()] },
      { run: 2, verdict: 'failed', readyMs: 29.25, scenarios: [failedFailover()] },
      { run: 3, verdict: 'passed', readyMs: 33, scenarios: [failover()] },
    ],
    summary: [
      {
        name: 'failover',
        runs: 3,
        passed: 2,
        failed: 1,
        skipped: 0,
        readyMs: { ...figures(30), count: 3 },
        outageMs: figures(6250),
        writableMs: figures(5300),
        phases: { detection: figures(5012) },
        acknowledged: 480,
        lost: 3,
      },
    ],
  });
}
