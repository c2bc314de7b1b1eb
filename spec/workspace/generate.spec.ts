import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { WorkspaceError } from '../../lib/errors.js';
import type { RenderedFile } from '../../lib/render/file.js';
import { firstDifference, writeFiles } from '../../lib/workspace/generate.js';
import { digest, MANIFEST } from '../../lib/workspace/manifest.js';

const file = (name: string, content: string | Uint8Array, mode: 0o644 | 0o755 = 0o644) =>
  ({ path: name, content, mode }) satisfies RenderedFile;

async function refused(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(WorkspaceError);
  expect((error as Error).message).to.match(message);
}

describe('writeFiles', () => {
  let folder: string;
  const at = (...names: string[]) => path.join(folder, ...names);
  const text = (...names: string[]) => readFileSync(at(...names), 'utf8');

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-spec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes the folder, writes every file, and then changes nothing', async () => {
    const files = [
      file('a', '1\n'),
      file('n/b.sh', '2\n', 0o755),
      file('n/c', new Uint8Array([0])),
    ];
    expect((await writeFiles(at('out'), files)).created).to.deep.equal(['a', 'n/b.sh', 'n/c']);
    expect(text('out', 'n', 'b.sh')).to.equal('2\n');
    expect(statSync(at('out', 'n', 'b.sh')).mode & 0o777).to.equal(0o755);
    const stamps = () =>
      ['a', MANIFEST].map((name) => statSync(at('out', name), { bigint: true }).ctimeNs);
    const before = stamps();
    expect(await writeFiles(at('out'), files)).to.deep.include({
      created: [],
      updated: [],
      unchanged: ['a', 'n/b.sh', 'n/c'],
    });
    expect(stamps()).to.deep.equal(before);
    expect(firstDifference(at('out'), files)).to.equal(undefined);
  });

  it('writes only what changed', async () => {
    await writeFiles(folder, [file('a', '1'), file('b', '1')]);
    expect(await writeFiles(folder, [file('a', '1'), file('b', '2')])).to.deep.include({
      updated: ['b'],
      unchanged: ['a'],
    });
    expect(text('b')).to.equal('2');
  });

  it('names machines that Vagrant made of another seed, and no others', async () => {
    const files = (one: string, two?: string) => [
      file('nodes/one/seed.iso', one),
      ...(two === undefined ? [] : [file('nodes/two/seed.iso', two)]),
    ];
    const machine = (node: string, id: string, seed?: string) => {
      const below = at('.vagrant', 'machines', node, 'virtualbox');
      mkdirSync(below, { recursive: true });
      writeFileSync(path.join(below, 'id'), id);
      if (seed !== undefined) writeFileSync(path.join(below, 'redis-lab-seed.sha256'), seed);
    };
    const outdated = async (one: string, two?: string) =>
      (await writeFiles(folder, files(one, two))).outdated;
    expect(await outdated('a', 'a'), 'no machines').to.deep.equal([]);
    machine('one', 'f00', digest('a'));
    machine('two', 'ba7');
    expect(await outdated('a', 'a'), 'nothing changed').to.deep.equal([]);
    expect(await outdated('b', 'b')).to.deep.equal(['one', 'two']);
    expect(await outdated('b', 'b'), 'made of a seed that is known').to.deep.equal(['one']);
    expect(await outdated('b'), 'no longer part of the lab').to.deep.equal(['one', 'two']);
    machine('one', '');
    expect(await outdated('c', 'c'), 'gone').to.deep.equal(['two']);
  });

  it('removes what it wrote and no longer writes, with the folders that leaves empty', async () => {
    await writeFiles(folder, [file('a', '1'), file('nodes/old/x', '1')]);
    expect((await writeFiles(folder, [file('a', '1')])).removed).to.deep.equal(['nodes/old/x']);
    expect(existsSync(at('nodes'))).to.equal(false);
  });

  it('touches nothing that it did not write', async () => {
    writeFileSync(at('notes.txt'), 'mine');
    mkdirSync(at('nodes', 'old'), { recursive: true });
    writeFileSync(at('nodes', 'old', 'answers.md'), 'mine');
    await writeFiles(folder, [file('nodes/old/x', '1')]);
    await writeFiles(folder, [file('a', '1')]);
    expect(text('notes.txt')).to.equal('mine');
    expect(text('nodes', 'old', 'answers.md')).to.equal('mine');
  });

  it('keeps a file of its own that was edited, when the lab no longer has it', async () => {
    await writeFiles(folder, [file('a', '1'), file('b', '1')]);
    writeFileSync(at('b'), 'edited');
    expect((await writeFiles(folder, [file('a', '1')])).kept).to.deep.equal(['b']);
    expect(text('b')).to.equal('edited');
  });

  it('refuses to replace what somebody else wrote, and then has changed nothing', async () => {
    writeFileSync(at('Vagrantfile'), 'mine');
    const files = [file('a', '1'), file('Vagrantfile', 'ours')];
    await refused(
      writeFiles(folder, files),
      /already has Vagrantfile, which redis-lab did not write.*--force/,
    );
    expect(readdirSync(folder)).to.deep.equal(['Vagrantfile']);
    expect(text('Vagrantfile')).to.equal('mine');
    await writeFiles(folder, files, { force: true });
    expect(text('Vagrantfile')).to.equal('ours');
  });

  it('says with dryRun what would change, and changes nothing', async () => {
    await writeFiles(folder, [file('a', '1'), file('b', '1')]);
    const changes = await writeFiles(folder, [file('a', '2'), file('c', '1')], { dryRun: true });
    expect(changes).to.deep.include({ created: ['c'], updated: ['a'], removed: ['b'] });
    expect(text('a')).to.equal('1');
    expect(readdirSync(folder).sort()).to.deep.equal([MANIFEST, 'a', 'b']);
  });

  it('leaves no temporary file behind', async () => {
    await writeFiles(folder, [file('a', '1')]);
    expect(readdirSync(folder).sort()).to.deep.equal([MANIFEST, 'a']);
  });

  for (const name of ['../evil', '/etc/evil', 'a/../../evil', 'a\\b', '..']) {
    it(`does not remove ${name} on the word of a tampered list`, async () => {
      writeFileSync(at(MANIFEST), JSON.stringify({ files: { [name]: 'x' } }));
      await refused(writeFiles(folder, []), /cannot? ?trust|can trust/);
    });
  }

  it('refuses to follow a link out of the folder', async () => {
    mkdirSync(at('out'));
    mkdirSync(at('elsewhere'));
    symlinkSync(at('elsewhere'), at('out', 'nodes'));
    await refused(writeFiles(at('out'), [file('nodes/x', '1')]), /is a link/);
    expect(readdirSync(at('elsewhere'))).to.deep.equal([]);
  });

  it('neither makes, replaces nor removes anything beyond a link', async () => {
    mkdirSync(at('elsewhere/master'), { recursive: true });
    await writeFiles(at('out'), [file('a', '1'), file('nodes/x', '1'), file('b', '1')]);
    rmSync(at('out/nodes'), { recursive: true });
    writeFileSync(at('elsewhere/x'), '1');
    symlinkSync(at('elsewhere'), at('out/nodes'));
    await refused(writeFiles(at('out'), [file('a', '2')]), /nodes is a link/);
    await refused(writeFiles(at('out'), [file('nodes/sub/x', '1')]), /nodes is a link/);
    expect(readdirSync(at('elsewhere')).sort()).to.deep.equal(['master', 'x']);
    expect(text('out', 'a')).to.equal('1');
  });

  it("takes a link or a folder in the place of a file for somebody else's", async () => {
    mkdirSync(at('out/b'), { recursive: true });
    writeFileSync(at('target'), 'mine');
    symlinkSync(at('target'), at('out/a'));
    const files = [file('a', '1'), file('b', '1'), file('c', '1')];
    await refused(writeFiles(at('out'), files), /already has a, b, which redis-lab did not write/);
    expect(readdirSync(at('out')).sort()).to.deep.equal(['a', 'b']);
    expect(text('target')).to.equal('mine');
  });

  it('finds what is in the way before it writes, and claims nothing', async () => {
    writeFileSync(at('nodes'), 'a file');
    await refused(
      writeFiles(folder, [file('a', '1'), file('nodes/x', '1')]),
      /nodes is not a folder/,
    );
    expect(readdirSync(folder)).to.deep.equal(['nodes']);
  });

  it('claims what was written when it is interrupted, and that only', async () => {
    const files = Array.from({ length: 200 }, (_, i) => file(`f${i}`, '1'));
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(), 0);
    const error = await writeFiles(folder, files, { signal: interrupt.signal }).catch((e) => e);
    expect(error).to.include({ exitCode: 130 });
    const written = readdirSync(folder).filter((name) => name !== MANIFEST);
    const claimed = existsSync(at(MANIFEST)) ? Object.keys(JSON.parse(text(MANIFEST)).files) : [];
    expect(claimed.sort()).to.deep.equal(written.sort());
    expect((await writeFiles(folder, files)).unchanged).to.have.lengthOf(written.length);
  });

  it('says what stands where a folder is needed', async () => {
    writeFileSync(at('out'), 'a file');
    await refused(
      writeFiles(at('out'), [file('a', '1')]),
      /cannot read .*out\/\.redis-lab\.json: ENOTDIR\. A file stands where a folder is needed/,
    );
  });
});

