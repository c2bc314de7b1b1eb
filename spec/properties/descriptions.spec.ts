/** What must hold for every description, tried on thousands that nobody thought of. */
import { expect } from 'chai';
import fc from 'fast-check';
import { load } from 'js-yaml';
import * as v from 'valibot';
import { lab as labSchema, readSaved } from '../../lib/backends/saved.js';
import { formatProblem, SpecError } from '../../lib/errors.js';
import { buildLab, type Lab } from '../../lib/lab/lab.js';
import { machinesOf } from '../../lib/model/model.js';
import { splitArguments } from '../../lib/redis-conf/parse.js';
import { requireDigest } from '../../lib/spec/source.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { anything, descriptions } from './arbitraries.js';

const RUNS = 1000;
const REMEMBERED = v.object({ lab: labSchema });

function attempt(spec: unknown): Lab | SpecError {
  try {
    const lab = buildLab(spec as LabSpec);
    requireDigest(lab.model.redis);
    return lab;
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
}

/** The first words of a text's lines: what it says, without with what. */
function directives(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) =>
      line.startsWith('sentinel ') ? line.split(' ', 2).join(' ') : line.split(' ')[0],
    )
    .map((word) => word?.toLowerCase() ?? '');
}

const REFERENCE = textsOf(buildLab());

function textsOf(lab: Lab): Map<string, string> {
  return new Map(
    lab
      .files()
      .flatMap((file) => (typeof file.content === 'string' ? [[file.path, file.content]] : [])),
  );
}

describe('any description', function () {
  this.timeout(300_000);

  it('is accepted, or refused with a path for each problem and one line for each text', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(descriptions, anything), (spec) => {
        const result = attempt(spec);
        if (!(result instanceof SpecError)) {
          accepted++;
          return;
        }
        expect(result.problems).not.to.have.length(0);
        for (const problem of result.problems) {
          // Only the description as a whole has no path.
          if (problem.path === '') expect(problem.fix).to.match(/^use a group of settings/);
          expect(problem.message).not.to.equal('');
          expect(formatProblem(problem)).to.match(/^ {2}\P{Cc}+\n {6}\P{Cc}+$/u);
        }
      }),
      { numRuns: RUNS },
    );
    expect(accepted).to.be.greaterThan(RUNS / 20);
  });

  it('that is accepted gives files of the same structure, whatever its text', () => {
    let accepted = 0;
    fc.assert(
      fc.property(descriptions, (spec) => {
        const lab = attempt(spec);
        if (lab instanceof SpecError) return;
        accepted++;
        checkStructure(lab);
      }),
      { numRuns: RUNS },
    );
    expect(accepted).to.be.greaterThan(RUNS / 10);
  });

  it('that is accepted gives a lab that is remembered as it is', () => {
    const hidden = fc.constantFrom({}, { incus: { hostAddress: false } });
    const own = fc.tuple(descriptions, hidden).map(([spec, more]) => ({ ...spec, ...more }));
    fc.assert(
      fc.property(own, (spec) => {
        const lab = attempt(spec);
        if (lab instanceof SpecError) return;
        const json = JSON.stringify({ lab: lab.model });
        const where = { where: '', name: lab.model.name, otherwise: '' };
        expect(JSON.stringify(readSaved(REMEMBERED, json, where))).to.equal(json);
      }),
      { numRuns: 300 },
    );
  });

  it('that is accepted gives the same bytes twice', () => {
    fc.assert(
      fc.property(descriptions, (spec) => {
        const [first, second] = [attempt(spec), attempt(structuredClone(spec))];
        if (first instanceof SpecError || second instanceof SpecError) return;
        expect(first.files()).to.deep.equal(second.files());
      }),
      { numRuns: 100 },
    );
  });
});

function checkStructure(lab: Lab): void {
  const texts = textsOf(lab);
  const paths = lab.files().map((file) => file.path);
  expect(new Set(paths.map((path) => path.toLowerCase()))).to.have.lengthOf(paths.length);
  for (const path of paths) expect(path).to.match(/^(?:Vagrantfile|nodes\/[a-z0-9-]+\/[a-z.-]+)$/);

  for (const node of machinesOf(lab.model)) {
    const text = (name: string) => texts.get(`nodes/${node.name}/${name}`);
    checkUserData(text('user-data') ?? '', (name) => text(name));
    expect(Object.keys(load(text('meta-data') ?? '') as object)).to.deep.equal([
      'instance-id',
      'local-hostname',
    ]);
    expect(load(text('network-config') ?? '')).to.have.nested.property(
      'ethernets.lab0.addresses[0]',
    );
    for (const line of (text('lab.env') ?? '').trim().split('\n').slice(1)) {
      expect(line).to.match(/^[A-Z0-9_]+='[A-Za-z0-9 ._~/+%=&?,@:-]*'$/);
    }
    checkRedisConf(lab, text('redis.conf'));
    checkSentinelConf(lab, text('sentinel.conf'));
  }
}

function checkUserData(userData: string, plain: (name: string) => string | undefined): void {
  expect(userData.split('\n')[0]).to.equal('#cloud-config');
  const config = load(userData) as { write_files: { path: string; content: string }[] };
  expect(Object.keys(config)).to.deep.equal([
    'locale',
    'manage_etc_hosts',
    'runcmd',
    'write_files',
  ]);
  for (const { path, content } of config.write_files) {
    expect(content, path).to.equal(plain(path.replace('/opt/redis-lab/', '')));
  }
}

function checkRedisConf(lab: Lab, text: string | undefined): void {
  if (text === undefined) return;
  const extra = lab.model.redis.config;
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) expect(splitArguments(line), line).not.to.equal(undefined);
  const own = directives(lines.slice(0, lines.length - extra.length).join('\n'));
  const known = new Set([
    ...directives(REFERENCE.get('nodes/slave1/redis.conf') ?? ''),
    'appendfsync',
  ]);
  for (const directive of own) expect(known).to.include(directive);
  expect(lines.slice(lines.length - extra.length)).to.deep.equal([...extra]);
}

function checkSentinelConf(lab: Lab, text: string | undefined): void {
  if (text === undefined) return;
  const { config: extra = [] } = lab.model.sentinel;
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const known = new Set(directives(REFERENCE.get('nodes/slave1/sentinel.conf') ?? ''));
  const own = directives(lines.slice(0, lines.length - extra.length).join('\n'));
  for (const directive of own) expect(known).to.include(directive);
  expect(lines.slice(lines.length - extra.length)).to.deep.equal([...extra]);
}
