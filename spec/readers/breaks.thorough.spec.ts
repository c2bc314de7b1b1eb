/** What check says breaks a failover does so: the example of the rule as servers that run, beside what is nearly so. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { EXAMPLES } from '../../lib/redis-conf/rules/examples.js';
import { RULE_CODES, RULES, type RuleCode } from '../../lib/redis-conf/rules/finding.js';
import { REDIS } from './support/engines.js';
import { eventually } from './support/eventually.js';
import { program, readers } from './support/readers.js';
import { scratchFiles } from './support/scratch.js';
import { manyLoopbacks } from './support/server-cases.js';

/**
 * How it shows:
 * - `end`: nobody is promoted once these have ended
 * - `link`: that of this server never comes up
 * - `returning`: nor that of the master, once it follows another one, as Sentinel tells one that comes back
 * - `without`: the master takes no writes once this one has ended
 */
type Shown =
  | {
      readonly end: readonly string[];
      /** Whether the broken one is whole before they end: its Sentinels know each other. */
      readonly whole?: true;
    }
  | { readonly link: string }
  | { readonly returning: string }
  | { readonly without: string };

const crash = { end: ['n1/redis.conf'] } as const;
const nodeEnds: Shown = { end: ['n1/redis.conf', 'n1/sentinel.conf'] };

const SHOWN: Readonly<Partial<Record<RuleCode, Shown>>> = {
  'sentinel.quorum-above': crash,
  'sentinel.quorum-high': nodeEnds,
  // One that has not met the other yet is a majority.
  'sentinel.only-two': { ...nodeEnds, whole: true },
  'sentinel.names-differ': nodeEnds,
  'sentinel.addresses-differ': nodeEnds,
  'sentinel.monitors-sentinel': crash,
  'announce.name': crash,
  'announce.master': crash,
  'sentinel.other-master': crash,
  'auth-pass.missing': crash,
  'auth-pass.differs': crash,
  'acl.sentinel-channels': crash,
  'acl.sentinel-commands': crash,
  'acl.no-sentinel-user': crash,
  'priority.all-zero': crash,
  'masterauth.differs': { link: 'n3' },
  'masterauth.needless': { link: 'n2' },
  'acl.no-replica-user': { link: 'n2' },
  'replicaof.sentinel': { link: 'n2' },
  'masterauth.missing': { returning: 'n1' },
  'password.differs': { end: ['n2/redis.conf', 'n1/redis.conf'] },
  'rename.unknown-to-sentinel': crash,
  'min-replicas.all': { without: 'n3/redis.conf' },
};

const NOT_SHOWN: Readonly<Partial<Record<RuleCode, string>>> = {
  'address.everywhere': 'on one host, it reaches the server itself',
  'announce.loopback': 'on one host, loopback reaches the others',
  'bind.loopback-only': 'on one host, loopback reaches the others',
  'sentinel.loopback': 'on one host there is one loopback for all',
  'protected.server': 'protected mode lets loopback in',
  'protected.sentinel': 'protected mode lets loopback in',
  'sentinel.no-syncs':
    'the replicas follow only once the timeout of the failover has passed; which of them another Sentinel makes a master meanwhile is chance',
  'sentinel.same-master': 'which of the two failovers wins is chance',
  'sentinel.same-id': 'which Sentinel the others take for the one of that identity is chance',
  'sentinel.monitors-replica':
    'a Sentinel finds out after 20 s and tries to fail over, again and again',
  'sentinel.password': 'breaks it only where the Sentinel without that password has to ask',
  'acl.sentinel-failover': 'only Valkey 9.0.0 does it, and no Debian has that',
  'cluster.with-sentinel': 'a cluster needs slots before it answers',
  'tls.no-replication': 'is shown by tls.thorough.spec.ts',
  'tls.validity': 'is shown by tls.thorough.spec.ts',
  'tls.client-usage': 'is shown by tls.thorough.spec.ts',
  'tls.names': 'what it breaks is a client, which tls.thorough.spec.ts shows',
  'tls.sentinel': 'needs certificates',
  'rights.folder': 'needs users of the system; shows once a Sentinel starts again',
};

