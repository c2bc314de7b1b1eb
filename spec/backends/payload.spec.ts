/** What nodes get from the cache of a host, which may have come from another machine. */
import { expect } from 'chai';
import { payloadFor } from '../../lib/backends/payload.js';
import { architecturesOf, releaseOf } from '../../lib/cache/names.js';
import { keepNodeBuild } from '../../lib/cache/node-builds.js';
import { keepSource } from '../../lib/cache/source.js';
import { finishedBuild, redisOf, sha256 } from '../cache/support/builds.js';
import { scratchFolder } from '../cache/support/folders.js';
import { refusal } from './support/server-errors.js';

const SOURCE = Buffer.from('as it was published');

/** Its one address gives nothing. */
const REDIS = redisOf({
  version: '7.0.99',
  source: { url: 'http://127.0.0.1:9/none.tar.gz', sha256: sha256(SOURCE) },
});

describe('what nodes get from the cache', () => {
  const cache = scratchFolder();
  const keep = (architecture: string) =>
    keepNodeBuild(REDIS, finishedBuild(REDIS, { architecture }), { cache: cache.root });
  const payload = (architectures: readonly string[] | undefined, distribution?: string) =>
    payloadFor(REDIS, { architectures, distribution }, { cache: cache.root });

  it('is a build for their processor, without the source', async () => {
    const { path } = await keep('aarch64');
    const { builds, source } = await payload(['aarch64']);
    expect(builds.map((each) => each.path)).to.deep.equal([path]);
    expect(source).to.equal(undefined);
  });

  it('is the source where all builds are for another processor, or else the reason is told', async () => {
    await keep('x86_64');
    expect(await refusal(payload(['aarch64']), 4)).to.contain('no source of redis 7.0.99');
    keepSource(releaseOf(REDIS), SOURCE, cache.root);
    expect((await payload(['aarch64'])).source).to.match(/\.tar\.gz$/);
  });

  it('is the source where all builds are for another distribution', async () => {
    await keep('x86_64');
    expect((await payload(['x86_64'], 'debian-12')).source).to.equal(undefined);
    expect(await refusal(payload(['x86_64'], 'ubuntu-24.04'), 4)).to.contain('no source of redis');
    keepSource(releaseOf(REDIS), SOURCE, cache.root);
    expect((await payload(['x86_64'], 'ubuntu-24.04')).source).to.match(/\.tar\.gz$/);
  });

  it('is any build where nobody knows their processor and distribution', async () => {
    await keep('x86_64');
    expect((await payload(undefined)).builds).to.have.length(1);
  });

  it('is for a processor by the name that Linux has for it', () => {
    expect(architecturesOf('arm64')).to.deep.equal(['aarch64']);
    expect(architecturesOf('x64')).to.deep.equal(['x86_64']);
    expect(architecturesOf('riscv64')).to.equal(undefined);
  });
});
