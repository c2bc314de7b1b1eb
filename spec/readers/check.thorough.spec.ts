/** What check calls fatal, beside what real servers refuse. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { compareVersions } from '../../lib/model/releases.js';
import { EXAMPLES } from '../../lib/redis-conf/rules/examples.js';
import { RULE_CODES, type RuleCode, type Target } from '../../lib/redis-conf/rules/finding.js';
import { checked } from '../redis-conf/support/checked.js';
import { handwritten } from '../redis-conf/support/handwritten.js';
import { type Engine, versionOf } from './support/engines.js';
import { freePort } from './support/free-port.js';
import { readers } from './support/readers.js';
import { scratchFiles } from './support/scratch.js';
import { CASES } from './support/server-cases.js';

/** What a server sees only once it has read all of its configuration. */
const LATER: ReadonlySet<RuleCode> = new Set([
  ...(['bind.comma', 'bind.network', 'bind.port', 'port.none', 'replicaof.cluster'] as const),
  ...(['acl.both', 'acl.category', 'acl.comment', 'acl.not-a-user', 'acl.hash'] as const),
  ...([
    'acl.rule',
    'acl.after-all',
    'acl.user-twice',
    'tls.no-certificate',
    'tls.no-key',
    'tls.no-authority',
    'tls.no-file',
    'tls.unreadable',
    'tls.key-differs',
    'include.cycle',
  ] as const),
]);
/** From Redis 8.0 on a directive that is not known is refused only after modules are loaded. */
const UNKNOWN: ReadonlySet<string> = new Set<RuleCode>([
  ...([
    'directive.misspelt',
    'directive.unknown',
    'directive.ancient',
    'directive.too-new',
  ] as const),
  ...(['directive.removed', 'directive.other-engine', 'directive.unprefixed'] as const),
  ...(['line.assigned', 'line.bom', 'line.odd-blank', 'line.other-comment', 'line.prose'] as const),
  ...(['line.merge-marker'] as const),
]);
/** About files together, about what is no file of a server, or about the user of its unit, as whom it is not run here. */
const OF_SEVERAL: ReadonlySet<RuleCode> = new Set([
  'port.taken',
  'unit.no-sentinel',
  'rights.not-writable',
]);

type Files = Readonly<Record<string, string>>;

for (const [title, { needs, engine }] of Object.entries(CASES)) {
  readers(`check, beside ${title}`, needs, () => suite(engine));
}