/** Longer than a failover that is tried again and again may take, from the first look at the one beside it on. */
const NEVER_MS = 6_000;

describe('what breaks a failover', () => {
  it('is shown, or it says why not', () => {
    const all = RULE_CODES.filter((code) => RULES[code].severity === 'failover');
    expect(all.filter((code) => !SHOWN[code] && !NOT_SHOWN[code])).to.deep.equal([]);
  });
});

const loopbacks = () => manyLoopbacks();
readers('what breaks a failover', [program(REDIS.program), program('redis-cli')], suite, [
  loopbacks,
]);

function suite(): void {
  const all = Object.entries(SHOWN);
  // Two at a time, since most of it is waiting.
  for (let at = 0; at < all.length; at += 2) {
    const some = all.slice(at, at + 2);
    const codes = some.map(([code]) => code).join(', ');
    it(`${codes}: breaks it, and what is nearly so does not`, async () => {
      await Promise.all(some.map(([code, shown]) => show(code as RuleCode, shown)));
    });
  }
}

async function show(code: RuleCode, shown: Shown): Promise<void> {
  const { example, silent } = EXAMPLES[code];
  const [broken, right] = [new Group(example), new Group(silent)];
  const both = (work: (group: Group) => Promise<void>) => Promise.all([broken, right].map(work));
  try {
    await both((group) => group.start());
    if ('without' in shown) {
      await eventually(60, async () => expect(right.link('n3'), code).to.equal('up'));
      await eventually(60, async () => expect(broken.write('n1'), code).to.equal('OK'));
      await both((group) => group.end(shown.without));
      await eventually(60, async () => expect(broken.write('n1'), code).to.include('NOREPLICAS'));
      expect(right.write('n1'), code).to.equal('OK');
    } else if ('end' in shown) {
      await eventually(60, async () => right.expectReady());
      if (shown.whole) await eventually(60, async () => broken.expectReady());
      for (const name of shown.end) await both((group) => group.end(name));
      await eventually(60, async () => expect(right.promoted(), code).to.have.lengthOf(1));
      await sleep(NEVER_MS);
      expect(broken.promoted(), code).to.deep.equal([]);
    } else {
      const node = 'link' in shown ? shown.link : shown.returning;
      if ('returning' in shown) await both((group) => group.swap(node, 'n2'));
      await eventually(60, async () => expect(right.link(node), code).to.equal('up'));
      await sleep(NEVER_MS);
      expect(broken.link(node), code).to.equal('down');
    }
  } finally {
    await both((group) => group.stop());
  }
}

let groups = 0;

/** Three servers and three Sentinels with the files of an example, and usual ones for what it does not have. */
class Group {
  readonly #net = `127.${120 + (process.pid % 100)}.${++groups}`;
  readonly #files: Readonly<Record<string, string>>;
  readonly #running = new Map<string, ChildProcess>();

  constructor(example: Readonly<Record<string, string>>) {
    this.#files = Object.fromEntries(
      ['n1', 'n2', 'n3'].flatMap((node, at) => {
        const ip = `${this.#net}.${at + 1}`;
        const follows = at === 0 ? '' : 'replicaof 10.0.0.1 6379\n';
        const alone = at === 0 ? undefined : example['redis.conf'];
        const redis = example[`${node}/redis.conf`] ?? alone ?? follows;
        const hasOthers = Object.keys(example).some((name) => name.endsWith('/sentinel.conf'));
        const usual = 'sentinel monitor mymaster 10.0.0.1 6379 2\n';
        const sentinel =
          example[`${node}/sentinel.conf`] ??
          (hasOthers ? undefined : (example['sentinel.conf'] ?? usual));
        return [
          [`${node}/redis.conf`, this.#own(ip, 'replica-announce-ip', redis)],
          ...(sentinel === undefined
            ? []
            : [
                [
                  `${node}/sentinel.conf`,
                  this.#quick(this.#own(ip, 'sentinel announce-ip', sentinel)),
                ],
              ]),
        ];
      }),
    );
  }

