/** How a node builds: where the source comes from when the way out is odd, and what it does without swap. */
import fs from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { sha256, tarOf } from '../../cache/support/builds.js';
import { scratchFolder } from '../../cache/support/folders.js';
import { readers } from '../../readers/support/readers.js';
import { LAB, NEEDS, ScratchNode, SERVER } from './support/scratch-node.js';

const { engine, version } = LAB.model.redis;
const SOURCE = gzipSync(
  tarOf(
    { name: 'redis/', type: '5' },
    { name: 'redis/src/', type: '5' },
    ...['deps', 'deps/lua', 'deps/lua/src', 'deps/jemalloc', 'deps/jemalloc/src'].map((name) => ({
      name: `redis/${name}/`,
      type: '5',
    })),
    ...['src/ae', 'src/anet', 'src/dict', 'deps/lua/src/lgc', 'deps/jemalloc/src/arena'].map(
      (name) => ({ name: `redis/${name}.c`, content: '' }),
    ),
  ),
);

readers('the build of a node', NEEDS, () => {
  const scratch = scratchFolder();
  let node: ScratchNode;
  const lines = (file: string) =>
    fs.existsSync(node.path(file)) ? node.read(file).trimEnd().split('\n') : [];
  const noted = (name: string, body: string) =>
    node.stub(name, `echo "${name} $*" >>'${node.path('asked')}'\n${body}`);

  beforeEach(() => {
    node = new ScratchNode(scratch.root, 'master', {
      SOURCE_SHA256: sha256(SOURCE),
      SOURCE_URLS: 'https://example.invalid/redis.tar.gz',
    });
    node.write('given.tar.gz', SOURCE);
    node.write('etc/resolv.conf', 'nameserver 10.0.2.3\n');
    memory({ MemAvailable: 2_000_000, SwapFree: 0 });
    node.stub('sleep', '');
    node.stub('timedatectl', 'echo no');
    node.stub('apt-config', '');
    // What make would leave behind.
    node.stub(
      'make',
      `for word; do case $word in PREFIX=*) mkdir -p "\${word#PREFIX=}/bin"; printf '#!/bin/sh\\n' >"\${word#PREFIX=}/bin/${SERVER}" ;; esac; done`,
    );
    curl('');
  });

  const memory = (values: Readonly<Record<string, number>>) =>
    node.write(
      'proc/meminfo',
      Object.entries(values)
        .map(([name, value]) => `${name}: ${value} kB\n`)
        .join(''),
    );
  /** A curl that does these lines, then gives the source. */
  function curl(body: string): void {
    noted(
      'curl',
      `${body}\nwhile [ $# -gt 0 ]; do [ "$1" = -o ] && cp '${node.path('given.tar.gz')}' "$2"; shift; done`,
    );
  }
  const build = () => node.run('build.sh');

  it('adds swap where there is little memory and none, and takes it away again', async () => {
    memory({ MemAvailable: 400_000, SwapFree: 0 });
    noted('fallocate', 'touch "$3"');
    noted('mkswap', '');
    noted('swapon', '');
    noted('swapoff', '');
    const { code, said } = await build();
    expect(code, said).to.equal(0);
    expect(said).to.include('redis-lab: only 390 MB of memory are free: 1 GB of swap is added');
    const asked = lines('asked').map((line) => line.split(' ')[0]);
    expect(asked).to.include.members(['mkswap', 'swapon', 'swapoff']);
    expect(fs.existsSync(node.path('var/lib/redis-lab/swap'))).to.equal(false);
  });

  it('tries without where none can be added, and says why', async () => {
    memory({ MemAvailable: 400_000, SwapFree: 0 });
    noted('fallocate', 'touch "$3"');
    noted('mkswap', '');
    noted('swapon', 'echo "swapon: Operation not permitted" >&2; exit 255');
    const { code, said } = await build();
    expect(code, said).to.equal(0);
    expect(said).to.include('no swap can be added (swapon: Operation not permitted): trying');
  });

  it('adds none where memory or swap is there', async () => {
    memory({ MemAvailable: 400_000, SwapFree: 500_000 });
    const { code, said } = await build();
    expect(code, said).to.equal(0);
    expect(said).not.to.include('swap');
  });

  it('says how far it is, and leaves nobody behind who waits', async () => {
    const seen = node.path('seen');
    node.stub('sleep', `echo "$*" >>'${node.path('slept')}'`);
    node.stub(
      'make',
      `case " $* " in *" all "*) touch "$2/ae.o" "$2/../deps/jemalloc/src/arena.o" "$2/../deps/jemalloc/src/arena.sym.o"; until [ -e '${seen}' ]; do :; done ;; esac
for word; do case $word in PREFIX=*) mkdir -p "\${word#PREFIX=}/bin" ;; esac; done`,
    );
    const told = `redis-lab: building ${engine} ${version}: 3 of about 6 files are compiled\n`;
    const { code, said } = await node.run('build.sh', { TELL_EVERY: '0.1' }, (heard) => {
      if (heard.split(told).length > 3) fs.writeFileSync(seen, '');
    });
    expect(code, said).to.equal(0);
    expect(said.split(told).length).to.be.greaterThan(3);
    // A program that waits would outlive the script, and hold what it stands on.
    expect(lines('slept')).to.deep.equal([]);
  });

  it('installs what the build needs and no more', async () => {
    const installed = async (release: string) => {
      const asked = 'asked-of-apt';
      fs.rmSync(node.path(asked), { force: true });
      node.stub('dpkg-query', 'exit 1');
      node.stub('apt-get', `echo "$*" >>'${node.path(asked)}'`);
      const env = node.read('opt/redis-lab/lab.env');
      node.write('opt/redis-lab/lab.env', env.replace(/^VERSION=.*$/m, `VERSION='${release}'`));
      const { said } = await build();
      const [, names = said] =
        /--no-install-recommends (.*) ca-certificates curl$/m.exec(lines(asked).join('\n')) ?? [];
      return names;
    };
    expect(await installed('7.0.15')).to.equal('gcc libc6-dev make libsystemd-dev');
    expect(await installed('8.2.8')).to.equal('gcc libc6-dev make libsystemd-dev g++');
  });

  it('waits for a time server where a certificate does not hold, and downloads again', async () => {
    curl(
      `[ -e '${node.path('once')}' ] || { touch '${node.path('once')}'; echo 'curl: (60) certificate is not yet valid' >&2; exit 60; }`,
    );
    node.stub('timedatectl', 'echo yes');
    const { code, said } = await build();
    expect(code, said).to.equal(0);
    expect(said).to.match(new RegExp(`built ${engine} ${version.replaceAll('.', '\\.')} in`));
    expect(lines('asked').filter((line) => line.startsWith('curl'))).to.have.lengthOf(2);
  });

  it('names the clock where none answers', async () => {
    curl("echo 'curl: (60) certificate is not yet valid' >&2; exit 60");
    const { code, said } = await build();
    expect(code).to.equal(1);
    expect(said).to.match(
      /FAILED: no source of .*; https:\/\/example\.invalid\/redis\.tar\.gz: the certificate does not hold at [-0-9]+ [0-9:]+ UTC, the time of this node's clock; /,
    );
  });

  it('goes through the proxy that only apt was given, where nothing else leads out', async () => {
    node.stub('apt-config', 'echo http://10.0.2.2:3128/');
    curl(
      'case "$*" in *--proxy*) ;; *) echo "curl: (6) Could not resolve host" >&2; exit 6 ;; esac',
    );
    const { code, said } = await build();
    expect(code, said).to.equal(0);
    expect(
      lines('asked')
        .filter((line) => line.startsWith('curl'))
        .at(-1),
    ).to.include('--proxy http://10.0.2.2:3128/ ');
  });

  it('goes through the proxy of /etc/environment', async () => {
    node.write('etc/environment', 'https_proxy="http://10.0.2.2:3128"\n');
    curl(`echo "$https_proxy" >'${node.path('proxy')}'`);
    const { code, said } = await build();
    expect(code, said).to.equal(0);
    expect(node.read('proxy')).to.equal('http://10.0.2.2:3128\n');
  });
});
