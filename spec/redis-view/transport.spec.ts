/** Ways to a real server: plain, by TLS, through a program that connects for us, and by TLS through that. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { relayOn } from '../../lib/backends/machine/relay.js';
import type { Via } from '../../lib/model/reach.js';
import { Secret } from '../../lib/model/secret.js';
import { Connection, NoAnswer } from '../../lib/redis-view/connection.js';
import type { Endpoint } from '../../lib/redis-view/endpoints.js';
import { clientArgs } from '../../lib/render/client-args.js';
import { verbatim } from '../../lib/render/template.js';
import { REDIS } from '../readers/support/engines.js';
import { PYTHON, program, readers, systemPython } from '../readers/support/readers.js';
import { SEARCHED } from '../readers/support/run.js';
import { scratch } from '../readers/support/scratch.js';
import { until } from '../support/at-work.js';
import { failure } from '../support/failure.js';
import { probe } from '../support/probe.js';
import { PASSWORD, TlsServer } from './support/tls-server.js';

const HOLDER = path.join(import.meta.dirname, 'support/holder.ts');

const host = '127.0.0.1';

/** Marks the processes of a test. */
let mark = '';
let tests = 0;

/** A machine where all of this takes its time; milliseconds. */
const timeoutMs = 20_000;

function here(): Via {
  return relayOn(() => ({
    program: PYTHON,
    args: ['-I', '-S', '-c', verbatim('node/relay.py')],
    env: { RELAY: mark },
  }));
}

