import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { WorkspaceError } from '../../lib/errors.js';
import { Folder, LOCK_FILES } from '../../lib/workspace/folder.js';
import { probe } from '../support/probe.js';

const CLAIMER = path.join(import.meta.dirname, 'support/claimer.ts');

interface Claimer {
  readonly pid: number;
  readonly won: readonly number[];
  readonly read: readonly (string | null)[];
}

for (const way of Object.keys(LOCK_FILES) as (keyof typeof LOCK_FILES)[]) {
  describe(`a lock file, by ${way}`, () => {
    let root: string;
    let folder: Folder;
    const names = () => fs.readdirSync(root).sort();

    beforeEach(() => {
      root = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-claims-spec-'));
      folder = new Folder(root, LOCK_FILES[way]);
    });

    afterEach(() => fs.rmSync(root, { recursive: true }));

    it('is the first one’s, and is read by all', () => {
      expect(folder.readLock('name')).to.equal(undefined);
      expect(folder.createLock('name', 'the first, ünï')).to.equal(true);
      expect(folder.createLock('name', 'the second')).to.equal(false);
      expect(new Folder(root, LOCK_FILES[way]).readLock('name')).to.equal('the first, ünï');
      expect(names()).to.deep.equal(['name']);
    });

    it('can be had again once it was taken away, which may happen twice', () => {
      folder.createLock('name', 'the first');
      folder.removeLock('name');
      folder.removeLock('name');
      expect(folder.readLock('name')).to.equal(undefined);
      expect(folder.createLock('name', 'the second')).to.equal(true);
      expect(folder.readLock('name')).to.equal('the second');
    });

    it('takes the place of another when its heir is renamed', () => {
      folder.createLock('name', 'the dead one');
      folder.createLock('name.heir', 'the heir');
      folder.rename('name.heir', 'name');
      expect(folder.readLock('name')).to.equal('the heir');
      expect(folder.readLock('name.heir')).to.equal(undefined);
      expect(folder.createLock('name', 'a third')).to.equal(false);
      expect(names()).to.deep.equal(['name']);
    });

    it('is not what something else is, which stays', () => {
      fs.writeFileSync(path.join(root, 'file'), 'what is this?');
      fs.writeFileSync(path.join(root, 'empty'), '');
      fs.mkdirSync(path.join(root, 'folder'));
      for (const name of ['file', 'empty', 'folder']) {
        expect(folder.readLock(name), name).to.equal('');
        expect(folder.createLock(name, 'mine'), name).to.equal(false);
        expect(folder.readLock(name), name).to.equal('');
      }
      expect(fs.readFileSync(path.join(root, 'file'), 'utf8')).to.equal('what is this?');
      expect(names()).to.deep.equal(['empty', 'file', 'folder']);
    });

    it('says so where its folder is gone', () => {
      fs.rmdirSync(root);
      expect(() => folder.createLock('name', 'mine'))
        .to.throw(WorkspaceError, `cannot make ${root}/name: ENOENT`)
        .with.nested.property('cause.code', 'ENOENT');
      expect(folder.readLock('name')).to.equal(undefined);
      folder.removeLock('name');
      fs.mkdirSync(root);
    });

    it('of many who want it at once is one’s, and whole from its beginning', async () => {
      const rounds = 300;
      fs.mkdirSync(path.join(root, 'names'));
      const args = [probe(CLAIMER), root, way, String(rounds)];
      const running = [0, 1, 2].map(async () => {
        const { stdout } = await promisify(execFile)(process.execPath, args);
        return JSON.parse(stdout) as Claimer;
      });
      const all = Promise.all(running);
      const ready = async () => {
        while (names().length <= running.length) await new Promise((go) => setTimeout(go, 10));
        fs.writeFileSync(path.join(root, 'go'), '');
      };
      // If one of them fails, that is what is reported.
      await Promise.race([ready(), all]);
      const claimers = await all;
      const winners = claimers.flatMap(({ pid, won }) =>
        won.map((round) => [round, `${pid},${round},${'x'.repeat(40)}`] as const),
      );
      const texts = new Map(winners);
      expect(winners).to.have.length(rounds);
      expect(texts.size).to.equal(rounds);
      for (const { read } of claimers) {
        expect(new Set(read)).to.deep.equal(new Set(texts.values()));
      }
      const numbers = [...texts.keys()].map(String).sort();
      expect(fs.readdirSync(path.join(root, 'names')).sort()).to.deep.equal(numbers);
    });
  });
}

describe('a lock file by hard links', () => {
  it('is not what a link leads to', () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-claims-spec-'));
    const folder = new Folder(root, LOCK_FILES.files);
    folder.createLock('name', 'mine');
    fs.symlinkSync('name', path.join(root, 'link'));
    fs.symlinkSync('nowhere', path.join(root, 'dangling'));
    for (const name of ['link', 'dangling']) {
      expect(folder.readLock(name), name).to.equal('');
      expect(folder.createLock(name, 'other'), name).to.equal(false);
    }
    expect(fs.readdirSync(root)).to.have.length(3);
    fs.rmSync(root, { recursive: true });
  });
});
