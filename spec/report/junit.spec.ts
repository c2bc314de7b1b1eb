import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { junitReport } from '../../lib/report/junit.js';
import type { VerifyResult } from '../../lib/report/types.generated.js';
import { xmlDocument } from '../../lib/report/xml.js';
import { needs } from '../support/skip.js';
import {
  assertion,
  entry,
  failedFailover,
  failover,
  repeated,
  replication,
  result,
} from './support/results.js';

interface Tree {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Tree[];
}

const PYTHON = `
import json, sys, xml.etree.ElementTree as E
def tree(e): return dict(tag=e.tag, attributes=e.attrib, text=e.text or '', children=[tree(c) for c in e])
print(json.dumps([tree(E.fromstring(d.encode())) for d in json.load(sys.stdin)]))
`;

/** As a parser that is not ours reads them. */
function parsed(...documents: readonly string[]): Tree[] {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', PYTHON], {
    input: JSON.stringify(documents),
    encoding: 'utf8',
    timeout: 180_000,
    maxBuffer: 64_000_000,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  if (status !== 0) throw new Error(`python3 could not read it: ${stderr}`);
  return JSON.parse(stdout) as Tree[];
}

const read = (report: VerifyResult) => parsed(junitReport(report))[0] as Tree;
const childrenOf = (tree: Tree, tag: string) => tree.children.filter((each) => each.tag === tag);
const numberOf = (tree: Tree, name: string) => Number(tree.attributes[name]);

describe('JUnit XML', () => {
  before(function () {
    const { error } = spawnSync('python3', ['--version'], { timeout: 180_000 });
    needs(this, error ? 'python3' : undefined);
  });

  it('carries the phases and the account of the writes, times in whole milliseconds', () => {
    const [suite] = childrenOf(read(result({ scenarios: [failover()] })), 'testsuite');
    const [properties] = childrenOf(suite as Tree, 'properties');
    const found = Object.fromEntries(
      (properties as Tree).children.map(({ attributes: { name, value } }) => [name, value]),
    );
    const { phases, ledger, outageMs } = failover();
    expect(phases).not.to.have.lengthOf(0);
    for (const { name, ms, predicted } of phases) {
      expect(found[`${name}Ms`], name).to.equal(ms === null ? undefined : String(Math.round(ms)));
      expect(found[`${name}PredictedMinMs`]).to.equal(String(Math.round(predicted.minMs)));
      expect(found[`${name}PredictedMaxMs`]).to.equal(String(Math.round(predicted.maxMs)));
    }
    expect(found).to.include({
      outageMs: String(Math.round(outageMs ?? Number.NaN)),
      acknowledged: String(ledger?.acknowledged),
      lost: String(ledger?.lost),
    });
  });

  it('has a suite for each scenario and a case for each assertion', () => {
    const root = read(result());
    expect(root.attributes).to.deep.equal({
      name: 'redis-lab course',
      tests: '4',
      failures: '0',
      errors: '0',
      skipped: '0',
      time: '8.463',
    });
    expect(root.children.map(({ attributes }) => attributes['name'])).to.deep.equal([
      'replication',
      'failover',
    ]);
    const [, suite] = root.children as [Tree, Tree];
    expect(suite.attributes).to.include({ timestamp: '2025-03-04T05:06:07', time: '8.421' });
    expect(childrenOf(suite, 'testcase').map(({ attributes }) => attributes)).to.deep.equal([
      { name: 'DEBUG SEGFAULT ends the master', classname: 'course.failover', time: '0.004' },
      { name: 'a replica is promoted', classname: 'course.failover', time: '6.200' },
    ]);
    expect(childrenOf(suite, 'system-out')[0]?.text).to.include(
      '5.012 sentinel@slave1 +sdown master mymaster 127.0.100.11 6379\n',
    );
    const properties = childrenOf(suite, 'properties')[0]?.children.map((each) => each.attributes);
    expect(properties).to.deep.include({ name: 'outageMs', value: '6251' });
  });

  it('says what failed and what was skipped', () => {
    const root = read(result({ verdict: 'failed', scenarios: [failedFailover()] }));
    expect(root.attributes).to.include({ tests: '3', failures: '1', skipped: '1' });
    const [, failed, skipped] = childrenOf(root.children[0] as Tree, 'testcase');
    expect(failed?.children[0]).to.deep.include({
      tag: 'failure',
      text: 'slave2 follows 127.0.100.99:6379, which is no node of the lab',
    });
    expect(failed?.children[0]?.attributes['message']).to.equal(
      'expected slave2 follows slave1; seen slave2 follows 127.0.100.99:6379, link down',
    );
    expect(skipped?.children[0]).to.deep.include({
      tag: 'skipped',
      attributes: { message: 'not reached' },
    });
  });

  it('has a suite for each run', () => {
    const root = read(repeated());
    expect(root.children.map(({ attributes }) => attributes['name'])).to.deep.equal([
      'failover, run 1',
      'failover, run 2',
      'failover, run 3',
    ]);
  });

  it('shows a scenario that failed or was skipped without an assertion that did', () => {
    const skipped = replication({ verdict: 'skipped', reason: 'no replica', assertions: [] });
    const broken = failover({ verdict: 'failed', reason: 'the lab did not come up' });
    const [first, second] = read(result({ scenarios: [skipped, broken] })).children as [Tree, Tree];
    expect(first.attributes).to.include({ tests: '1', skipped: '1', failures: '0' });
    expect(second.attributes).to.include({ tests: '3', skipped: '0', failures: '1' });
    expect(childrenOf(second, 'testcase').at(-1)?.children[0]?.text).to.equal(
      'the lab did not come up',
    );
  });

  for (const [name, report] of [
    ['one that passed', result()],
    ['one that failed', result({ scenarios: [failedFailover()] })],
    ['many runs', repeated()],
    ['nothing at all', result({ scenarios: [] })],
  ] as const) {
    it(`is of the shape that CI services read: ${name}`, () => {
      expect(shapeFaults(read(report))).to.deep.equal([]);
    });
  }

  it('is well-formed and keeps what was said, whatever a server says', () => {
    const texts = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), {
      numRuns: 300,
      seed: 3,
    });
    const hard = [
      '\u0000\u0008\u001b[2J',
      '\ud800',
      '\udfff\ud800',
      '\ufffe\uffff',
      ']]>',
      '<&">\'',
      'a\r\nb\tc',
      '\u{1f600}',
    ];
    const all = [...texts, ...hard];
    const documents = all.map((text) =>
      junitReport(
        result({
          scenarios: [
            failover({
              name: text,
              timeline: [entry(0, text, text, text)],
              assertions: [assertion({ claim: text, verdict: 'failed', seen: text })],
            }),
          ],
        }),
      ),
    );
    for (const [i, root] of parsed(...documents).entries()) {
      const suite = root.children[0] as Tree;
      const expected = allowed(all[i] as string);
      expect(suite.attributes['name']).to.equal(expected);
      expect(childrenOf(suite, 'testcase')[0]?.attributes['name']).to.equal(expected);
      expect(childrenOf(suite, 'system-out')[0]?.text).to.equal(
        allowed(`0.000 ${all[i]} ${all[i]} ${all[i]}`.trimEnd()),
      );
    }
  });

  it('is refused by that parser when it is not XML, so that this test can fail', () => {
    expect(() => parsed(xmlDocument({ name: 'a b<' }))).to.throw(/could not read/);
  });
});

