import { Ajv, type ValidateFunction } from 'ajv';
import { expect } from 'chai';
import type { InferOutput } from 'valibot';
import {
  doctorJsonSchema,
  eventJsonSchema,
  labsJsonSchema,
  resultJsonSchema,
  statusJsonSchema,
} from '../../.ci/json-schemas.js';
import type { Happening, LabEvent } from '../../lib/live/events.js';
import type { eventSchema } from '../../lib/live/schema.js';
import type {
  doctorSchema,
  labsSchema,
  resultSchema,
  scenariosSchema,
  statusSchema,
} from '../../lib/report/schema.js';
import type {
  DoctorReport,
  LabList,
  LabStatus,
  ScenarioList,
  VerifyResult,
} from '../../lib/report/types.generated.js';
import { resultFaults } from '../support/result-faults.js';
import {
  failedFailover,
  failover,
  LEDGER,
  repeated,
  replication,
  result,
} from './support/results.js';
import { nodeStatus, status } from './support/status.js';

// The compiler is the test that the build makes interfaces of what the schemas take: each side fits the other, and neither
// has a key that the other lacks.
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const sameResult: Same<Frozen<InferOutput<typeof resultSchema>>, Frozen<VerifyResult>> = true;
const sameStatus: Same<Frozen<InferOutput<typeof statusSchema>>, Frozen<LabStatus>> = true;
const sameLabs: Same<Frozen<InferOutput<typeof labsSchema>>, Frozen<LabList>> = true;
const sameScenarios: Same<Frozen<InferOutput<typeof scenariosSchema>>, Frozen<ScenarioList>> = true;
const sameEvent: Same<Frozen<InferOutput<typeof eventSchema>>, Frozen<LabEvent>> = true;
const sameDoctor: Same<Frozen<InferOutput<typeof doctorSchema>>, Frozen<DoctorReport>> = true;

