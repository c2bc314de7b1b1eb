/**
 * A state file that somebody made up, or that is of another day: whom it names is left alone, and what it names is not
 * run. Linux tells what lives.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { localBackend } from '../../../lib/backends/local/index.js';
import type { LocalServer } from '../../../lib/backends/local/local-server.js';
import { findServer } from '../../../lib/backends/local/server.js';
import { run } from '../../../lib/command/run.js';
import { RedisLabError } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { systemTable } from '../../../lib/process/system-table.js';
import { skip } from '../../support/skip.js';
import { labFolder, serversBelow, startOf, stateHome } from './homes.js';
import { LAB } from './labs.js';
import { bystander, needsServer } from './support.js';

describe('a state that somebody made up', () => {
  let server: LocalServer;
  before(async function needsServerOnLinux() {
    await needsServer.call(this);
    if (process.platform !== 'linux') skip(this, 'Linux');
    const found = await findServer(LAB);
    if (!found) throw new Error('there was a server a moment ago');
    server = found;
  });

  const home = stateHome();
  const folder = labFolder(home, LAB.name);
  const stateFile = path.join(folder, 'state.json');
  const data = path.join(folder, 'nodes/master/data/redis');
  const backend = localBackend(LAB, { stateHome: home });
  const strangers: ChildProcess[] = [];

  afterEach(async () => {
    await backend.down();
    for (const { pid } of serversBelow(home)) process.kill(pid, 'SIGKILL');
    for (const stranger of strangers.splice(0)) stranger.kill('SIGKILL');
  });

  // biome-ignore lint/suspicious/noExplicitAny: it is JSON, to be made wrong
  const change = (how: (state: any) => void) => {
    const state = JSON.parse(fs.readFileSync(stateFile, 'utf8'));
    how(state);
    fs.writeFileSync(stateFile, JSON.stringify(state));
  };

  /** Says of every service that it is this process, which is true of its number and of its start. */
  const forge = async (pid: number) => {
    const seen = (await systemTable().look([pid])).get(pid);
    if (!seen) throw new Error(`${pid} does not run`);
    change((state) => {
      for (const name of Object.keys(state.processes)) {
        state.processes[name] = { pid, started: seen.started };
      }
    });
  };

  /** A server of the user's own, in a folder of its own or elsewhere, on no port. */
  const ownServer = async (cwd: string) => {
    const socket = path.join(home, 'own.sock');
    const args = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', cwd];
    const child = spawn(server.program, args, { argv0: server.argv0, cwd, stdio: 'ignore' });
    strangers.push(child);
    await once(child, 'spawn');
    while (!fs.existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 10));
    return child;
  };

  const strange: Record<string, () => Promise<ChildProcess>> = {
    'a program elsewhere': async () => bystander(),
    'another program in the folder of a server of the lab': async () => bystander({ cwd: data }),
    'one that is called like a server there': async () =>
      bystander({ cwd: data, argv0: 'redis-server' }),
    'a server elsewhere': () => ownServer(home),
    'a server in the folder of the lab, and in none of a service': () => ownServer(folder),
  };
  for (const [what, begin] of Object.entries(strange)) {
    it(`names ${what}: it is left alone, whatever is done`, async () => {
      await backend.up({});
      await backend.stop();
      const { pid = 0 } = await begin();
      const started = startOf(pid);
      const isThere = (doing: string) => {
        expect(startOf(pid), doing).to.equal(started);
        expect(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'), doing).to.match(/\) [SR] /);
      };
      await forge(pid);
      expect((await backend.status()).state).to.equal('stopped');
      expect(await backend.stop()).to.deep.equal([]);
      isThere('stop');
      for (const fault of ['crash', 'hang'] as const) {
        await backend.inject(fault, 'master').catch(refused);
        isThere(fault);
      }
      await backend.heal().catch(refused);
      isThere('heal');
      await backend.up({ fresh: true });
      isThere('up --fresh');
      await forge(pid);
      expect(await backend.down()).to.have.lengthOf(6);
      isThere('down');
    });
  }

  for (const title of ['redis-cli {config-file}', 'valkey-benchmark', 'vim']) {
    it(`is not needed to know servers whose description calls them ${title}`, async () => {
      const lab = buildLab({ redis: { config: [`proc-title-template "${title}"`] } }).model;
      const disguised = localBackend(lab, { stateHome: home });
      await disguised.up({});
      expect((await disguised.status()).state).to.equal('running');
      expect(await disguised.down()).to.have.lengthOf(6);
    });
  }

  it('is not needed to know a server of the lab that was told to work in another folder', async () => {
    await backend.up({});
    await backend.inject('crash', 'slave2');
    const file = path.join(folder, 'nodes/slave2/log/redis.log');
    const log = fs.openSync(file, 'a');
    const config = path.join(folder, 'nodes/slave2/etc/redis.conf');
    // As if it had been told by CONFIG SET dir, which is not for everybody.
    const child = spawn(server.program, [config, '--dir', home], {
      argv0: server.argv0,
      cwd: home,
      stdio: ['ignore', log, log],
    });
    strangers.push(child);
    fs.closeSync(log);
    while ((await backend.status()).state !== 'running') {
      expect(child.exitCode, fs.readFileSync(file, 'utf8')).to.equal(null);
    }
    fs.unlinkSync(stateFile);
    expect(await backend.down())
      .to.include('slave2 redis')
      .and.to.have.lengthOf(6);
  });

  describe('and names programs', () => {
    const mark = path.join(home, 'was-run');
    /** Does what it is asked for, and what it was made for. */
    const evil = (name: string, real: string) => {
      const file = path.join(home, name);
      fs.writeFileSync(file, `#!/bin/sh\n: >'${mark}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
      return file;
    };
    afterEach(() => fs.rmSync(mark, { force: true }));

    for (const doing of ['up', 'heal'] as const) {
      it(`${doing} runs none that this machine has not found by itself`, async () => {
        await backend.up({});
        if (doing === 'up') await backend.stop();
        else await backend.inject('crash', 'master');
        change((state) => {
          state.server.program = evil('redis-server', server.program);
          state.server.cli = evil('redis-cli', server.cli);
        });
        if (doing === 'up') await backend.up({});
        else await backend.heal();
        expect((await backend.status()).state).to.equal('running');
        const call = await backend.invocation('master', ['redis-cli', 'ping']);
        expect((await run(call, { deadlineMs: 5000 })).stdout).to.equal('PONG\n');
        expect(fs.existsSync(mark)).to.equal(false);
      });
    }
  });

  // biome-ignore lint/suspicious/noExplicitAny: it is JSON, to be made wrong
  const smuggled: Record<string, (lab: any) => void> = {
    'a directive that no description may have': (lab) => lab.redis.config.push('loadmodule /x'),
    'a second line behind a name': (lab) => {
      lab.sentinel.masterName = `x\nsentinel notification-script x ${process.execPath}`;
    },
    'a second line in the place of a number': (lab) => {
      lab.redis.minReplicasToWrite = '0\nloadmodule /x';
    },
    'a second address': (lab) => {
      lab.nodes[0].ip = `${lab.nodes[0].ip} 0.0.0.0`;
    },
  };
  for (const [what, put] of Object.entries(smuggled)) {
    it(`is no way into a configuration: ${what}`, async () => {
      await backend.up({});
      await backend.stop();
      change((state) => put(state.lab));
      const error = await backend.up({}).catch((thrown: unknown) => thrown);
      expect(String(error)).to.contain('state.json cannot be read: it is damaged');
      expect(serversBelow(home)).to.deep.equal([]);
      await backend.down();
      expect(await backend.up({}).then(({ started }) => started)).to.have.lengthOf(6);
    });
  }

  it('of another lab is none of this one', async () => {
    await backend.up({});
    change((state) => {
      state.lab.name = 'other';
    });
    const error = await backend.status().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(RedisLabError);
    expect(await backend.down()).to.have.lengthOf(6);
  });
});

function refused(error: unknown): void {
  if (!(error instanceof RedisLabError)) throw error;
}