/** What XML 1.0 can carry, character by character. */
function allowed(text: string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const fine =
      [0x9, 0xa, 0xd].includes(code) ||
      (code >= 0x20 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd) ||
      code >= 0x10000;
    return fine ? character : '\ufffd';
  }).join('');
}

/** Elements, their order and their attributes, as the schema of the Jenkins xUnit plugin has them, and the sums. */
function shapeFaults(root: Tree): string[] {
  const faults: string[] = [];
  const claim = (holds: boolean, fault: string) => void (holds || faults.push(fault));
  const only = (tree: Tree, ...names: string[]) =>
    claim(
      Object.keys(tree.attributes).every((name) => names.includes(name)),
      `<${tree.tag}> has ${Object.keys(tree.attributes).join(' ')}`,
    );
  const needs = (tree: Tree, ...names: string[]) =>
    claim(
      names.every((name) => name in tree.attributes),
      `<${tree.tag}> lacks one of ${names.join(' ')}`,
    );
  const sums = (tree: Tree, cases: readonly Tree[]) => {
    const having = (tag: string) => cases.filter((each) => childrenOf(each, tag).length > 0).length;
    claim(numberOf(tree, 'tests') === cases.length, `tests of <${tree.tag}>`);
    claim(numberOf(tree, 'failures') === having('failure'), `failures of <${tree.tag}>`);
    claim(numberOf(tree, 'errors') === having('error'), `errors of <${tree.tag}>`);
    claim(numberOf(tree, 'skipped') === having('skipped'), `skipped of <${tree.tag}>`);
    claim(/^\d+\.\d{3}$/.test(tree.attributes['time'] ?? ''), `time of <${tree.tag}>`);
  };

  claim(root.tag === 'testsuites', 'the root');
  only(root, 'name', 'time', 'tests', 'failures', 'errors', 'skipped', 'disabled');
  const suites = childrenOf(root, 'testsuite');
  claim(suites.length === root.children.length, 'something else among the suites');
  sums(
    root,
    suites.flatMap((suite) => childrenOf(suite, 'testcase')),
  );
  for (const suite of suites) {
    needs(suite, 'name', 'tests');
    only(
      suite,
      'name',
      'tests',
      'failures',
      'errors',
      'skipped',
      'time',
      'timestamp',
      'hostname',
      'id',
    );
    claim(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(suite.attributes['timestamp'] ?? ''),
      'timestamp',
    );
    const order = suite.children.map(({ tag }) =>
      'pPtTsSeE'.indexOf(
        tag === 'properties'
          ? 'p'
          : tag === 'testcase'
            ? 't'
            : tag === 'system-out'
              ? 's'
              : tag === 'system-err'
                ? 'e'
                : '?',
      ),
    );
    claim(
      !order.includes(-1) && order.every((each, i) => i === 0 || each >= (order[i - 1] ?? 0)),
      'order in <testsuite>',
    );
    sums(suite, childrenOf(suite, 'testcase'));
    for (const property of childrenOf(suite, 'properties').flatMap((each) => each.children)) {
      needs(property, 'name', 'value');
      only(property, 'name', 'value');
    }
    for (const each of childrenOf(suite, 'testcase')) {
      needs(each, 'name', 'classname');
      only(each, 'name', 'classname', 'time', 'status', 'assertions');
      claim(each.children.length <= 1, 'a case with more than one outcome');
      for (const outcome of each.children) {
        claim(['failure', 'error', 'skipped'].includes(outcome.tag), `<${outcome.tag}> in a case`);
        only(outcome, 'message', 'type');
      }
    }
  }
  return faults;
}
