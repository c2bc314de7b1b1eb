/** Sources that are kept: found by their digest, and by nothing else. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { releaseOf } from '../../lib/cache/names.js';
import { keepSource, keptSource, sourceOf } from '../../lib/cache/source.js';
import { refusal } from '../backends/support/server-errors.js';
import { redisOf, sha256 } from './support/builds.js';
import { filesBelow, scratchFolder } from './support/folders.js';

const UPSTREAM = Buffer.from('as it was published');
const REPACKED = Buffer.from('as a distribution packed it');

/** A release that nobody has, with the source that these bytes are. */
function described(content: Buffer, url = 'http://127.0.0.1:9/none.tar.gz') {
  return redisOf({ version: '7.0.99', source: { url, sha256: sha256(content) } });
}

describe('sources in the cache', () => {
  const cache = scratchFolder();
  const options = () => ({ cache: cache.root });
  const keep = (content: Buffer) => keepSource(releaseOf(described(content)), content, cache.root);
  const nameOf = (content: Buffer) => `sources/redis-7.0.99-${sha256(content).slice(0, 12)}.tar.gz`;

  it('lie side by side for two tarballs of one version, each found for its own description', async () => {
    keep(UPSTREAM);
    keep(REPACKED);
    expect(filesBelow(cache.root)).to.deep.equal([nameOf(UPSTREAM), nameOf(REPACKED)].sort());
    for (const content of [UPSTREAM, REPACKED]) {
      const redis = described(content);
      expect(await keptSource(redis, options())).to.equal(path.join(cache.root, nameOf(content)));
      // No address gives anything: they are the bytes of the cache.
      expect((await sourceOf(redis, options())).equals(content)).to.equal(true);
    }
  });

  it('are not there before they are kept, nor for packages, and looking makes nothing', async () => {
    expect(await keptSource(described(UPSTREAM), options())).to.equal(undefined);
    expect(await keptSource(redisOf({ install: 'package' }), options())).to.equal(undefined);
    expect(fs.readdirSync(cache.root)).to.deep.equal([]);
  });

  it('are as good as not there when they are damaged', async () => {
    keep(UPSTREAM);
    fs.appendFileSync(path.join(cache.root, nameOf(UPSTREAM)), 'x');
    expect(await keptSource(described(UPSTREAM), options())).to.equal(undefined);
    keep(UPSTREAM);
    expect(await keptSource(described(UPSTREAM), options())).to.be.a('string');
  });

  it('are as good as not there when their folder is none, or a link', async () => {
    const folder = path.join(cache.root, 'sources');
    fs.writeFileSync(folder, '');
    expect(await keptSource(described(UPSTREAM), options())).to.equal(undefined);
    fs.rmSync(folder);
    fs.mkdirSync(path.join(cache.root, 'elsewhere'));
    fs.symlinkSync(path.join(cache.root, 'elsewhere'), folder);
    expect(await keptSource(described(UPSTREAM), options())).to.equal(undefined);
  });

  it('can be brought along where no address gives them, which the error says', async () => {
    const message = await refusal(sourceOf(described(UPSTREAM), options()), 4);
    expect(message).to.match(/^There is no source of redis 7\.0\.99 to be had:\n/);
    expect(message).to.contain('bring the file along: redis-lab cache add FILE');
  });
});
