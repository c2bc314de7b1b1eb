/** Who else could have written a file: every folder, link and mode on the way to it. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { distrustOf, everybodysPlace, foreignOwner } from '../../lib/workspace/trust.js';
import { asRoot, NOBODY } from '../support/other-user.js';

describe('who may have written a file', () => {
  let folder: string;
  const at = (...names: string[]) => path.join(folder, ...names);
  const program = () => at('cache/builds/one/bin/server');

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-spec-'));
    fs.mkdirSync(path.dirname(program()), { recursive: true, mode: 0o755 });
    fs.writeFileSync(program(), '', { mode: 0o755 });
    for (const each of ['cache', 'cache/builds', 'cache/builds/one', 'cache/builds/one/bin'])
      fs.chmodSync(at(each), 0o755);
    fs.chmodSync(program(), 0o755);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('is nobody else where all is ours, below a folder like /tmp', () => {
    expect(distrustOf(program())).to.equal(undefined);
    fs.chmodSync(at('cache'), 0o1777);
    expect(distrustOf(program())).to.equal(undefined);
  });

  it('is nobody else where nothing is yet', () => {
    expect(distrustOf(at('cache/none/at/all'))).to.equal(undefined);
  });

  for (const name of [
    'cache',
    'cache/builds',
    'cache/builds/one/bin',
    'cache/builds/one/bin/server',
  ]) {
    it(`is everybody where ${name} has mode 777`, () => {
      fs.chmodSync(at(name), 0o777);
      expect(distrustOf(program())).to.deep.equal({
        place: at(name),
        seen: { code: 'distrust.everybody', values: { who: '' } },
        fix: `chmod go-w ${at(name)}`,
      });
    });

    asRoot(`is another user where ${name} is hers`, () => {
      fs.lchownSync(at(name), NOBODY, NOBODY);
      expect(distrustOf(program())).to.deep.equal({
        place: at(name),
        seen: { code: 'distrust.owner', values: { who: `nobody (${NOBODY})` } },
        fix: `sudo chown -R root: ${at(name)}`,
      });
    });

    asRoot(`is a group where it may write to ${name}`, () => {
      fs.chownSync(at(name), 0, NOBODY);
      fs.chmodSync(at(name), 0o775);
      const { code, values } = distrustOf(program())?.seen ?? {};
      expect(code).to.equal('distrust.group');
      expect(values?.['who']).to.match(/^\w+ \(65534\)$/);
    });
  }

  it('is everybody where the program itself lies in a folder like /tmp', () => {
    fs.chmodSync(at('cache/builds/one/bin'), 0o1777);
    // Ours cannot be taken away from there.
    expect(distrustOf(program())).to.equal(undefined);
    expect(distrustOf(at('cache/builds/one/bin'))?.seen.code).to.equal('distrust.everybody');
  });

  it('is asked of what links lead to, also of folders above that', () => {
    fs.mkdirSync(at('theirs/deep'), { recursive: true });
    fs.writeFileSync(at('theirs/deep/server'), '', { mode: 0o755 });
    fs.chmodSync(at('theirs'), 0o777);
    fs.rmSync(program());
    for (const target of [at('theirs/deep/server'), '../../../../theirs/deep/server']) {
      fs.rmSync(program(), { force: true });
      fs.symlinkSync(target, program());
      expect(distrustOf(program()), target).to.include({ place: at('theirs') });
    }
    fs.symlinkSync(at('theirs'), at('way'));
    expect(distrustOf(at('way/deep/../deep/server'))).to.include({ place: at('theirs') });
  });

  asRoot('is whoever made a link on the way', () => {
    fs.symlinkSync(at('cache'), at('way'));
    fs.lchownSync(at('way'), NOBODY, NOBODY);
    expect(distrustOf(at('way/builds/one/bin/server'))).to.include({ place: at('way') });
  });

  it('ends with links that lead round in a circle', () => {
    fs.symlinkSync(at('b'), at('a'));
    fs.symlinkSync(at('a'), at('b'));
    expect(distrustOf(at('a'))?.seen.code).to.equal('distrust.nowhere');
  });

  it('is quoted in a command to copy', () => {
    const odd = at("it's $HOME");
    fs.mkdirSync(odd);
    fs.chmodSync(odd, 0o777);
    expect(distrustOf(odd)?.fix).to.equal(`chmod go-w '${at("it'\\''s $HOME")}'`);
  });

  it('counts as everybody for a PATH only where all may write', () => {
    expect(everybodysPlace(program())).to.equal(undefined);
    fs.chmodSync(at('cache'), 0o1777);
    expect(everybodysPlace(program())).to.equal(undefined);
    for (const [name, mode] of [
      ['cache', 0o777],
      ['cache/builds/one/bin', 0o1777],
      ['cache/builds/one/bin/server', 0o757],
    ] as const) {
      fs.chmodSync(at(name), mode);
      expect(everybodysPlace(program()), name).to.equal(at(name));
      fs.chmodSync(at(name), 0o755);
    }
  });

  it('is not taken from the mode of a link', () => {
    fs.symlinkSync(program(), at('cache/server'));
    expect(everybodysPlace(at('cache/server'))).to.equal(undefined);
    fs.chmodSync(at('cache/builds'), 0o777);
    expect(everybodysPlace(at('cache/server'))).to.equal(at('cache/builds'));
  });

  it('is everybody where a link of a PATH could have been put by anybody, wherever it leads', () => {
    fs.mkdirSync(at('shared'));
    fs.symlinkSync(program(), at('shared/server'));
    expect(everybodysPlace(at('shared/server'))).to.equal(undefined);
    for (const mode of [0o777, 0o1777]) {
      fs.chmodSync(at('shared'), mode);
      expect(everybodysPlace(at('shared/server'))).to.equal(at('shared'));
    }
  });

  asRoot('is everybody where a stranger made the folder of a PATH in one like /tmp', () => {
    fs.mkdirSync(at('tmp/bin'), { recursive: true });
    fs.chmodSync(at('tmp'), 0o1777);
    fs.writeFileSync(at('tmp/bin/server'), '', { mode: 0o755 });
    fs.symlinkSync('bin', at('tmp/way'));
    expect(everybodysPlace(at('tmp/way/server'))).to.equal(undefined);
    fs.chownSync(at('tmp/bin'), NOBODY, NOBODY);
    expect(everybodysPlace(at('tmp/way/server'))).to.equal(at('tmp'));
    fs.chmodSync(at('tmp'), 0o755);
    expect(everybodysPlace(at('tmp/way/server'))).to.equal(undefined);
  });

  asRoot('is told of an owner', () => {
    expect(foreignOwner(program())).to.equal(undefined);
    fs.chownSync(program(), NOBODY, NOBODY);
    expect(foreignOwner(program())).to.equal(`belongs to nobody (${NOBODY})`);
  });
});
