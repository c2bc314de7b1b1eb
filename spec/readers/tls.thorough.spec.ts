/** What check says of certificates, shown on servers that run: whose link never comes up, and which client refuses whom. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect } from 'chai';
import { EXAMPLES, type Example } from '../../lib/redis-conf/rules/examples.js';
import type { RuleCode } from '../../lib/redis-conf/rules/finding.js';
import { REDIS } from './support/engines.js';
import { eventually } from './support/eventually.js';
import { freePort } from './support/free-port.js';
import { program, readers } from './support/readers.js';
import { scratchFiles } from './support/scratch.js';

type Files = Example['example'];

const { silent: RIGHT } = EXAMPLES['tls.client-usage'];

readers('certificates of servers', [program(REDIS.program), program('redis-cli')], () => {
  const running = new Set<ChildProcess>();
  afterEach(async () => {
    for (const child of running) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }
    running.clear();
  });

  for (const code of ['tls.validity', 'tls.client-usage', 'tls.no-replication'] as const) {
    it(`${code}: a replica never gets its link, and gets it with what is nearly so`, async () => {
      const master = await start({ ...RIGHT, 'redis.conf': without(RIGHT, 'replicaof') });
      const broken = await start(replica(code, 'example'), master.port);
      const right = await start(replica(code, 'silent'), master.port);
      await eventually(60, async () => expect(link(right)).to.equal('up'));
      await eventually(60, async () => expect(tries(broken)).to.be.above(2));
      expect(link(broken)).to.equal('down');
    });
  }

  it('tls.names: a client that compares names refuses the address, and redis-cli, which does not, is let in', async () => {
    for (const [which, error] of [
      ['example', 'ERR_TLS_CERT_ALTNAME_INVALID'],
      ['silent', undefined],
    ] as const) {
      const server = await start(EXAMPLES['tls.names'][which]);
      expect(await refusal(server), which).to.equal(error);
      expect(ask(server, '--no-auth-warning', '-a', PASSWORD, 'PING')).to.equal('PONG');
    }
  });

  /** What the example says comes last, and wins; but for where it listens, and whom it follows. */
  async function start(files: Files, master?: number): Promise<Running> {
    const port = await freePort();
    const quick = 'save ""\nrepl-diskless-sync-delay 0\n';
    const text = (files['redis.conf'] ?? '')
      .replace(/^(tls-port|bind) .*$/gm, '')
      .replace(/^replicaof .*$/m, master === undefined ? '' : `replicaof 127.0.0.1 ${master}`);
    const conf = `${quick}${text}\nbind 127.0.0.1\ntls-port ${port}\n`;
    const folder = scratchFiles('tls', { ...files, 'redis.conf': conf });
    const args = [...REDIS.args, 'redis.conf'];
    const child = spawn(REDIS.program, args, { argv0: REDIS.name, cwd: folder, stdio: 'pipe' });
    running.add(child);
    let said = '';
    child.stdout.on('data', (part) => {
      said += part;
    });
    await eventually(60, async () => expect(said).to.include('Ready to accept connections'));
    return { port, said: () => said };
  }
});

/** The replica of a rule; with the certificates of another one, where it has none itself. */
function replica(code: RuleCode, which: 'example' | 'silent'): Files {
  const files = EXAMPLES[code][which];
  if (files['redis.crt'] !== undefined) return files;
  const text = (files['redis.conf'] ?? '').replaceAll('/etc/redis/tls/', '');
  return { ...RIGHT, 'redis.conf': text };
}

function without(files: Files, directive: string): string {
  return (files['redis.conf'] ?? '')
    .split('\n')
    .filter((line) => !line.startsWith(directive))
    .join('\n');
}

interface Endpoint {
  readonly port: number;
}

interface Running extends Endpoint {
  readonly said: () => string;
}

const PASSWORD = '3f9a0c81b27d';

/** A client with a certificate that servers take, and the password of those that have one. */
function ask({ port }: Endpoint, ...question: string[]): string {
  const client = scratchFiles('tls-client', RIGHT);
  const keys = ['--tls', '--cert', 'redis.crt', '--key', 'redis.key', '--cacert', 'ca.crt'];
  const { stdout } = spawnSync('redis-cli', ['-p', String(port), ...keys, ...question], {
    cwd: client,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return stdout.trim();
}

/** It is asked whatever its certificate says. */
function link(replica: Endpoint): string | undefined {
  return /^master_link_status:(\w+)/m.exec(ask(replica, '--insecure', 'INFO', 'replication'))?.[1];
}

/** How often a replica has gone to its master. */
function tries({ said }: Running): number {
  return said().match(/Connecting to MASTER/g)?.length ?? 0;
}

/** What a client that knows the server by its address says to its certificate. */
async function refusal({ port }: Endpoint): Promise<string | undefined> {
  const [cert, key] = [RIGHT['redis.crt'], RIGHT['redis.key']];
  const socket = connect({ host: '127.0.0.1', port, ca: RIGHT['ca.crt'], cert, key });
  try {
    await once(socket, 'secureConnect');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
  }
}