function suite(engineOf: () => Engine): void {
  const engine = engineOf();
  const target: Target = {
    engine: engine.name === 'valkey-server' ? 'valkey' : 'redis',
    version: versionOf(engine),
  };

  const refusesUnknownLate =
    target.engine === 'redis' && compareVersions(target.version, '8.0') >= 0;

  it('calls fatal in an example of a rule what the server refuses, at its line, and nothing else', () => {
    const wrong = RULE_CODES.flatMap((code) => [EXAMPLES[code].example, EXAMPLES[code].silent])
      .flatMap((files) => Object.keys(files).map((name) => [files, name] as const))
      .map(([files, name]) => compared(files, name))
      .filter((each) => each !== undefined);
    expect(wrong).to.deep.equal([]);
  });

  it('calls fatal in what people write what the server refuses, at its line, and nothing else', () => {
    const wrong = [...handwritten().values()]
      .map(({ files }) => Object.entries(files).map(([name, text]) => [name, atHome(text)]))
      .map((entries): Files => Object.fromEntries(entries))
      .flatMap((files) => Object.keys(files).map((name) => [files, name] as const))
      .map(([files, name]) => compared(files, name))
      .filter((each) => each !== undefined);
    expect(wrong).to.deep.equal([]);
  });

  it('calls fatal in a mutated file what the server refuses, at its line, and nothing else', () => {
    const wrong = fc
      .sample(mutants, { numRuns: 120, seed: 19 })
      .map((files) => compared(files, Object.keys(files)[0] ?? ''))
      .filter((each) => each !== undefined);
    expect(wrong).to.deep.equal([]);
  });

  it('ends at what it sees once it has read all, and stands with what is nearly so', async () => {
    for (const code of LATER) {
      const { example, silent } = EXAMPLES[code];
      expect(await ends(example), code).to.equal(true);
      // Certificates are files that an example does not have; without a port it would listen on the usual one.
      const isShort = code.startsWith('tls.') || code === 'port.none';
      if (!isShort) expect(await ends(silent), `${code}, silent`).to.equal(false);
    }
  });

  it('ends at a directive that it does not know, however late', async () => {
    for (const code of ['directive.misspelt', 'line.assigned', 'line.bom', 'line.prose'] as const) {
      expect(await ends(EXAMPLES[code].example), code).to.equal(true);
      expect(await ends(EXAMPLES[code].silent), `${code}, silent`).to.equal(false);
    }
  });

  /** What the server says and what check says, where they differ. */
  function compared(files: Files, name: string) {
    const conf = checked(files, [target]);
    const isSentinels = /sentinel/.test(name);
    if (!/\.conf$/.test(name) || name === 'other.conf' || name === 'masters.conf') return undefined;
    const fatal = conf.findings.filter(
      ({ code, severity, place }) =>
        severity === 'fatal' &&
        !LATER.has(code) &&
        !OF_SEVERAL.has(code) &&
        place.file === name &&
        !isSeenLater(files, name, place.line, refusesUnknownLate),
    );
    if (/^include (?:redis|\/)/m.test(files[name] ?? '') || isTemplate(files[name] ?? ''))
      return undefined;
    // Some builds of a version take it, and others don't.
    if (/^activedefrag yes/m.test(files[name] ?? '')) return undefined;
    const told = stoppedAt(files, name, isSentinels);
    const late = refusesUnknownLate ? fatal.filter(({ code }) => !UNKNOWN.has(code)) : fatal;
    const isSame =
      told === undefined ? late.length === 0 : fatal.some(({ place }) => place.line === told.line);
    if (isSame) return undefined;
    return { text: files[name], server: told, check: fatal.map(({ code }) => code) };
  }

  /** Where the server stops; undefined where it reads on to a line of ours behind it all. */
  function stoppedAt(files: Files, name: string, isSentinels: boolean) {
    const last = isSentinels ? 'sentinel nonsense' : 'port x';
    const text = `${files[name]}\n${last}\n`;
    const folder = scratchFiles('check', { ...files, [name]: text });
    const { stdout, stderr } = serve(path.dirname(path.join(folder, name)), [
      path.basename(name),
      ...(isSentinels ? ['--sentinel'] : []),
    ]);
    const all = `${stdout}${stderr}`;
    const [, number, stopped, why] = /line (\d+)\n>>> '([\s\S]*?)'\n(.*)/.exec(all) ?? [];
    if (stopped === undefined) throw new Error(`the server did not stop at ${text}: ${all}`);
    return stopped === last ? undefined : { line: Number(number), stopped, why };
  }

  /** Whether a server ends that is started for real, before it accepts connections. */
  async function ends(files: Files): Promise<boolean> {
    const acl = files['users.acl'] === undefined ? [] : ['--aclfile', 'users.acl'];
    const folder = scratchFiles('check-start', { 'redis.conf': '', ...files });
    const text = files['redis.conf'] ?? '';
    const port = /^port 0/m.test(text) ? [] : ['--port', String(await freePort())];
    const local = /^bind/m.test(text) ? [] : ['--bind', '127.0.0.1'];
    const args = [...engine.args, 'redis.conf', ...port, ...local, ...acl];
    const child = spawn(engine.program, args, { argv0: engine.name, cwd: folder, stdio: 'pipe' });
    const gone = once(child, 'close').then(() => true);
    const stands = new Promise<boolean>((resolve) => {
      let said = '';
      child.stdout.on('data', (part) => {
        said += part;
        if (/Ready to accept connections/i.test(said)) resolve(false);
      });
    });
    try {
      return await Promise.race([gone, stands]);
    } finally {
      child.kill('SIGKILL');
      await gone;
    }
  }

  function serve(cwd: string, args: readonly string[]) {
    return spawnSync(engine.program, [...engine.args, ...args], {
      argv0: engine.name,
      cwd,
      encoding: 'latin1',
      timeout: 180_000,
    });
  }
}

