/** What check says that a server reads, beside what real servers answer. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { EXAMPLES } from '../../lib/redis-conf/rules/examples.js';
import {
  type Found,
  RULE_CODES,
  RULES,
  type RuleCode,
} from '../../lib/redis-conf/rules/finding.js';
import { checked } from '../redis-conf/support/checked.js';
import { type Engine, versionOf } from './support/engines.js';
import { eventually } from './support/eventually.js';
import { freePort } from './support/free-port.js';
import { readers } from './support/readers.js';
import { scratchFiles } from './support/scratch.js';
import { CASES } from './support/server-cases.js';

/** A question to a server that was started with an example, and what it must answer. */
interface Asked {
  readonly question: readonly string[];
  readonly password?: string;
  readonly answer: (found: Found) => string | RegExp;
}

const setting = (name: string, answer: Asked['answer'], password?: string): Asked => ({
  question: ['CONFIG', 'GET', name],
  ...(password !== undefined && { password }),
  answer,
});
const master = (field: string): Asked => ({
  question: ['SENTINEL', 'MASTER', 'mymaster'],
  answer: ({ reads = '' }) => new RegExp(`^${field}\n${Number.parseInt(reads, 10)}$`, 'm'),
});
const anybody: Asked = { question: ['CONFIG', 'GET', 'requirepass'], answer: () => /^requirepass/ };

const ASKED: Readonly<Partial<Record<RuleCode, Asked>>> = {
  'line.twice': setting('maxmemory', () => 'maxmemory\n209715200'),
  'value.curly-quotes': setting(
    'requirepass',
    () => 'requirepass\n\u201c3f9a0c81b27d\u201d',
    '\u201c3f9a0c81b27d\u201d',
  ),
  'value.odd-blank': setting('dbfilename', () => 'dbfilename\nmy\u00a0dump.rdb'),
  'value.seconds': setting('timeout', ({ reads = '' }) => `timeout\n${Number.parseInt(reads, 10)}`),
  'size.decimal': setting('maxmemory', ({ values }) => `maxmemory\n${values['bytes']}`),
  'size.bytes': setting('maxmemory', ({ values }) => `maxmemory\n${values['bytes']}`),
  'port.cut-short': {
    question: ['INFO', 'replication'],
    answer: ({ values }) => new RegExp(`^master_port:${values['port']}\\r?$`, 'm'),
  },
  'replicaof.itself': {
    question: ['ROLE'],
    password: '3f9a0c81b27d',
    answer: ({ values }) =>
      new RegExp(`^slave\n${values['host']}\n${values['port']}\n(?!connected)`),
  },
  'acl.no-password': anybody,
  'acl.file-wins': anybody,
  'sentinel.time-unit': master('down-after-milliseconds'),
  'sentinel.quorum-tail': master('quorum'),
  'sentinel.port-word': master('port'),
  'sentinel.number-tail': master('parallel-syncs'),
  'sentinel.down-after-seconds': master('down-after-milliseconds'),
  'sentinel.down-after-short': master('down-after-milliseconds'),
  'sentinel.down-after-long': master('down-after-milliseconds'),
  'sentinel.failover-seconds': master('failover-timeout'),
};

/** Seen otherwise than by a question, or not here. */
const OTHERWISE: Readonly<Partial<Record<RuleCode, string>>> = {
  'sentinel.replicaof': 'the master hears PSYNC: a test of its own',
  'dir.shared': 'the second server has the data of the first one: a test of its own',
  'unit.forks': 'systemd reads it, and no server',
  'unit.never-forks': 'systemd reads it, and no server',
  'unit.few-files': 'systemd sets the limit, and root may raise it',
  'unit.no-notice': 'systemd reads it, and no server',
};

for (const [title, { needs, engine }] of Object.entries(CASES)) {
  readers(`what check says is read, beside ${title}`, needs, () => suite(engine()));
}

describe('what check says is read', () => {
  it('is asked of real servers, or it says why not', () => {
    const told = RULE_CODES.filter(
      (code) =>
        RULES[code].severity === 'misread' ||
        checked(EXAMPLES[code].example).findings.some((each) => each.code === code && each.reads),
    );
    expect(told.filter((code) => !ASKED[code] && !OTHERWISE[code])).to.deep.equal([]);
  });
});