/** Process ids of the test's relays. */
function relays(): number[] {
  return fs.readdirSync('/proc').flatMap((pid) => {
    try {
      const isOurs = fs
        .readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .includes(`RELAY=${mark}`);
      return /^\d+$/.test(pid) && isOurs ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

const linux = () => (process.platform === 'linux' ? undefined : 'Linux');

readers(
  'ways to a server',
  [program(REDIS.program), program('redis-cli'), program('openssl'), systemPython, linux],
  () => {
    let server: TlsServer;
    let tls: { ca: string; cert: string; key: string };
    let auth: Secret;
    before(async () => {
      server = await TlsServer.in(scratch('reaching'));
      tls = {
        ca: server.file('ca.pem'),
        cert: server.file('client.pem'),
        key: server.file('key.pem'),
      };
      const known = { known: () => 'it', check: async () => 'it' };
      fs.writeFileSync(server.file('password'), `${PASSWORD}\n`, { mode: 0o600 });
      auth = new Secret(PASSWORD, server.file('password'), known, 'reader');
    });
    after(async () => server?.end());

    beforeEach(() => {
      tests += 1;
      mark = `${process.pid}-${tests}`;
    });

    const ways: Record<string, () => Endpoint> = {
      'by TLS': () => ({ host, port: server.tlsPort, tls }),
      'through a program': () => ({ host, port: server.port, via: here() }),
      'by TLS through a program': () => ({ host, port: server.tlsPort, tls, via: here() }),
    };
    for (const [way, endpoint] of Object.entries(ways)) {
      it(`asks ${way}, as the user that it is given`, async () => {
        const connection = await Connection.open({ ...endpoint(), auth }, { timeoutMs });
        expect(await connection.ask('ACL', 'WHOAMI')).to.equal('reader');
        const large = 'a line\r\n\0'.repeat(200_000);
        expect(await connection.ask('SET', 'large', large)).to.equal('OK');
        expect(await connection.ask('GET', 'large')).to.equal(large);
        const asked = Array.from({ length: 100 }, (_, i) => connection.ask('ECHO', i));
        expect(await Promise.all(asked)).to.deep.equal(asked.map((_, i) => String(i)));
        connection.close();
        expect(await connection.closed).to.be.a('string');
      });
    }

    it('takes no server that nobody vouches for, and no answer without TLS', async () => {
      const other = { ca: server.file('other.pem') };
      for (const via of [undefined, here()]) {
        const way = via ? { via } : {};
        const open = (endpoint: Omit<Endpoint, 'host'>) =>
          failure(Connection.open({ host, ...endpoint, ...way }, { timeoutMs: 5000 }));
        const stranger = await open({ port: server.tlsPort, tls: { ...tls, ...other } });
        expect(stranger).to.be.instanceOf(NoAnswer);
        expect(stranger.message).to.match(/certificate/);
        const plain = { host, port: server.port, tls, ...way };
        expect(await failure(Connection.open(plain, { timeoutMs: 300 }))).to.be.instanceOf(
          NoAnswer,
        );
        const missing = await open({ port: server.tlsPort, tls: { ca: '/nonexistent.pem' } });
        expect(missing.message).to.equal(
          '/nonexistent.pem, which TLS needs, is empty or cannot be read',
        );
        // The server asks who connects.
        const nobody = await Connection.open({
          host,
          port: server.tlsPort,
          tls: { ca: tls.ca },
          ...way,
        })
          .then((connection) => connection.ask('PING'))
          .catch((error: Error) => error);
        expect(nobody).to.be.instanceOf(NoAnswer);
      }
    });

    it('are told to redis-cli in the same words', async () => {
      const args = clientArgs({ host, port: server.tlsPort, tls, auth });
      const env = { PATH: SEARCHED.join(':'), REDISCLI_AUTH: auth.reveal() };
      const call = [...args, '--no-auth-warning', 'ACL', 'WHOAMI'];
      const { stdout } = await promisify(execFile)('redis-cli', call, { env, timeout: 60_000 });
      expect(stdout.trim()).to.equal('reader');
    });

    describe('through a program', () => {
      it('are many by one, which ends when nobody has needed it for a while', async () => {
        const via = here();
        const open = () => Connection.open({ host, port: server.port, via }, { timeoutMs });
        const all = await Promise.all(Array.from({ length: 20 }, open));
        expect(relays()).to.have.length(1);
        for (const [index, each] of all.entries()) {
          expect(await each.ask('ECHO', index)).to.equal(String(index));
          if (index > 0) each.close();
        }
        expect(await all[0]?.ask('PING')).to.equal('PONG');
        all[0]?.close();
        await until(() => relays().length === 0);
        const again = await open();
        expect(await again.ask('PING')).to.equal('PONG');
        again.close();
      });

      it('say that nobody listens, and that a server is silent, as a connection of ours does', async () => {
        const via = here();
        const refused = await failure(Connection.open({ host, port: 1, via }, { timeoutMs }));
        expect(refused).to.be.instanceOf(NoAnswer);
        expect(refused.message).to.equal('connect ECONNREFUSED 127.0.0.1:1');
        const place = { host, port: server.port, via };
        const [silent, other] = await Promise.all(
          [400, timeoutMs].map((each) => Connection.open(place, { timeoutMs: each })),
        );
        process.kill(server.pid, 'SIGSTOP');
        try {
          expect(await failure(silent?.ask('PING') as Promise<unknown>)).to.include({ sent: true });
          expect(silent?.open).to.equal(false);
          // What the one does not take is in nobody else's way.
          const written = failure(
            other?.ask('SET', 'much', 'x'.repeat(20_000_000)) as Promise<unknown>,
          );
          const next = await failure(Connection.open({ ...place, port: 1 }, { timeoutMs }));
          expect(next.message).to.equal('connect ECONNREFUSED 127.0.0.1:1');
          other?.close();
          await written;
        } finally {
          process.kill(server.pid, 'SIGCONT');
        }
      });

      it('break when it ends, with its last words; what comes next has another', async () => {
        const via = here();
        const connection = await Connection.open({ host, port: server.port, via }, { timeoutMs });
        const [pid = 0] = relays();
        process.kill(pid, 'SIGKILL');
        expect(await connection.closed).to.match(/^there is no way to it: .*SIGKILL/);
        expect(await failure(connection.ask('PING'))).to.include({ sent: false });
        const next = await Connection.open({ host, port: server.port, via }, { timeoutMs });
        expect(await next.ask('PING')).to.equal('PONG');
        next.close();
      });

      it('are not had where it does not start, and that is not tried all the time', async () => {
        let calls = 0;
        const via = relayOn(() => {
          calls += 1;
          return { program: '/bin/sh', args: ['-c', 'echo no such node >&2; exit 1'] };
        });
        for (let i = 0; i < 20; i++) {
          const error = await failure(Connection.open({ host, port: 1, via }, { timeoutMs }));
          expect(error).to.be.instanceOf(NoAnswer);
          expect(error.message).to.equal('there is no way to it: no such node');
        }
        expect(calls).to.be.lessThan(20);
      });

      it('end with this process, however it ends', async () => {
        for (const how of ['done', 'SIGKILL', 'SIGTERM'] as const) {
          const child = execFile(process.execPath, [
            probe(HOLDER),
            String(server.port),
            PYTHON,
            mark,
            how,
          ]);
          let said = '';
          child.stdout?.on('data', (data) => {
            said += data;
          });
          let ended = false;
          child.on('exit', () => {
            ended = true;
          });
          await until(() => said.includes('open') || ended);
          expect(said, how).to.include('open');
          if (how !== 'done') child.kill(how);
          await until(() => ended);
          await until(() => relays().length === 0);
        }
      });
    });
  },
);
