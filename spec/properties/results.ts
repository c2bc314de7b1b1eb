/** Results of every shape that the schema allows, with numbers and texts that nobody expects. */
import fc from 'fast-check';
import type {
  Assertion,
  FoundLab,
  LedgerResult,
  Phase,
  ScenarioResult,
  ScenarioSummary,
  Statistics,
  Verdict,
  VerifyResult,
} from '../../lib/report/types.generated.js';

const HOSTILE = fc.constantFrom(
  '',
  '</style><script>alert(1)</script>',
  '{{lab}}',
  '{count}',
  '(',
  '[a-',
  '\u001b[31m',
  '\u202e\u2066',
  '\u0000\ud800',
  ']]>',
  'a\nb',
  '__proto__',
);

const text = fc.oneof(HOSTILE, fc.string({ maxLength: 20, unit: 'binary' }));
const ms = fc.oneof(
  fc.constantFrom(0, 0.001, 1, 1000, 1e9),
  fc.double({ min: 0, max: 1e7, noNaN: true }),
);
const at = fc.oneof(fc.constant(0), fc.double({ min: -1e6, max: 1e7, noNaN: true }));
const whole = fc.nat({ max: 5000 });
const verdict = fc.constantFrom<Verdict>('passed', 'failed', 'skipped');
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3 });
const some = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 4) => fc.array(arbitrary, { maxLength });
const port = orNull(fc.integer({ min: 1, max: 65_535 }));

const value = fc.oneof(text, ms);
const named = fc.constantFrom('each', 'node', 'ms', 'master', 'x y', '');
const values = fc.dictionary(
  named,
  fc.oneof(value, fc.array(fc.dictionary(named, value, { maxKeys: 2 }), { maxLength: 2 })),
  { maxKeys: 4 },
);

const assertion: fc.Arbitrary<Assertion> = fc.record(
  {
    code: fc.oneof(text, fc.constantFrom('failover.promoted', 'demokey.read', 'whole.members')),
    values,
    claim: text,
    verdict,
    expected: text,
    seen: text,
    ms,
  },
  { requiredKeys: ['claim', 'verdict', 'expected', 'seen', 'ms'] },
);

const source = fc.oneof(
  text,
  fc.constantFrom('scenario', 'client', 'probe', 'sentinel@a', 'redis@a', 'sentinel@', 'redis@zz'),
);
const eventName = fc.oneof(
  text,
  fc.constantFrom('fault', '+sdown', '+switch-master', 'write accepted', 'write refused', 'start'),
);

const phase: fc.Arbitrary<Phase> = fc.record({
  name: fc.constantFrom('detection', 'agreement', 'election', 'promotion', 'rediscovery'),
  from: text,
  to: text,
  atMs: orNull(at),
  ms: orNull(ms),
  predicted: fc.record({ minMs: ms, maxMs: ms, why: text }),
});

const ledger: fc.Arbitrary<LedgerResult> = fc.record({
  intervalMs: ms,
  attempted: whole,
  acknowledged: whole,
  kept: whole,
  lost: whole,
  refused: whole,
  unknown: whole,
  unknownKept: whole,
  lostRecords: some(fc.integer({ min: 1, max: 5000 }), 12),
  stretches: some(
    fc.record({
      outcome: fc.constantFrom('kept', 'lost', 'refused', 'unknown'),
      reason: text,
      first: fc.integer({ min: 1, max: 5000 }),
      last: fc.integer({ min: 1, max: 5000 }),
      fromMs: at,
      toMs: at,
    }),
  ),
});

const scenario: fc.Arbitrary<ScenarioResult> = fc.record({
  fault: orNull(fc.record({ kind: text, node: text })),
  name: fc.oneof(fc.constantFrom('replication', 'failover'), text),
  verdict,
  reason: orNull(text),
  ms,
  assertions: some(assertion),
  timeline: some(fc.record({ atMs: at, source, event: eventName, detail: text }), 30),
  outageMs: orNull(ms),
  writableMs: orNull(ms),
  phases: some(phase, 5),
  ledger: orNull(ledger),
  promotion: orNull(fc.record({ from: text, to: text })),
  notes: some(text),
  evidence: orNull(text),
});

const statistics: fc.Arbitrary<Statistics> = fc.record({
  count: fc.integer({ min: 1, max: 100 }),
  min: ms,
  median: ms,
  p95: ms,
  max: ms,
});

const summary: fc.Arbitrary<ScenarioSummary> = fc
  .tuple(
    fc.record({
      name: fc.constantFrom('replication', 'failover'),
      runs: fc.integer({ min: 1, max: 100 }),
      passed: whole,
      failed: whole,
      skipped: whole,
      phases: fc.record({ detection: statistics, promotion: statistics }, { requiredKeys: [] }),
      acknowledged: whole,
      lost: whole,
    }),
    fc.record(
      { readyMs: statistics, outageMs: statistics, writableMs: statistics },
      { requiredKeys: [] },
    ),
  )
  .map(([needed, optional]) => ({ ...needed, ...optional }));

const found: fc.Arbitrary<FoundLab> = fc.record({
  state: fc.constantFrom('absent', 'stopped', 'idle', 'partial', 'running'),
  whole: orNull(fc.boolean()),
  problems: some(fc.record({ about: fc.constantFrom('servers', 'links'), text })),
  mended: some(text),
});

const node = fc.record({
  name: fc.oneof(fc.constantFrom('a', 'b'), text),
  role: fc.oneof(fc.constantFrom('master', 'replica', 'sentinel'), text),
  address: fc.oneof(fc.ipV4(), text),
  redisPort: port,
  sentinelPort: port,
});

export const anyResults: fc.Arbitrary<VerifyResult> = fc
  .tuple(
    fc.record({
      format: fc.constant(2 as const),
      lab: fc.record({
        name: text,
        server: fc.record({ engine: text, version: text, describedVersion: text }),
        nodes: some(node),
        clients: some(fc.record({ name: node.map((each) => each.name), address: text }), 2),
        sentinel: fc.record({
          masterName: text,
          quorum: fc.integer({ min: 1, max: 9 }),
          downAfterMs: ms,
          failoverTimeoutMs: ms,
        }),
      }),
      backend: text,
      verdict,
      startedAt: fc.oneof(text, fc.constant('2026-01-31T12:34:56.789Z')),
      ms,
      scenarios: some(scenario, 3),
    }),
    fc.record(
      {
        found,
        // Counted from one, as `verify --repeat` does.
        runs: some(
          fc.record({ verdict, readyMs: orNull(ms), scenarios: some(scenario, 2) }),
          3,
        ).map((runs) => runs.map((run, index) => ({ run: index + 1, ...run }))),
        summary: some(summary, 2),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([needed, optional]) => ({ ...needed, ...optional }));
