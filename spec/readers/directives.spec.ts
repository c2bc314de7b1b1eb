/** The parser and the table of directives, beside what real servers read, and say of themselves. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { compareVersions } from '../../lib/model/releases.js';
import { accepts, type Signature } from '../../lib/redis-conf/arguments.js';
import {
  classOf,
  currentName,
  directiveStatus,
  knownDirectives,
  signatureOf,
} from '../../lib/redis-conf/directives.js';
import { parseConf, splitArguments } from '../../lib/redis-conf/parse.js';
import { quoteArgument } from '../../lib/redis-conf/quote.js';
import { badValues, goodValues } from '../redis-conf/samples.js';
import { skip } from '../support/skip.js';
import { type Engine, versionOf } from './support/engines.js';
import { eventually } from './support/eventually.js';
import { freePort } from './support/free-port.js';
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
  let port: string;
  /** The values of settings. */
  let config: (...names: string[]) => Promise<Record<string, string>>;

  before(async () => {
    folder = scratch('directives');
    port = String(await freePort());
    const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    child = spawn(engine.program, [...engine.args, ...options, '--dir', folder], {
      argv0: engine.name,
      stdio: 'ignore',
    });
    const cli = async (...args: string[]) => {
      const all = ['-h', '127.0.0.1', '-p', port, '--json', ...args];
      return JSON.parse((await promisify(execFile)('redis-cli', all, { timeout: 180_000 })).stdout);
    };
    config = async (...names) => cli('CONFIG', 'GET', ...names);
    await eventually(20, async () => expect(await cli('PING')).to.equal('PONG'));
  });

  after(async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });

  it('has every setting that the server lists, and what each can do', async () => {
    const listed = Object.keys(await config('*'));
    expect(listed).to.have.length.above(100);
    const strange = listed.filter(
      (name) =>
        directiveStatus(kind, version, name).kind !== 'known' || classOf(name) === undefined,
    );
    expect(
      strange,
      'read what they do, and put them into lib/redis-conf/directives.txt',
    ).to.deep.equal([]);
  });

  it('has no setting that the server does not', async () => {
    const tls = Object.keys(await config('tls-port')).length > 0;
    const other = new Set(`${NOT_SETTINGS} ${IGNORED_LATER}`.split(' '));
    const settings = knownDirectives(kind, version).filter(
      (name) => !other.has(name) && (tls || !name.startsWith('tls-')),
    );
    expect(Object.keys(await config(...settings)).sort()).to.deep.equal(settings);
  });

  it('has values of the kind that the table says, the same under each name', async () => {
    const values = await config('*');
    for (const [name, value] of Object.entries(values)) {
      if (currentName(name) in values) expect(value, name).to.equal(values[currentName(name)]);
      if (currentName(name) === 'replicaof' && value === '') continue;
      const signature = takes(name);
      const single = signature.once.length === 1 && signature.repeated.length === 0;
      const words = single ? [value] : splitArguments(value);
      expect(accepts(signature, words ?? []), `${name} ${value}`).to.equal(true);
    }
  });

  it('starts with the values that the table says', async () => {
    const known = await config('*');
    const lines = Object.keys(known).flatMap((name) =>
      name === 'activedefrag' || !isJudged(takes(name))
        ? []
        : goodValues(takes(name)).map((values) => [name, ...values.map(quoteArgument)].join(' ')),
    );
    expect(lines).to.have.length.above(400);
    expect(stoppedAt(lines.join('\n'))).to.equal('port x');
  });

  it('refuses the values that the table does not say', async () => {
    const known = await config('*');
    const commands = Object.keys(known).flatMap((name) =>
      badValues(takes(name)).map((values) => {
        expect(accepts(takes(name), values), `${name} ${values}`).to.equal(false);
        return `CONFIG SET ${name} ${quoteArgument(values.map((value) => (values.length > 1 ? quoteArgument(value) : value)).join(' '))}`;
      }),
    );
    expect(commands).to.have.length.above(400);
    const { stdout } = spawnSync('redis-cli', ['-h', '127.0.0.1', '-p', port, '--no-raw'], {
      input: `${commands.join('\n')}\n`,
      encoding: 'utf8',
      timeout: 180_000,
    });
    const replies = stdout.trimEnd().split('\n');
    expect(replies).to.have.lengthOf(commands.length);
    expect(commands.filter((_, index) => !/^\(error\)/.test(replies[index] ?? ''))).to.deep.equal(
      [],
    );
  });

  it('as a Sentinel starts with what the table says, and refuses what it does not say', () => {
    const monitor = 'sentinel monitor mymaster 127.0.0.1 6379 2\nsentinel resolve-hostnames yes';
    const named = (signature: Signature, values: readonly string[]) =>
      values.map(
        (value, at) =>
          ({ name: 'mymaster', path: '/bin/true', address: '127.0.0.1' })[
            signature.once[at]?.kind as 'name'
          ] ?? value,
      );
    const judged = knownDirectives(kind, version, 'sentinel').filter(
      (name) => name !== 'sentinel monitor',
    );
    const lines = (of: (signature: Signature) => string[][]) =>
      judged.flatMap((name) =>
        of(takes(name)).map((values) =>
          [name, ...named(takes(name), values).map(quoteArgument)].join(' '),
        ),
      );
    const last = 'sentinel nonsense';
    const right = lines((signature) => goodValues(signature).slice(0, 1));
    // The same server under two names would be one twice.
    const isCurrent = (line: string) => line.startsWith(currentName(line.split(' ', 2).join(' ')));
    for (const each of [right.filter(isCurrent), right.filter((line) => !isCurrent(line))]) {
      expect(each).to.have.length.above(0);
      expect(stoppedAt([monitor, ...each].join('\n'), last, '--sentinel')).to.equal(last);
    }
    const wrong = lines((signature) => [
      ...badValues(signature),
      (goodValues(signature)[0] ?? []).slice(1),
      [...(goodValues(signature).at(-1) ?? []), 'more'],
    ]);
    for (const line of [
      ...wrong,
      'sentinel monitor m2 127.0.0.1 65536 1',
      'sentinel monitor m2 127.0.0.1 1 0',
      'sentinel monitor m2 127.0.0.1 1',
    ]) {
      const [name = '', ...values] = [
        parseConf(line)[0]?.name ?? '',
        ...(parseConf(line)[0]?.args ?? []).map(({ text }) => text),
      ];
      expect(accepts(takes(name), values), line).to.equal(false);
      expect(stoppedAt(`${monitor}\n${line}`, last, '--sentinel'), line).to.equal(line);
    }
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

  it('reads any line as we do, bytes and all', () => {
    // Not 0xff, which is in no text: Valkey drops it.
    const alphabet = fc.constantFrom(...'ab"\'\\ \t\v\f\r#x41n', '\x7f', '\x80', '\xfe', '\x01');
    const quoted = fc.string({ unit: alphabet, minLength: 1, maxLength: 8 }).map(quoteArgument);
    const lines = fc.oneof(fc.string({ unit: alphabet, maxLength: 12 }), quoted);
    for (const rest of fc.sample(lines, { numRuns: 60, seed: 16 })) {
      const line = `include ${rest}`;
      const [read] = parseConf(line);
      const opened = /open config file '([\s\S]*)': /.exec(said(line))?.[1];
      const ours = read?.error || read?.args.length !== 1 ? undefined : read.args[0]?.text;
      expect(opened, JSON.stringify(line)).to.equal(ours);
    }
  });

  it('reads a file as we do, whatever ends its lines', () => {
    expect(stoppedAt('# a\r\n\t# b\r\n\rhz 10\r\n\n \t\r')).to.equal('port x');
    expect(stoppedAt('hz 10\rhz 20')).to.equal('hz 10\rhz 20');
    for (const first of ['# a', 'hz 10']) {
      if (refusesUnknownLate) continue;
      expect(stoppedAt(`\ufeff${first}`)).to.equal(
        Buffer.from(`\ufeff${first}`).toString('latin1'),
      );
    }
    // Of a line with a NUL, what follows is dropped, its end as well.
    expect(stoppedAt('hz 10\0\n\nport y\0 1\nport z')).to.equal('port yport z');
    expect(
      parseConf('hz 10\0\n\nport y\0 1\nport z').map(({ error }) => error?.code),
    ).to.deep.equal(['nul', 'nul', undefined]);
  });

  function takes(name: string): Signature {
    const signature = signatureOf(kind, version, name);
    if (!signature) throw new Error(`${name} is not in the table`);
    return signature;
  }

  /** Whether the server stops at a line. */
  function refused(line: string): boolean {
    return !stoppedAt(line).startsWith('port x');
  }

  /** The line of a file at which the server stops; one that accepts all of it stops at `last`, before it opens anything. */
  function stoppedAt(text: string, last = 'port x', ...more: string[]): string {
    const told = said(`${text}\n${last}`, ...more);
    const at = />>> '([\s\S]*)'\n/.exec(told)?.[1];
    if (at === undefined) throw new Error(`the server did not stop at ${text}: ${told}`);
    return at;
  }

  /** What a server says that can't start on a file. One character a byte. */
  function said(text: string, ...more: string[]): string {
    const file = path.join(folder, 'lines.conf');
    const bytes = /[^\0-\xff]/.test(text) ? 'utf8' : 'latin1';
    fs.writeFileSync(file, text, bytes);
    const { stdout, stderr } = spawnSync(engine.program, [...engine.args, file, ...more], {
      argv0: engine.name,
      cwd: folder,
      encoding: 'latin1',
      timeout: 180_000,
    });
    return `${stdout}${stderr}`;
  }
}

/** Whether more than the number of values is known. */
function isJudged({ once, repeated }: Signature): boolean {
  return [...once, ...repeated].every(
    ({ choices, least, kind }) => choices || least !== undefined || kind === 'percentile',
  );
}
