import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { rightsOf } from '../../lib/workspace/conf-rights.js';

/** On every system, and hardly who runs the tests. */
const OTHER = 'nobody';

describe('who may read and write a configuration', () => {
  let folder: string;
  let file: string;

  beforeEach(function unlessWindows() {
    if (process.platform === 'win32') return this.skip();
    folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-rights-'));
    file = path.join(folder, 'sentinel.conf');
    writeFileSync(file, 'port 26379\n');
    return undefined;
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function closed(ofFile: number, ofFolder: number): string | undefined {
    chmodSync(file, ofFile);
    chmodSync(folder, ofFolder);
    return rightsOf(file)?.closedTo(OTHER);
  }

  it('is said of the file, then of the folder that it is replaced in', () => {
    expect(closed(0o644, 0o777)).to.equal('file');
    expect(closed(0o666, 0o755)).to.equal('folder');
    expect(closed(0o666, 0o777)).to.equal(undefined);
    expect(closed(0o444, 0o555)).to.equal('file');
    expect(rightsOf(file)?.closedTo('root')).to.equal(undefined);
    expect(rightsOf(file)?.closedTo('not-a-user-of-this-host')).to.equal(undefined);
  });

  it('is reading by all only where all get there; links are followed', () => {
    chmodSync(folder, 0o700);
    chmodSync(file, 0o644);
    expect(rightsOf(file)?.isReadByAll).to.equal(false);
    chmodSync(folder, 0o755);
    if (tmpdir() === '/tmp') expect(rightsOf(file)?.isReadByAll).to.equal(true);
    const link = path.join(folder, 'link.conf');
    symlinkSync(file, link);
    chmodSync(file, 0o640);
    expect(rightsOf(link)?.isReadByAll).to.equal(false);
    expect(rightsOf(path.join(folder, 'absent.conf'))).to.equal(undefined);
  });
});
