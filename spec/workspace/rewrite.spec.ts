/** Files of a user that are changed together. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { type Rewrite, rewriteAll } from '../../lib/workspace/rewrite.js';
import { asRoot, NOBODY } from '../support/other-user.js';

const MOST = 1_000;

describe('files that are changed together', () => {
  let home: string;

  beforeEach(() => {
    home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-spec-')));
    fs.chmodSync(home, 0o1777);
  });
  afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

  const at = (name: string) => path.join(home, name);
  const made = (name: string, mode = 0o640) => {
    fs.writeFileSync(at(name), `${name}\n`, { mode });
    fs.chmodSync(at(name), mode);
    return at(name);
  };
  const loud = (file: string): Rewrite => ({
    file,
    make: (before) => Buffer.from(before.toString().toUpperCase()),
  });
  const refusal = (rewrites: readonly Rewrite[]) => {
    try {
      rewriteAll(rewrites, MOST);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('it was not refused');
  };
  const untouched = (name: string) => {
    expect(fs.readFileSync(at(name), 'utf8')).to.equal(`${name}\n`);
    expect(fs.readdirSync(home).filter((each) => each.endsWith('.tmp'))).to.deep.equal([]);
  };

  it('keep their rights, and a link of this user leads to its file', () => {
    made('a');
    fs.symlinkSync('a', at('link'));
    rewriteAll([loud(at('link')), loud(made('b', 0o600))], MOST);
    expect(fs.readFileSync(at('a'), 'utf8')).to.equal('A\n');
    expect(fs.lstatSync(at('link')).isSymbolicLink()).to.equal(true);
    expect([fs.statSync(at('a')).mode & 0o777, fs.statSync(at('b')).mode & 0o777]).to.deep.equal([
      0o640, 0o600,
    ]);
  });

  it('are all left as they are where one is gone, was changed, is too large, or is named twice', () => {
    const good = loud(made('a'));
    expect(refusal([good, loud(at('absent'))]))
      .to.include('absent')
      .and.include('Nothing was changed.');
    untouched('a');
    expect(refusal([{ file: made('b'), make: () => undefined }, good])).to.include(
      'was changed at this',
    );
    untouched('a');
    expect(refusal([good, loud(at('a'))])).to.include('named twice');
    untouched('a');
    fs.writeFileSync(at('large'), 'x'.repeat(MOST + 1));
    expect(refusal([good, loud(at('large'))])).to.include('large');
    untouched('a');
  });

  asRoot('keep their owner, and are not reached over a link of somebody else', () => {
    const file = made('a');
    fs.chownSync(file, NOBODY, NOBODY);
    rewriteAll([loud(file)], MOST);
    expect(fs.statSync(file)).to.include({ uid: NOBODY, gid: NOBODY });
    made('b');
    fs.symlinkSync('b', at('link'));
    fs.lchownSync(at('link'), NOBODY, NOBODY);
    expect(refusal([loud(at('link'))])).to.include('a link of somebody else');
    untouched('b');
  });
});