/** What a server looks at only when it listens, or has its modules. */
function isSeenLater(
  files: Files,
  name: string,
  line: number,
  refusesUnknownLate: boolean,
): boolean {
  const text = files[name]?.split('\n')[line - 1] ?? '';
  return /^\s*bind\b.*#/i.test(text) || (refusesUnknownLate && /^\s*rename-command\b/i.test(text));
}

function isTemplate(text: string): boolean {
  return (text.includes('{{') && text.includes('redis_port')) || text.includes(' $SENTINEL_');
}

/** With its folder and its log where we are. */
function atHome(text: string): string {
  return text
    .replace(/^dir (?:"[^"]*"|\S+)/gm, 'dir .')
    .replace(/^logfile (?:"[^"]*"|'[^']*'|\S+)/gm, 'logfile ""');
}

const RIGHT: Readonly<Record<string, readonly string[]>> = {
  'redis.conf': [
    'bind 127.0.0.1 -::1',
    'port 6379',
    'protected-mode yes',
    'tcp-backlog 511',
    'timeout 0',
    'daemonize no',
    'loglevel notice',
    'logfile ""',
    'databases 16',
    'save 900 1',
    'rdbcompression yes',
    'dbfilename dump.rdb',
    'replicaof 127.0.0.1 6380',
    'replica-priority 100',
    'maxclients 10000',
    'maxmemory 100mb',
    'maxmemory-policy allkeys-lru',
    'appendonly no',
    'appendfsync everysec',
    'client-output-buffer-limit normal 0 0 0',
    'hz 10',
    'min-replicas-to-write 1',
    'notify-keyspace-events KEA',
    'rename-command DEBUG ""',
    'masterauth 3f9a0c81b27d',
  ],
  'sentinel.conf': [
    'port 26379',
    'daemonize no',
    'sentinel monitor mymaster 127.0.0.1 6379 2',
    'sentinel down-after-milliseconds mymaster 5000',
    'sentinel failover-timeout mymaster 10000',
    'sentinel parallel-syncs mymaster 1',
    'sentinel auth-pass mymaster 3f9a0c81b27d',
    'sentinel deny-scripts-reconfig yes',
    'sentinel resolve-hostnames no',
    'sentinel announce-ip 127.0.0.1',
    'sentinel announce-port 26379',
    'sentinel known-replica mymaster 127.0.0.1 6380',
    'sentinel current-epoch 3',
  ],
};

/** What somebody's hand may do to a line. */
const SLIPS: readonly ((line: string, word: string) => string)[] = [
  (line) => line,
  (line, word) => `${line} # ${word}`,
  (line, word) => `${line} ${word}`,
  (line) => line.replace(/ [^ ]+$/, ''),
  (line) => line.replace(' ', ' = '),
  (line) => line.replace(' ', ': '),
  (line) => line.replace(/.(?=[a-z])/, ''),
  (line, word) => line.replace(/[^ ]+$/, word),
  (line) => line.replace(/ ([^ ]+)$/, ' "$1'),
  (line) => line.replace(/ ([^ ]+)$/, " '$1'"),
  (line) => line.replace(/(\d+)$/, '$1s'),
  (line) => line.replace(/(\d+)$/, '$1m'),
  (line) => line.replace(' ', '\u00a0'),
  (line) => line.toUpperCase(),
  (line) => `\t${line}  \r`,
  (line) => `${line}\n${line}`,
  (line) => `; ${line}`,
  (line) => `# ${line}`,
  (line) => line.replace('sentinel ', ''),
  (line) => line.replace('mymaster', 'MyMaster'),
];

const WORDS = [
  'yes',
  'off',
  '0',
  '-1',
  '70000',
  '1.5',
  '50%',
  '2gb',
  'localhost',
  '""',
  'x:1',
  '+5',
  'é',
];

const mutants = fc.constantFrom(...Object.keys(RIGHT)).chain((name) => {
  const lines = RIGHT[name] ?? [];
  const slip = fc.record({
    at: fc.nat(lines.length - 1),
    how: fc.constantFrom(...SLIPS),
    word: fc.constantFrom(...WORDS),
  });
  return fc.array(slip, { minLength: 1, maxLength: 2 }).map((slips) => ({
    [name]: lines
      .map((line, at) =>
        slips
          .filter((each) => each.at === at)
          .reduce((text, { how, word }) => how(text, word), line),
      )
      .join('\n'),
  }));
});