  /** What the example says comes last, and wins. */
  #own(ip: string, announce: string, text: string): string {
    const ours = [`bind ${ip}`, `bind-source-addr ${ip}`, `${announce} ${ip}`, 'save ""'];
    const quick = ['protected-mode no', 'repl-diskless-sync-delay 0'];
    return `${[...ours, ...quick].join('\n')}\n${text.replace(/\b10\.0\.(\d+\.\d+)\b/g, (_, end: string) => `${this.#net}.${end.split('.')[1]}${end.startsWith('0.') ? '' : '9'}`)}`;
  }

  #quick(text: string): string {
    const names = [...text.matchAll(/^sentinel monitor (\S+)/gm)].map(([, name = '']) => name);
    return names.reduce(
      (all, name) =>
        `${all}sentinel down-after-milliseconds ${name} 500\nsentinel failover-timeout ${name} 2000\n`,
      text,
    );
  }

  async start(): Promise<void> {
    const folder = scratchFiles('breaks', this.#files);
    for (const name of Object.keys(this.#files)) {
      const isSentinel = name.endsWith('sentinel.conf');
      const args = [...REDIS.args, path.basename(name), ...(isSentinel ? ['--sentinel'] : [])];
      const cwd = path.join(folder, path.dirname(name));
      const child = spawn(REDIS.program, args, { argv0: REDIS.name, cwd, stdio: 'ignore' });
      this.#running.set(name, child);
      await eventually(60, async () => expect(this.#ask(name, 'PING')).to.match(/PONG|NOAUTH/));
    }
  }

  async end(name: string): Promise<void> {
    const child = this.#running.get(name);
    this.#running.delete(name);
    child?.kill('SIGKILL');
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }

  async stop(): Promise<void> {
    for (const name of [...this.#running.keys()]) await this.end(name);
  }

  /** Every Sentinel knows all others, and both replicas. */
  expectReady(): void {
    const sentinels = [...this.#running.keys()].filter((name) => name.endsWith('sentinel.conf'));
    for (const name of sentinels) {
      const told = this.#ask(name, 'SENTINEL', 'MASTER', 'mymaster');
      expect(told).to.match(/^num-slaves\n2$/m);
      expect(told).to.include(`num-other-sentinels\n${sentinels.length - 1}`);
      const replicas = this.#ask(name, 'SENTINEL', 'REPLICAS', 'mymaster');
      expect(replicas).not.to.match(/^flags\n.*(?:disconnected|down)/m);
      expect(replicas.match(/^master-link-status\nok$/gm)).to.have.lengthOf(2);
    }
  }

  link(node: string): string | undefined {
    return /^master_link_status:(\w+)/m.exec(
      this.#ask(`${node}/redis.conf`, 'INFO', 'replication'),
    )?.[1];
  }

  /** Makes a replica the master, and the master its replica. Sentinels that would mind it end first. */
  async swap(master: string, replica: string): Promise<void> {
    for (const name of this.#running.keys())
      if (name.endsWith('sentinel.conf')) await this.end(name);
    this.#ask(`${replica}/redis.conf`, 'REPLICAOF', 'NO', 'ONE');
    const [, ip = ''] = /^bind (\S+)/m.exec(this.#files[`${replica}/redis.conf`] ?? '') ?? [];
    this.#ask(`${master}/redis.conf`, 'REPLICAOF', ip, '6379');
  }

  /** What a server says to a write. */
  write(node: string): string {
    return this.#ask(`${node}/redis.conf`, 'SET', 'a', 'b');
  }

  /** Replicas that have become masters. */
  promoted(): string[] {
    return ['n2/redis.conf', 'n3/redis.conf'].filter((name) =>
      /^master$/m.test(this.#ask(name, 'ROLE')),
    );
  }

  #ask(name: string, ...question: string[]): string {
    const text = this.#files[name] ?? '';
    const [, ip = ''] = /^bind (\S+)/m.exec(text) ?? [];
    const [, password] = /^requirepass (\S+)/m.exec(text) ?? [];
    const usual = name.endsWith('sentinel.conf') ? '26379' : '6379';
    const [, port = usual] = /^port (\S+)/m.exec(text) ?? [];
    const { stdout } = spawnSync('redis-cli', ['-h', ip, '-p', port, ...question], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, ...(password !== undefined && { REDISCLI_AUTH: password }) },
    });
    return stdout.trim();
  }
}
