import { expect } from 'chai';
import { SpecError } from '../../lib/errors.js';
import { buildLab } from '../../lib/lab/lab.js';
import { fitTo } from '../../lib/spec/fit.js';

describe('a lab, fitted to the server that there is', () => {
  const { model } = buildLab({ redis: { version: '8.2.8', config: ['maxmemory 100mb'] } });

  it('is that version, needs nothing more, and is the same in all else', () => {
    const { redis, ...rest } = fitTo(model, { engine: 'redis', version: '7.0.15' });
    const { redis: described, ...others } = model;
    expect(rest).to.deep.equal(others);
    expect(redis).to.deep.equal({
      ...described,
      version: '7.0.15',
      install: 'package',
      source: { urls: [], sha256: '', test: false },
    });
    expect(Object.isFrozen(redis.source)).to.equal(true);
    expect(model.redis.version).to.equal('8.2.8');
  });

  it('has enable-debug-command where that version has', () => {
    const old = { engine: 'redis', version: '6.2.14' } as const;
    const fitted = fitTo(model, old);
    expect(fitted.redis.debugCommand).to.equal(null);
    const back = fitTo(fitted, { engine: 'valkey', version: '8.1.1' });
    expect(back.redis.debugCommand).to.equal('local');
    const { model: never } = buildLab({ redis: { debugCommand: 'no' } });
    expect(fitTo(never, { engine: 'redis', version: '7.0.15' }).redis.debugCommand).to.equal('no');
    expect(problemsOf(() => fitTo(never, old))).to.deep.equal(['redis.debugCommand']);
  });

  it('is refused with every line that this server does not understand', () => {
    const { model: newest } = buildLab({
      redis: {
        version: '8.8.1',
        config: [
          'lookahead 16',
          'hz 20',
          'proc-title-template "a\\\\b"',
          'lazyexpire-nested-arbitrary-keys yes',
        ],
      },
    });
    expect(problemsOf(() => fitTo(newest, { engine: 'redis', version: '7.0.15' }))).to.deep.equal([
      'redis.config[0]',
      'redis.config[3]',
    ]);
    expect(problemsOf(() => fitTo(newest, { engine: 'valkey', version: '8.1.1' }))).to.deep.equal([
      'redis.config[0]',
      'redis.config[2]',
      'redis.config[3]',
    ]);
  });

  it('is refused by a server that is too old', () => {
    for (const old of [
      { engine: 'redis', version: '6.0.16' },
      { engine: 'valkey', version: '7.1.0' },
    ] as const) {
      expect(problemsOf(() => fitTo(model, old))).to.deep.equal(['redis.version']);
      expect(() => fitTo(model, old)).to.throw(`${old.engine} ${old.version} that is here`);
    }
  });
});

function problemsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof SpecError) return error.problems.map((problem) => problem.path);
    throw error;
  }
  return [];
}
