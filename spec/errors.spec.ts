import { expect } from 'chai';
import {
  ERROR_CODES,
  EXIT,
  NotReadyHereError,
  RedisLabError,
  SpecError,
  usage,
  WorkspaceError,
} from '../lib/errors.js';

describe('errors', () => {
  it('of a place that is not ready carry what it lacks', () => {
    const lacks = [
      {
        code: 'redis-server',
        what: 'Redis',
        seen: 'no redis-server',
        fix: 'apt-get install redis-tools',
      },
      { code: 'ports', what: 'port 6379', seen: 'taken', fix: 'free it', remedy: 'free it' },
    ];
    const error = new NotReadyHereError(lacks);
    expect(error).to.deep.include({ exitCode: 3, lacks });
    expect(error.message).to.equal(
      'The lab cannot run here yet:\n  Redis: no redis-server\n      apt-get install redis-tools\n  port 6379: taken\n      free it',
    );
  });

  it('have codes, each once and well-formed', () => {
    expect(new Set(ERROR_CODES).size).to.equal(ERROR_CODES.length);
    for (const code of ERROR_CODES)
      expect(code).to.match(/^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*$/);
    for (const exitCode of Object.values(EXIT)) {
      expect(ERROR_CODES).to.include(new RedisLabError('', { exitCode }).code);
    }
    expect(new RedisLabError('', { exitCode: 3, code: 'lab.busy' }).code).to.equal('lab.busy');
    expect(
      [new SpecError([]), new WorkspaceError(''), usage('', 'lab.not-up'), usage('')].map(
        ({ code }) => code,
      ),
    ).to.deep.equal(['spec.invalid', 'workspace.unusable', 'lab.not-up', 'usage.invalid']);
  });
});
