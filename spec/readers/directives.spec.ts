/** The table of directives, beside what real servers say of themselves. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { compareVersions } from '../../lib/model/releases.js';
import { classOf, directiveStatus, knownDirectives } from '../../lib/spec/directives.js';
import { splitArguments } from '../../lib/spec/split-arguments.js';
import { skip } from '../support/skip.js';
import { type Engine, versionOf } from './support/engines.js';
import { eventually } from './support/eventually.js';
import { readers } from './support/readers.js';
import { scratch } from './support/scratch.js';
import { CASES } from './support/server-cases.js';

/** Accepted in a file, but not settings: CONFIG GET does not answer for them. */
const NOT_SETTINGS =
  'include loadmodule user rename-command sentinel ' +
  'list-max-ziplist-entries list-max-ziplist-value lua-replicate-commands';
/** Settings in 7.0 that newer servers accept and ignore. */
const IGNORED_LATER = 'io-threads-do-reads dynamic-hz events-per-io-thread sanitize-dump-payload';

for (const [title, { needs, engine }] of Object.entries(CASES)) {
  readers(`directives of ${title}`, needs, () => suite(engine));
}

function suite(engineOf: () => Engine): void {
  const engine = engineOf();
  const version = versionOf(engine);
  const kind = engine.name === 'valkey-server' ? 'valkey' : 'redis';
  /** From 8.0 on Redis refuses a directive that it does not know only after its modules are loaded. */
  const refusesUnknownLate = kind === 'redis' && compareVersions(version, '8.0') >= 0;
  let folder: string;
  let child: ChildProcess;
  let config: (...names: string[]) => Promise<string[]>;

  before(async () => {
    folder = scratch('directives');
    const port = String(await freePort());
    const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    child = spawn(engine.program, [...engine.args, ...options, '--dir', folder], {
      argv0: engine.name,
      stdio: 'ignore',
    });
    const cli = async (...args: string[]) => {
      const all = ['-h', '127.0.0.1', '-p', port, '--json', ...args];
      return JSON.parse((await promisify(execFile)('redis-cli', all, { timeout: 180_000 })).stdout);
    };
    config = async (...names) => Object.keys(await cli('CONFIG', 'GET', ...names));
    await eventually(20, async () => expect(await cli('PING')).to.equal('PONG'));
  });

  after(async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });

  it('has every setting that the server lists, and what each can do', async () => {
    const listed = await config('*');
    expect(listed).to.have.length.above(100);
    const strange = listed.filter(
      (name) =>
        directiveStatus(kind, version, name).kind !== 'known' || classOf(name) === undefined,
    );
    expect(strange, 'read what they do, and put them into lib/spec/directives.ts').to.deep.equal(
      [],
    );
  });

  it('has no setting that the server does not', async () => {
    const tls = (await config('tls-port')).length > 0;
    const other = new Set(`${NOT_SETTINGS} ${IGNORED_LATER}`.split(' '));
    const settings = knownDirectives(kind, version).filter(
      (name) => !other.has(name) && (tls || !name.startsWith('tls-')),
    );
    expect((await config(...settings)).sort()).to.deep.equal(settings);
  });

  it('accepts in a file what the server accepts, and refuses what it refuses', function () {
    if (refusesUnknownLate) skip(this, 'a Redis before 8.0');
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
      const known = directiveStatus(kind, version, line.split(' ', 1)[0] ?? '').kind === 'known';
      expect(refused(line), line).to.equal(!known);
    }
  });

  it('splits a line as we do', () => {
    for (const line of [
      '"\\x75nixsocketperm" 700',
      "'unixsocketperm'\t700",
      'UNIXSOCKETPERM 700',
      'unixsocketperm\v700',
      '\v"unixsocketperm"\f"700"\v',
      'unix"socketperm" 700',
      '"unix"socketperm 700',
      "'unix'socketperm 700",
      'unixsocketperm "700',
      "unixsocketperm '700",
      "unixsocketperm '7\\'00'",
      'unixsocketperm "7\\x300"',
      'unixsocketperm "7\\x3"',
      'unixsocketperm 700"" ',
      'unixsocketperm 70""0',
      'unixsocketperm "700"\\',
      'unixsocketperm "700\\',
      '\\unixsocketperm 700',
      '"unixsocketperm\\t" 700',
      'unixsocketperm 700 700',
    ]) {
      const words = splitArguments(line);
      if (refusesUnknownLate && words?.length === 2 && !/^unixsocketperm$/i.test(words[0] ?? '')) {
        continue;
      }
      const sound = words?.[0]?.toLowerCase() === 'unixsocketperm' && words[1] === '700';
      expect(refused(line), line).to.equal(!sound || words?.length !== 2);
    }
  });

  /** Whether the server stops at a line. */
  function refused(line: string): boolean {
    const file = path.join(folder, 'lines.conf');
    // The last line stops a server that accepted the first, before it opens anything.
    fs.writeFileSync(file, `${line}\nport x\n`);
    const { stderr } = spawnSync(engine.program, [...engine.args, file], {
      argv0: engine.name,
      encoding: 'utf8',
      timeout: 180_000,
    });
    const at = />>> '(.*)'/s.exec(stderr ?? '')?.[1];
    if (at === undefined) throw new Error(`the server did not stop at ${line}: ${stderr}`);
    return !at.startsWith('port x');
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
