import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import {
  directiveStatus,
  knownDirectives,
  REDIS_DIRECTIVES,
  VALKEY_DIRECTIVES,
} from '../../lib/spec/directives.js';
import { compareVersions, type Engine } from '../../lib/spec/releases.js';
import { needs, skip } from '../support/skip.js';

const kind = (engine: Engine, version: string, name: string) =>
  directiveStatus(engine, version, name).kind;

/** One program is server and checker, by the name it is called by; redis-tools has no service with it. */
const PROGRAM =
  spawnSync('redis-server', ['--version'], { timeout: 180_000 }).status === 0
    ? 'redis-server'
    : 'redis-check-rdb';

describe('directives', () => {
  it('knows a directive in any case', () => {
    expect(directiveStatus('redis', '7.0.15', 'maxmemory')).to.deep.equal({ kind: 'known' });
    expect(directiveStatus('redis', '7.0.15', 'MaxMemory')).to.deep.equal({ kind: 'known' });
    expect(directiveStatus('redis', '7.0.15', 'maxmemmory')).to.deep.equal({ kind: 'unknown' });
    expect(directiveStatus('redis', '7.0.15', 'constructor')).to.deep.equal({ kind: 'unknown' });
  });

  it('says which version brought one that came later', () => {
    expect(directiveStatus('redis', '6.2.14', 'enable-debug-command')).to.deep.equal({
      kind: 'since',
      version: '7.0',
    });
    expect(kind('redis', '7.0.0', 'enable-debug-command')).to.equal('known');
    expect(directiveStatus('valkey', '8.1.9', 'hash-seed')).to.deep.equal({
      kind: 'since',
      version: '9.1',
    });
  });

  it('tells the releases of one branch apart', () => {
    expect(directiveStatus('redis', '6.2.1', 'replica-announced')).to.deep.equal({
      kind: 'since',
      version: '6.2.2',
    });
    expect(kind('redis', '6.2.2', 'replica-announced')).to.equal('known');
    expect(kind('redis', '6.2.14', 'replica-announced')).to.equal('known');
  });

  it('follows a security fix through the branches that got it', () => {
    const at = (engine: Engine, version: string) => {
      const status = directiveStatus(engine, version, 'lua-enable-deprecated-api');
      return 'version' in status ? status.version : status.kind;
    };
    expect(at('redis', '6.2.19')).to.equal('6.2.20');
    expect(at('redis', '6.2.20')).to.equal('known');
    expect(at('redis', '7.0.15')).to.equal('7.2.11');
    expect(at('redis', '7.4.10')).to.equal('known');
    expect(at('redis', '8.2.1')).to.equal('8.2.2');
    expect(at('redis', '8.4.0')).to.equal('known');
    expect(at('valkey', '7.2.9')).to.equal('7.2.11');
    expect(at('valkey', '8.1.3')).to.equal('8.1.4');
    expect(at('valkey', '9.0.0')).to.equal('known');
  });

  it('says which version removed one', () => {
    expect(kind('redis', '6.2.14', 'gopher-enabled')).to.equal('known');
    expect(directiveStatus('redis', '7.0.0', 'gopher-enabled')).to.deep.equal({
      kind: 'until',
      version: '7.0',
    });
    expect(kind('valkey', '7.2.5', 'gopher-enabled')).to.equal('unknown');
  });

  it('keeps the old names, the ignored ones and those outside the table of settings', () => {
    const names = 'slaveof slave-read-only hash-max-ziplist-entries list-max-ziplist-value';
    const others = 'io-threads-do-reads lua-replicate-commands include user rename-command';
    for (const name of `${names} ${others}`.split(' ')) {
      expect(kind('redis', '8.8.1', name), name).to.equal('known');
      expect(kind('valkey', '9.1.1', name), name).to.equal('known');
    }
  });

  it('does not know the directives of modules, nor the dotted ones', () => {
    for (const name of [
      'search-timeout',
      'ts-encoding',
      'bf-error-rate',
      'cf-bucket-size',
      'a.b',
    ]) {
      expect(kind('redis', '8.8.1', name), name).to.equal('unknown');
    }
  });

  it('lets Valkey start from what Redis 7.2 knew, and part from there', () => {
    expect(knownDirectives('valkey', '7.2.5')).to.deep.equal(knownDirectives('redis', '7.2.4'));
    expect(kind('valkey', '9.1.1', 'lookahead')).to.equal('unknown');
    expect(kind('redis', '8.8.1', 'primaryauth')).to.equal('unknown');
    expect(kind('redis', '8.8.1', 'io-threads-always-active')).to.equal('unknown');
  });

  it('has as many directives as each source', () => {
    const counts = (engine: Engine, versions: string) =>
      versions.split(' ').map((version) => knownDirectives(engine, version).length);
    expect(
      counts('redis', '6.2.0 6.2.14 7.0.15 7.2.6 7.4.1 8.0.2 8.2.0 8.4.0 8.6.3 8.8.1'),
    ).to.deep.equal([171, 176, 205, 210, 217, 220, 224, 231, 235, 240]);
    expect(counts('valkey', '7.2.5 8.0.1 8.1.1 9.0.4 9.1.2')).to.deep.equal([
      210, 231, 247, 260, 265,
    ]);
  });

  it('has every name once, in lower case and in order, under versions in order', () => {
    for (const additions of [REDIS_DIRECTIVES, VALKEY_DIRECTIVES]) {
      const groups = additions.map(([, names]) => names.trim().split(/\s+/));
      for (const group of groups) expect(group).to.deep.equal([...group].sort());
      const all = groups.flat();
      expect(new Set(all).size).to.equal(all.length);
      for (const name of all) expect(name).to.match(/^[a-z][a-z0-9_-]*$/);
      const firsts = additions.map(([versions]) => Number.parseFloat(versions));
      const brought = firsts.slice(0, -1);
      expect(brought).to.deep.equal([...brought].sort((a, b) => a - b));
    }
    const base = new Set(knownDirectives('redis', '7.2.4'));
    for (const [, names] of VALKEY_DIRECTIVES) {
      for (const name of names.trim().split(/\s+/)) expect(base.has(name), name).to.equal(false);
    }
  });

  describe('beside the real server', () => {
    /** Accepted in a file, but not settings: CONFIG GET does not answer for them. */
    const NOT_SETTINGS =
      'include loadmodule user rename-command sentinel ' +
      'list-max-ziplist-entries list-max-ziplist-value lua-replicate-commands';
    /** Settings in 7.0 that newer servers accept and ignore. */
    const IGNORED_LATER =
      'io-threads-do-reads dynamic-hz events-per-io-thread sanitize-dump-payload';

    let server: { readonly engine: Engine; readonly version: string };
    let folder: string | undefined;
    let child: ChildProcess | undefined;
    let config: (...names: string[]) => Promise<string[]>;

    before(async function () {
      const asked = spawnSync(PROGRAM, ['--version'], {
        argv0: 'redis-server',
        encoding: 'utf8',
        timeout: 180_000,
      });
      const found = /^(Redis|Valkey) server v=(\d+\.\d+\.\d+)/.exec(asked.stdout ?? '');
      if (!found?.[1] || !found[2]) {
        return needs(this, 'a Redis server of this machine');
      }
      server = { engine: found[1] === 'Redis' ? 'redis' : 'valkey', version: found[2] };
      folder = mkdtempSync(join(tmpdir(), 'redis-lab-directives-'));
      const port = String(await freePort());
      const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      child = spawn(PROGRAM, [...options, '--dir', folder], {
        argv0: 'redis-server',
        stdio: 'ignore',
      });
      const cli = async (...args: string[]) => {
        const all = ['-h', '127.0.0.1', '-p', port, '--json', ...args];
        return JSON.parse(
          (await promisify(execFile)('redis-cli', all, { timeout: 180_000 })).stdout,
        );
      };
      config = async (...names) => Object.keys(await cli('CONFIG', 'GET', ...names));
      await answers(() => cli('PING'), child);
    });

    after(async () => {
      if (child && child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    it('knows every setting that the server lists', async () => {
      const listed = await config('*');
      expect(listed).to.have.length.above(100);
      const { engine, version } = server;
      const strange = listed.filter((name) => kind(engine, version, name) !== 'known');
      expect(strange).to.deep.equal([]);
    });

    it('knows no setting that the server does not have', async () => {
      const { engine, version } = server;
      const tls = (await config('tls-port')).length > 0;
      const other = new Set(`${NOT_SETTINGS} ${IGNORED_LATER}`.split(' '));
      const settings = knownDirectives(engine, version).filter(
        (name) => !other.has(name) && (tls || !name.startsWith('tls-')),
      );
      expect((await config(...settings)).sort()).to.deep.equal(settings);
    });

    it('accepts in a file what the server accepts, and refuses what it refuses', function () {
      const { engine, version } = server;
      // From 8.0 on Redis refuses an unknown line only after its modules are loaded.
      if (engine === 'redis' && compareVersions(version, '8.0') >= 0)
        skip(this, 'a Redis before 8.0');
      const path = join(folder ?? '', 'lines.conf');
      // The last line stops a server that accepted the first, before it opens anything.
      const refused = (line: string) => {
        writeFileSync(path, `${line}\nport x\n`);
        const { stderr } = spawnSync(PROGRAM, [path], {
          argv0: 'redis-server',
          encoding: 'utf8',
          timeout: 180_000,
        });
        const at = />>> '(.*)'/.exec(stderr ?? '')?.[1];
        if (at === undefined) throw new Error(`redis-server did not stop at ${line}: ${stderr}`);
        return at !== 'port x';
      };
      for (const line of [
        'list-max-ziplist-entries 1',
        'list-max-ziplist-value 1',
        'lua-replicate-commands no',
        'rename-command DEBUG ""',
        'user guest on nopass',
        'SlaveOf no one',
        'gopher-enabled no',
        'array-slice-size 4096',
        'primaryauth secret',
        'maxmemmory 1mb',
      ]) {
        const known = kind(engine, version, line.split(' ', 1)[0] ?? '') === 'known';
        expect(refused(line), line).to.equal(!known);
      }
    });
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function answers(ping: () => Promise<unknown>, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      await ping();
      return;
    } catch (cause) {
      if (child.exitCode !== null) throw new Error('redis-server stopped', { cause });
      if (Date.now() > deadline) throw new Error('redis-server does not answer', { cause });
      await sleep(50);
    }
  }
}