function suite(engine: Engine): void {
  const target = {
    engine: engine.name === 'valkey-server' ? 'valkey' : 'redis',
    version: versionOf(engine),
  } as const;

  for (const [code, { question, password, answer }] of Object.entries(ASKED)) {
    it(`${code}: is what the server answers`, async () => {
      const port = await freePort();
      const files = onLoopback(EXAMPLES[code as RuleCode].example, port);
      const found = checked(files, [target]).findings.find((each) => each.code === code);
      if (!found) throw new Error(`${code} is not found in ${JSON.stringify(files)}`);
      const name = Object.keys(files)[0] ?? '';
      await serving({ ...files, 'etc/users.acl': '' }, name, port, (ask) => {
        const said = ask(question, password);
        const wanted = answer(found);
        if (typeof wanted === 'string') expect(said).to.equal(wanted);
        else expect(said).to.match(wanted);
      });
    });
  }

  it('sentinel.replicaof: the master hears a replica', async () => {
    const heard: string[] = [];
    const listener = createServer((socket) => {
      socket.on('data', (data) => {
        heard.push(String(data));
        socket.write('+OK\r\n');
      });
      socket.on('error', () => {});
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const port = await freePort();
    const at = portOf(listener);
    const text = `port ${port}\nsentinel monitor mymaster 127.0.0.1 ${port} 2\nreplicaof 127.0.0.1 ${at}\n`;
    try {
      await serving({ 'sentinel.conf': text }, 'sentinel.conf', port, () =>
        eventually(60, async () => expect(heard.join()).to.match(/REPLCONF|PSYNC/)),
      );
    } finally {
      listener.close();
    }
  });

  it('dir.shared: the second server has the data of the first one', async () => {
    const [one, other] = [await freePort(), await freePort()];
    const files = { 'a.conf': `port ${one}\n`, 'b.conf': `port ${other}\n` };
    const folder = await serving(files, 'a.conf', one, (ask) => {
      ask(['SET', 'k', 'of the first']);
      ask(['SAVE']);
    });
    await serving(folder, 'b.conf', other, (ask) =>
      expect(ask(['GET', 'k'])).to.equal('of the first'),
    );
  });

  /** Runs a server in a folder with files, until what is to be asked was asked. Gives the folder. */
  async function serving(
    files: Readonly<Record<string, string>> | string,
    name: string,
    port: number,
    look: (
      ask: (question: readonly string[], password?: string) => string,
    ) => Promise<unknown> | unknown,
  ): Promise<string> {
    const folder = typeof files === 'string' ? files : scratchFiles('meaning', files);
    const args = [...engine.args, name, ...(/sentinel/.test(name) ? ['--sentinel'] : [])];
    const child = spawn(engine.program, args, { argv0: engine.name, cwd: folder, stdio: 'pipe' });
    try {
      await stands(child);
      await look((question, password) => asked(port, question, password));
    } finally {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }
    return folder;
  }
}

/** Addresses of examples are others' networks; `port` is free here. Files that a server reads lie beside its configuration. */
function onLoopback(files: Readonly<Record<string, string>>, port: number) {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      `port ${port}\n${/^bind/m.test(text) ? '' : 'bind 127.0.0.1\n'}${text
        .replace(/\b10\.0\.0\.(\d+)\b/g, '127.0.0.$1')
        .replace(/\b6379\b/g, String(name === 'sentinel.conf' ? port - 1 : port))
        .replace('/etc/redis/users.acl', 'etc/users.acl')}`,
    ]),
  );
}

async function stands(child: ChildProcess): Promise<void> {
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (part) => {
      said += part;
      if (/ready to accept connections|Sentinel ID is/i.test(said)) resolve();
    });
    child.on('close', () => reject(new Error(`the server ended: ${said}`)));
  });
  await ready;
}

function asked(port: number, question: readonly string[], password?: string): string {
  const { stdout } = spawnSync('redis-cli', ['-h', '127.0.0.1', '-p', String(port), ...question], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, ...(password !== undefined && { REDISCLI_AUTH: password }) },
  });
  return stdout.trim();
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
