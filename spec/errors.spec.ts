import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import * as here from '../lib/errors.js';
import { ROOT } from './support/cli.js';

describe('errors', () => {
  // The package has its classes in more than one bundle.
  let there: typeof here;
  before(async () => {
    const built = path.join(ROOT, 'dist/lib/index.js');
    expect(readFileSync(built, 'utf8')).to.include('RedisLabError');
    there = (await import(pathToFileURL(built).href)) as typeof here;
    expect(there.RedisLabError).not.to.equal(here.RedisLabError);
  });

  it('of another copy of redis-lab are instances of the same class here', () => {
    const problem = { path: 'x', message: 'is wrong', fix: 'mend it' };
    for (const [made, wanted] of [
      [new there.SpecError([problem]), here],
      [new here.SpecError([problem]), there],
    ] as const) {
      expect(made instanceof wanted.RedisLabError).to.equal(true);
      expect(made instanceof wanted.SpecError).to.equal(true);
      expect(made instanceof wanted.WorkspaceError).to.equal(false);
      expect(made instanceof wanted.NotReadyHereError).to.equal(false);
    }
    const base = new there.RedisLabError('x', { exitCode: 4 });
    expect(base instanceof here.RedisLabError).to.equal(true);
    expect(base instanceof here.SpecError).to.equal(false);
  });

  it('of somebody else are not, whatever they look like', () => {
    class RedisLabError extends Error {}
    const values = [
      new Error('x'),
      new RedisLabError('x'),
      { name: 'RedisLabError' },
      null,
      undefined,
      'x',
    ];
    for (const value of values) {
      expect(value instanceof here.RedisLabError, String(value)).to.equal(false);
    }
  });

  it('of a class that extends ours are ours, and ours are not theirs', () => {
    class Mine extends here.WorkspaceError {}
    const mine = new Mine('x');
    expect(mine instanceof Mine).to.equal(true);
    expect(mine instanceof here.WorkspaceError).to.equal(true);
    expect(mine instanceof there.WorkspaceError).to.equal(true);
    expect(new here.WorkspaceError('x') instanceof Mine).to.equal(false);
    expect(new there.WorkspaceError('x') instanceof Mine).to.equal(false);
  });

  it('of a place that is not ready carry what it lacks', () => {
    const lacks = [
      { what: 'Redis', seen: 'no redis-server', fix: 'apt-get install redis-tools' },
      { what: 'port 6379', seen: 'taken', fix: 'free it', remedy: 'free it' },
    ];
    const error = new here.NotReadyHereError(lacks);
    expect(error).to.deep.include({ exitCode: 3, lacks });
    expect(error.message).to.equal(
      'The lab cannot run here yet:\n  Redis: no redis-server\n      apt-get install redis-tools\n  port 6379: taken\n      free it',
    );
  });
});