describe('firstDifference', () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-spec-'));
    await writeFiles(folder, [file('a', '1\n2\n3\n', 0o755), file('b', new Uint8Array([1, 2, 3]))]);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const difference = (...files: RenderedFile[]) => firstDifference(folder, files);
  const b = file('b', new Uint8Array([1, 2, 3]));

  it('names the line of a text', async () => {
    expect(difference(file('a', '1\nx\n3\n', 0o755), b)).to.deep.equal({
      path: 'a',
      kind: 'differs',
      line: 2,
      expected: 'x',
      found: '2',
    });
  });

  it('sees that the list of files is not what it should be', async () => {
    const files = [file('a', '1\n2\n3\n', 0o755), b];
    writeFileSync(path.join(folder, MANIFEST), '{"files":{"a":"x","b":"x"}}');
    expect(difference(...files)).to.include({ path: MANIFEST, kind: 'differs' });
    rmSync(path.join(folder, MANIFEST));
    expect(difference(...files)).to.deep.equal({ path: MANIFEST, kind: 'missing' });
  });

  it('names the byte of anything else', async () => {
    expect(
      difference(file('a', '1\n2\n3\n', 0o755), file('b', new Uint8Array([1, 9, 3]))),
    ).to.deep.equal({ path: 'b', kind: 'differs', byte: 2 });
  });

  it('sees a missing file, an obsolete one, and one that cannot be run any more', async () => {
    expect(difference(file('new', '1'))).to.deep.equal({ path: 'new', kind: 'missing' });
    expect(difference(b)).to.deep.equal({ path: 'a', kind: 'obsolete' });
    chmodSync(path.join(folder, 'a'), 0o644);
    expect(difference(file('a', '1\n2\n3\n', 0o755), b)).to.deep.equal({ path: 'a', kind: 'mode' });
  });
});