describe('JSON Schemas of results', () => {
  const compile = (schema: Record<string, unknown>) =>
    new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(schema);
  const refuses = (validate: ValidateFunction, value: unknown, at: string) => {
    expect(validate(value), at).to.equal(false);
    expect(validate.errors?.map(({ instancePath }) => instancePath)).to.include(at);
  };

  it('are of the shape of the interfaces', () => {
    expect([sameResult, sameStatus, sameDoctor, sameLabs, sameScenarios, sameEvent]).to.not.include(
      false,
    );
  });

  it('accept what passed, failed, was skipped, was repeated', () => {
    const validate = compile(resultJsonSchema());
    const skipped = replication({ verdict: 'skipped', reason: 'the lab has no replica' });
    for (const each of [
      result(),
      result({ verdict: 'failed', scenarios: [failedFailover()] }),
      result({ verdict: 'skipped', scenarios: [skipped] }),
      repeated(),
    ]) {
      const plain: unknown = JSON.parse(JSON.stringify(each));
      expect(validate(plain), JSON.stringify(validate.errors)).to.equal(true);
    }
  });

  it('refuse what is broken, and say where', () => {
    const validate = compile(resultJsonSchema());
    refuses(validate, { ...result(), format: 3 }, '/format');
    refuses(validate, { ...result(), verdict: 'ok' }, '/verdict');
    refuses(validate, { ...result(), ms: -1 }, '/ms');
    refuses(validate, { ...result(), startedAt: undefined, lab: null }, '/lab');
    const wrong = failover({ ledger: { ...LEDGER, lost: 0.5 } });
    refuses(validate, result({ scenarios: [wrong] }), '/scenarios/0/ledger/lost');
    const nodes = Array.from({ length: 1001 }, () => result().lab.nodes[0]);
    refuses(validate, { ...result(), lab: { ...result().lab, nodes } }, '/lab/nodes');
    const { outageMs: _, ...without } = failover();
    refuses(validate, { ...result(), scenarios: [without] }, '/scenarios/0');
  });

  it('accept a status, of a lab that is whole, broken, absent', () => {
    const validate = compile(statusJsonSchema());
    for (const each of [
      status(),
      status({ nodes: [nodeStatus('master', 11, { state: 'hung', role: null })], ready: false }),
      status({ state: 'absent', server: null, master: null, nodes: [] }),
    ]) {
      expect(validate(each), JSON.stringify(validate.errors)).to.equal(true);
    }
    refuses(validate, { ...status(), state: 'up' }, '/state');
  });

  it('accept each kind of event, and no other', () => {
    const validate = compile(eventJsonSchema());
    const stamp = { lab: 'redis-lab', at: 12.5, time: '2026-11-29T12:00:00.000Z' };
    const events: readonly Happening[] = [
      { kind: 'status', status: status() },
      { kind: 'lab', state: 'running', before: 'partial' },
      { kind: 'master', node: null, before: 'master' },
      { kind: 'service', node: 'slave1', service: 'redis', state: 'silent', before: 'running' },
      { kind: 'role', node: 'slave1', role: 'master', before: 'replica' },
      { kind: 'link', node: 'slave2', state: 'down', follows: 'slave1' },
      { kind: 'problem', state: 'came', code: 'quorum.tilt', values: { node: 'a' }, text: 'TILT' },
      { kind: 'unreadable', exitCode: 3, text: 'no answer' },
      { kind: 'sentinel', node: 'slave1', event: '+sdown', text: 'master mymaster' },
      { kind: 'hearing', node: 'slave1', state: 'lost' },
      { kind: 'call', call: 'fault', state: 'begun', fault: 'crash', node: 'master', text: '' },
      { kind: 'phase', phase: 'ready', state: 'done', text: '' },
      { kind: 'scenario', state: 'done', name: 'failover', run: 1, runs: 1, result: failover() },
      { kind: 'dropped', count: 3 },
    ];
    for (const each of events) {
      const line: unknown = JSON.parse(JSON.stringify({ ...stamp, ...each }));
      expect(validate(line), `${each.kind}: ${JSON.stringify(validate.errors)}`).to.equal(true);
    }
    expect(validate({ ...stamp, kind: 'rumour', text: '' })).to.equal(false);
    expect(validate({ ...events[0], lab: 'redis-lab', at: 12.5 })).to.equal(false);
  });

  it('describe every key', () => {
    const all = [
      resultJsonSchema,
      statusJsonSchema,
      doctorJsonSchema,
      labsJsonSchema,
      eventJsonSchema,
    ];
    for (const schema of all.map((each) => each())) {
      expect(undescribed(schema as Node, '')).to.deep.equal([]);
    }
  });
});

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly allOf?: readonly Node[];
}

function undescribed(node: Node, path: string): string[] {
  return [
    ...Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
      ...(child.description ? [] : [`${path}.${key}`]),
      ...undescribed(child, `${path}.${key}`),
    ]),
    ...(node.items ? undescribed(node.items, `${path}[]`) : []),
    ...[...(node.anyOf ?? []), ...(node.allOf ?? [])].flatMap((each) => undescribed(each, path)),
  ];
}

describe('the sums and orders of a result', () => {
  it('are sound in what stands for sound ones', () => {
    expect(resultFaults(result())).to.deep.equal([]);
    expect(resultFaults(repeated())).to.deep.equal([]);
  });

  for (const [what, broken, fault] of [
    [
      'a write that nobody counts',
      failover({ ledger: { ...LEDGER, attempted: 762 } }),
      'not the sum',
    ],
    [
      'a lost write without a number',
      failover({ ledger: { ...LEDGER, lostRecords: [] } }),
      'not all named',
    ],
    [
      'a stretch that is left out',
      failover({ ledger: { ...LEDGER, stretches: LEDGER.stretches.slice(1) } }),
      'a gap',
    ],
    [
      'time that goes back',
      failover({ timeline: failover().timeline.toReversed() }),
      'order of time',
    ],
    ['a failure without a reason', failover({ verdict: 'failed' }), 'a reason'],
  ] as const) {
    it(`are not with ${what}`, () => {
      expect(resultFaults(result({ scenarios: [broken] })).join('\n')).to.include(fault);
    });
  }
});
