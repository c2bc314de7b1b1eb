import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { findServer, serverLack } from '../../lib/backends/local/server.js';
import { buildLab } from '../../lib/lab/lab.js';
import { program, readers } from '../readers/support/readers.js';
import { english } from '../support/english.js';
import { FakeHost, lives, REDIS_7, VALKEY_8 } from './support/server-here.js';

describe('the search for a server', () => {
  const redis = buildLab().model;
  const valkey = buildLab({ redis: { engine: 'valkey' } }).model;
  let host: FakeHost;

  beforeEach(() => {
    host = new FakeHost();
  });
  afterEach(() => host.remove());

  it('finds a server by its name, with the client beside it', async () => {
    const server = host.server('redis-server', REDIS_7);
    const cli = host.cli();
    expect(await findServer(redis, undefined, host.here())).to.deep.equal({
      engine: 'redis',
      version: '7.0.15',
      program: server,
      argv0: 'redis-server',
      cli,
    });
  });

  it('takes the file that links lead to, and the client of another folder', async () => {
    const server = host.server('redis-check-rdb', REDIS_7, 'real');
    fs.symlinkSync(server, path.join(host.bin(), 'redis-server'));
    const cli = host.cli('redis-cli', 'elsewhere');
    const folders = [host.bin(), host.bin('elsewhere')];
    const found = await findServer(redis, undefined, host.here({ folders }));
    expect(found).to.include({ program: server, argv0: 'redis-server', cli });
  });

  it('prefers the described engine wherever it is', async () => {
    host.server('redis-server', REDIS_7, 'late');
    host.server('valkey-server', VALKEY_8, 'early');
    host.cli('redis-cli');
    const folders = ['early', 'late', 'bin'].map((name) => host.bin(name));
    const here = host.here({ folders });
    expect(await findServer(redis, undefined, here)).to.include({ engine: 'redis' });
    expect(await findServer(valkey, undefined, here)).to.include({
      engine: 'valkey',
      version: '8.1.1',
      argv0: 'valkey-server',
    });
  });

  it('takes the other engine where the described one is not', async () => {
    host.server('valkey-check-rdb', VALKEY_8);
    const cli = host.cli('valkey-cli');
    expect(await findServer(redis, undefined, host.here())).to.include({
      engine: 'valkey',
      argv0: 'valkey-server',
      cli,
    });
  });

  it('believes what a server says and not what it is called', async () => {
    host.server('redis-server', VALKEY_8, 'early');
    const real = host.server('redis-server', REDIS_7, 'late');
    host.cli();
    const folders = ['early', 'late', 'bin'].map((name) => host.bin(name));
    expect(await findServer(redis, undefined, host.here({ folders }))).to.include({
      engine: 'redis',
      program: real,
    });
    expect(await findServer(valkey, undefined, host.here({ folders }))).to.include({
      engine: 'valkey',
      argv0: 'redis-server',
    });
  });

  it('knows Valkey 7.2, which does not say its name', async () => {
    host.server('valkey-server', 'Server v=7.2.5 sha=00000000:0 malloc=libc bits=64 build=1');
    host.cli('valkey-cli');
    expect(await findServer(valkey, undefined, host.here())).to.include({
      engine: 'valkey',
      version: '7.2.5',
    });
  });

  const useless: Record<string, [answer: string, why: RegExp]> = {
    'one that is too old': ['Redis server v=6.0.16 sha=0', /is Redis 6\.0\.16, older than 6\.2\.0/],
    'a development version': ['Redis server v=255.255.255 sha=0', /is a development version/],
    'a checker of dumps': ['redis-check-rdb 7.0.15', /says "redis-check-rdb 7\.0\.15" when asked/],
    'one that says nothing': ['', /says nothing when asked for its version/],
  };
  for (const [what, [answer, why]] of Object.entries(useless)) {
    it(`passes over ${what}, and says so`, async () => {
      const server = host.server('redis-server', answer);
      host.cli();
      expect(await findServer(redis, undefined, host.here())).to.equal(undefined);
      const { seen } = english(await serverLack(redis, undefined, host.here()));
      expect(seen).to.match(why).and.to.contain(server);
    });
  }

  it('passes over one that cannot be started or fails', async () => {
    const broken = path.join(host.bin(), 'redis-server');
    fs.writeFileSync(broken, '#!/no/such/interpreter\n', { mode: 0o755 });
    host.program('valkey-server', `echo '${VALKEY_8}'; exit 3`);
    host.cli();
    expect(await findServer(redis, undefined, host.here())).to.equal(undefined);
    const { seen } = english(await serverLack(redis, undefined, host.here()));
    expect(seen).to.match(/redis-server does not answer: .* could not be started/);
    expect(seen).to.match(/valkey-server says "Valkey .*, and ends with 3/);
  });

  it('passes over one that does not answer, and ends all that it started', async () => {
    const pids = path.join(host.folder, 'pids');
    host.program('redis-server', `sleep 300 & echo $$ $! > '${pids}'; wait`);
    const next = host.server('redis-check-rdb', REDIS_7);
    host.cli();
    expect(await findServer(redis, undefined, host.here())).to.include({ program: next });
    const started = fs.readFileSync(pids, 'utf8').trim().split(' ').map(Number);
    expect(started.filter(lives)).to.deep.equal([]);
  }).timeout(30_000);

  it('passes over one without a client', async () => {
    host.server('redis-server', REDIS_7);
    expect(await findServer(redis, undefined, host.here())).to.equal(undefined);
    const { seen } = english(await serverLack(redis, undefined, host.here()));
    expect(seen).to.match(/redis-server has no client: there is neither redis-cli nor valkey-cli/);
  });

  it('stops when it is told to', async () => {
    host.program('redis-server', 'sleep 300');
    const aborter = new AbortController();
    const found = findServer(redis, aborter.signal, host.here());
    aborter.abort(new Error('enough'));
    const error = await found.catch((reason: unknown) => reason);
    expect(error).to.have.property('message', 'enough');
  });

  readers('on this machine', [program('redis-check-rdb')], () => {
    it('finds the server that redis-tools brings under another name', async () => {
      const here = host.here({ folders: ['/usr/bin'] });
      const found = await findServer(redis, undefined, here);
      expect(found).to.include({ argv0: 'redis-server', engine: 'redis' });
      expect(found?.version).to.match(/^\d+\.\d+\.\d+$/);
      expect(found?.program).to.equal(fs.realpathSync('/usr/bin/redis-check-rdb'));
    });
  });
});

describe('what is lacking without a server', () => {
  const redis = buildLab().model;
  const packaged = buildLab({ redis: { install: 'package' } }).model;
  let host: FakeHost;

  beforeEach(() => {
    host = new FakeHost();
  });
  afterEach(() => host.remove());

  function tools(...names: string[]): void {
    for (const name of names) host.program(name, 'exit 1');
  }

  it('names what was looked for and where', async () => {
    const lack = english(await serverLack(redis, undefined, host.here()));
    expect(lack.what).to.equal('Redis server');
    expect(lack.seen).to.equal(
      `no build of redis 8.2.8 in the cache, and none of redis-server, redis-check-rdb, valkey-server, valkey-check-rdb in ${host.bin()}`,
    );
  });

  it('offers the package manager', async () => {
    tools('apt-get');
    const lack = english(await serverLack(redis, undefined, host.here()));
    expect(lack.fix).to.equal(
      'Install it: apt-get install --no-install-recommends redis-tools; "redis-lab up --yes" does that for you.',
    );
    expect(lack.remedy?.describe).to.equal('install redis-tools with apt-get');
  });

  it('offers it through sudo to an ordinary user', async () => {
    tools('dnf', 'sudo');
    const lack = english(await serverLack(redis, undefined, host.here({ isRoot: false })));
    expect(lack.fix).to.contain('sudo dnf install redis;');
    expect(lack.remedy?.describe).to.equal('install redis with dnf');
  });

  it('says what to run as root where there is no sudo', async () => {
    tools('apk');
    const lack = english(await serverLack(redis, undefined, host.here({ isRoot: false })));
    expect(lack.fix).to.equal('Install it: apk add redis (as root)');
    expect(lack).not.to.have.property('remedy');
  });

  it('leaves brew alone for root, who may not call it, and then builds', async () => {
    tools('brew', 'make', 'tar', 'cc', 'g++');
    const user = english(await serverLack(redis, undefined, host.here({ isRoot: false })));
    expect(user.remedy?.describe).to.equal('install redis with brew');
    const root = english(await serverLack(redis, undefined, host.here()));
    expect(root.remedy?.describe).to.match(/^build redis 8\.2\.8 from its source/);
  });

  it('uses brew and nothing else on macOS', async () => {
    tools('apt-get', 'brew');
    const here = host.here({ platform: 'darwin', isRoot: false });
    const { remedy } = english(await serverLack(redis, undefined, here));
    expect(remedy?.describe).to.equal('install redis with brew');
  });

  it('offers to build where there is no package manager', async () => {
    tools('make', 'tar', 'cc', 'g++');
    const lack = english(await serverLack(redis, undefined, host.here()));
    expect(lack.fix).to.equal('"redis-lab up --yes" builds redis 8.2.8 from its source.');
    expect(lack.remedy?.describe).to.match(/^build redis 8\.2\.8 from its source/);
  });

  it('offers to build where the package was seen to be too old', async () => {
    tools('apt-get', 'make', 'tar', 'cc', 'g++');
    host.server('redis-server', 'Redis server v=6.0.16 sha=0');
    const lack = english(await serverLack(redis, undefined, host.here()));
    expect(lack.remedy?.describe).to.match(/^build redis 8\.2\.8 from its source/);
  });

  it('names what a build would take where there is neither', async () => {
    tools('make', 'tar', 'cc');
    const lack = english(await serverLack(redis, undefined, host.here()));
    expect(lack.fix).to.equal(
      'Install Redis 6.2.0 or Valkey 7.2.0 or newer, with its client, where PATH finds both; or what it takes to build it, which redis-lab then does: g++.',
    );
    expect(lack).not.to.have.property('remedy');
  });

  it('says whose source it would build, if nobody has published that', async () => {
    tools('make', 'tar', 'cc', 'g++');
    const source = { url: 'http://example.org/mine.tar.gz', sha256: 'a'.repeat(64) };
    const lack = english(
      await serverLack(buildLab({ redis: { source } }).model, undefined, host.here()),
    );
    for (const text of [lack.fix, lack.remedy?.describe])
      expect(text).to.contain(
        'what the description names as its source, http://example.org/mine.tar.gz (a digest that redis-lab does not know)',
      );
  });

  it('builds nothing for a description without a source', async () => {
    tools('make', 'tar', 'cc', 'g++');
    const lack = english(await serverLack(packaged, undefined, host.here()));
    expect(lack.fix).to.match(/or set redis\.install=source\.$/);
    expect(lack).not.to.have.property('remedy');
  });

  it('sends Windows to WSL', async () => {
    tools('apt-get');
    const lack = english(await serverLack(redis, undefined, host.here({ platform: 'win32' })));
    expect(lack.fix).to.contain('WSL');
    expect(lack).not.to.have.property('remedy');
  });
});
