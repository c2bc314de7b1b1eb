/** What another user, or an earlier file, can put in the way of what redis-lab writes. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { WorkspaceError } from '../../lib/errors.js';
import { buildLab } from '../../lib/lab/lab.js';
import { Folder, temporaryFolder } from '../../lib/workspace/folder.js';
import { checkWritable, writeText } from '../../lib/workspace/named-file.js';
import { isAside, writeAside } from '../../lib/workspace/regular.js';
import { NOBODY } from '../support/other-user.js';
import { skip } from '../support/skip.js';

const SECRET = "the user's own\n";
const isRoot = process.getuid?.() === 0;

describe('what is planted', () => {
  let home: string;
  let shared: string;
  let victim: string;

  beforeEach(() => {
    home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-spec-')));
    fs.chmodSync(home, 0o755);
    shared = path.join(home, 'shared');
    fs.mkdirSync(shared);
    fs.chmodSync(shared, 0o1777);
    victim = path.join(home, 'victim');
    fs.writeFileSync(victim, SECRET, { mode: 0o600 });
  });
  afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

  const untouched = () => {
    expect(fs.readFileSync(victim, 'utf8')).to.equal(SECRET);
    expect(fs.statSync(victim).mode & 0o777).to.equal(0o600);
  };

  /** Ways to make a name something that is not what it seems. */
  const PLANTS: Record<string, (file: string) => void> = {
    'a link': (file) => fs.symlinkSync(victim, file),
    'a hard link': (file) => fs.linkSync(victim, file),
    'a pipe': (file) => execFileSync('mkfifo', [file]),
  };

  for (const [what, plant] of Object.entries(PLANTS)) {
    it(`under a name that an earlier version would have used for half a file is left alone: ${what}`, () => {
      for (let pid = process.pid - 3; pid <= process.pid + 3; pid++) {
        plant(path.join(shared, `.redis-lab-${pid}.tmp`));
      }
      new Folder(shared).replace('report.html', 'new', 0o644);
      untouched();
      expect(fs.readFileSync(path.join(shared, 'report.html'), 'utf8')).to.equal('new');
    });

    it(`under the very name is replaced, not written through, by a folder’s file: ${what}`, () => {
      plant(path.join(shared, 'redis.conf'));
      new Folder(shared).replace('redis.conf', 'new', 0o644);
      untouched();
      expect(fs.lstatSync(path.join(shared, 'redis.conf')).isFile()).to.equal(true);
    });

    it(`holds up no reader: ${what}`, () => {
      plant(path.join(shared, 'redis.conf'));
      const found = new Folder(shared).read('redis.conf');
      if (what !== 'a hard link') expect(found?.content).to.equal(undefined);
    });
  }

  it('cannot be put under the name of half a file: nobody can foresee it', () => {
    const made = Array.from({ length: 50 }, () => path.basename(writeAside(shared, 'x', 0o600)));
    expect(new Set(made).size).to.equal(50);
    for (const name of made) {
      expect(name).to.match(/^\.redis-lab-[0-9a-f]{32}\.tmp$/);
      expect(isAside(name)).to.equal(true);
    }
    const folders = [temporaryFolder('redis-lab-x-'), temporaryFolder('redis-lab-x-')];
    try {
      for (const { root } of folders) {
        expect(path.basename(root)).not.to.include(String(process.pid));
        expect(fs.statSync(root).mode & 0o777).to.equal(0o700);
      }
      expect(folders[0]?.root).not.to.equal(folders[1]?.root);
    } finally {
      for (const folder of folders) folder.removeEmptyRoot();
    }
  });

  it('is not cleared away as a rest of ours, unless it is', () => {
    const names = [
      '.redis-lab-1.tmp',
      '.redis-lab-1-0123abcd.tmp',
      `.redis-lab-${'a'.repeat(32)}.tmp`,
    ];
    for (const name of names) fs.writeFileSync(path.join(shared, name), '');
    const others = ['.redis-lab-x.tmp', '.redis-lab-1.tmp.bak', 'redis-lab-1.tmp'];
    for (const name of others) fs.writeFileSync(path.join(shared, name), '');
    fs.symlinkSync(victim, path.join(shared, '.redis-lab-2.tmp'));
    fs.mkdirSync(path.join(shared, '.redis-lab-3.tmp'));
    const stays = [...others, '.redis-lab-2.tmp', '.redis-lab-3.tmp'];
    if (isRoot) {
      fs.writeFileSync(path.join(shared, '.redis-lab-4.tmp'), '');
      fs.chownSync(path.join(shared, '.redis-lab-4.tmp'), NOBODY, NOBODY);
      stays.push('.redis-lab-4.tmp');
    }
    new Folder(shared).removeAsides();
    expect(fs.readdirSync(shared)).to.have.members(stays);
  });

  it('stays where it is when a file cannot be put in its place, and half a file does not', () => {
    fs.mkdirSync(path.join(shared, 'report.html'));
    expect(() => new Folder(shared).replace('report.html', 'new', 0o644)).to.throw(WorkspaceError);
    expect(fs.readdirSync(shared)).to.deep.equal(['report.html']);
  });

  describe('by somebody else', () => {
    before(function () {
      // Only root can make something another user's; no installation brings that.
      if (!isRoot) skip(this, 'root, for files of another user');
    });

    const modes = {
      'sticky, of root': [0o1777, 0],
      'of somebody else': [0o777, NOBODY],
    } as const;
    for (const [where, [mode, owner]] of Object.entries(modes)) {
      describe(`in a shared folder, ${where}`, () => {
        beforeEach(() => {
          fs.chmodSync(shared, mode);
          fs.chownSync(shared, owner, owner);
        });

        const theirs = (name: string) => {
          fs.lchownSync(path.join(shared, name), NOBODY, NOBODY);
          return path.join(shared, name);
        };

        it('leads no report elsewhere: a link, a chain of links, a folder that is a link', async () => {
          fs.symlinkSync(victim, path.join(shared, 'x.html'));
          fs.symlinkSync('x.html', path.join(shared, 'y.html'));
          fs.symlinkSync(home, path.join(shared, 'reports'));
          fs.symlinkSync(path.join(home, 'none'), path.join(shared, 'z.html'));
          for (const name of ['x.html', 'y.html', 'z.html', 'reports']) theirs(name);
          for (const name of ['x.html', 'y.html', 'z.html', 'reports/victim']) {
            const file = path.join(shared, name);
            const seen = await writeText(file, 'new').catch((error: unknown) => error);
            expect(seen, name).to.be.instanceOf(WorkspaceError);
            expect(String(seen)).to.include(`a link of somebody else (user ${NOBODY})`);
            expect(() => checkWritable(file), name).to.throw('a link of somebody else');
          }
          untouched();
          expect(fs.existsSync(path.join(home, 'none'))).to.equal(false);
        });

        it('swallows no report, and holds up nobody: a pipe', async () => {
          execFileSync('mkfifo', [path.join(shared, 'x.html')]);
          const seen = await writeText(theirs('x.html'), 'new').catch((error: unknown) => error);
          expect(String(seen)).to.include('a pipe or a device of somebody else');
        });

        it('gets no generated file: a folder where one of the lab’s belongs', async () => {
          fs.mkdirSync(path.join(shared, 'nodes'));
          fs.chmodSync(theirs('nodes'), 0o777);
          fs.symlinkSync(home, path.join(shared, 'nodes', 'master'));
          const seen = await buildLab()
            .write(shared, { force: true })
            .catch((error: unknown) => error);
          expect(String(seen)).to.include(
            'nodes belongs to somebody else, and stands where everybody may put one',
          );
          expect(fs.readdirSync(home).sort()).to.deep.equal(['shared', 'victim']);
        });

        it('gets no generated file: a folder, or a link to one, under the name of the whole lab', async () => {
          fs.mkdirSync(path.join(shared, 'generated'));
          fs.chmodSync(theirs('generated'), 0o777);
          fs.symlinkSync(home, path.join(shared, 'way'));
          for (const [name, why] of [
            [
              'generated',
              'generated belongs to somebody else (user 65534), and stands where everybody',
            ],
            [theirs('way'), 'way is a link of somebody else'],
            ['way/below', 'way is a link of somebody else'],
          ] as const) {
            const seen = await buildLab()
              .write(path.resolve(shared, name), { force: true })
              .catch((error: unknown) => error);
            expect(String(seen)).to.include(why);
          }
          expect(fs.readdirSync(home).sort()).to.deep.equal(['shared', 'victim']);
          expect(fs.readdirSync(path.join(shared, 'generated'))).to.deep.equal([]);
        });

        it('is replaced where a generated file belongs, with --force, and never written through', async () => {
          fs.symlinkSync(victim, path.join(shared, 'Vagrantfile'));
          theirs('Vagrantfile');
          await buildLab()
            .write(shared)
            .then(
              () => expect.fail('it was written over'),
              (error: unknown) => expect(error).to.be.instanceOf(WorkspaceError),
            );
          await buildLab().write(shared, { force: true });
          untouched();
          expect(fs.lstatSync(path.join(shared, 'Vagrantfile')).isFile()).to.equal(true);
        });
      });
    }
  });

  describe('by the user', () => {
    it('keeps who may read a file, and a new one is open to whom the umask says', async () => {
      await writeText(victim, 'new');
      const file = path.join(home, 'x.html');
      const before = process.umask(0o077);
      try {
        await writeText(file, 'new');
      } finally {
        process.umask(before);
      }
      for (const each of [victim, file]) expect(fs.statSync(each).mode & 0o777).to.equal(0o600);
    });

    it('is followed: a link to a file, of which the link stays', async () => {
      fs.symlinkSync('../victim', path.join(shared, 'mine.html'));
      await writeText(path.join(shared, 'mine.html'), 'new');
      expect(fs.readFileSync(victim, 'utf8')).to.equal('new');
      expect(fs.readlinkSync(path.join(shared, 'mine.html'))).to.equal('../victim');
    });

    it('takes what is written: a device, and a pipe as soon as somebody reads', async () => {
      await writeText('/dev/null', 'new');
      const pipe = path.join(home, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const text = 'a line\n'.repeat(100_000);
      const reading = new Promise<string>((resolve, reject) => {
        fs.readFile(pipe, 'utf8', (error, read) => (error ? reject(error) : resolve(read)));
      });
      await writeText(pipe, text);
      expect(await reading).to.equal(text);
    });

    it('is refused in words: a folder, and a file where a folder belongs; one that is missing is made', async () => {
      for (const [file, words] of [
        [shared, 'EISDIR'],
        [path.join(victim, 'none', 'x.html'), 'ENOTDIR'],
      ] as const) {
        const seen = await writeText(file, 'new').catch((error: unknown) => error);
        expect(seen).to.be.instanceOf(WorkspaceError);
        expect(String(seen)).to.include(words);
      }
      const made = path.join(home, 'none', 'here', 'x.html');
      await writeText(made, 'new');
      expect(fs.readFileSync(made, 'utf8')).to.equal('new');
    });
  });
});
