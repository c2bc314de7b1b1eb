import { expect } from 'chai';
import { SpecError } from '../../lib/errors.js';
import { buildLab } from '../../lib/lab/lab.js';
import { readSpec } from '../../lib/spec/read.js';
import { ALL_RULES } from '../../lib/spec/rules.js';

const UNKNOWN = { redis: { version: '6.2.14' } };

function thrown(call: () => unknown): SpecError {
  try {
    call();
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a version without a known digest', () => {
  it('is a lab, which may run on a server that is here', () => {
    expect(buildLab(UNKNOWN).model.redis).to.include({ version: '6.2.14', install: 'source' });
  });

  it('gives no files, which would have the nodes download something that nobody can check', () => {
    const { problems } = thrown(() => buildLab(UNKNOWN).files());
    expect(problems.map(({ code, path }) => `${code} ${path}`)).to.deep.equal([
      'spec.version.no-digest redis.version',
    ]);
  });

  it('is told with its line, among all that is wrong, where files are asked for', () => {
    const text = 'redis:\n  version: 6.2.14\n  port: 1\n';
    const read = () => readSpec({ text, filename: 'lab.yaml' }, [], ALL_RULES);
    expect(thrown(read).problems.map(({ code, origin }) => `${code} ${origin}`)).to.deep.equal([
      'spec.version.no-digest lab.yaml:2',
      'spec.value lab.yaml:3',
    ]);
  });

  it('is nothing to ask for where a package is installed', () => {
    const spec = { redis: { install: 'package' as const, version: '7.0.11' } };
    expect(buildLab(spec).files()).not.to.have.lengthOf(0);
  });
});
