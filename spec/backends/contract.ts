/** What every backend must do: the same tests for all of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Backend, BackendStatus, FaultKind, Service } from '../../lib/backends/backend.js';
import type { CommandResult } from '../../lib/command/call.js';
import { run } from '../../lib/command/run.js';
import { EXIT, RedisLabError } from '../../lib/errors.js';
import { buildLab } from '../../lib/lab/lab.js';
import type { LabModel } from '../../lib/model/model.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { until } from '../support/at-work.js';
import { refusal } from '../support/failure.js';
import { needs } from '../support/skip.js';

/** What a shell says of a program that SIGTERM ended. */
const TERMINATED = 128 + 15;

const ALL = ['master', 'slave1', 'slave2'].flatMap((node) => [`${node} redis`, `${node} sentinel`]);

/**
 * `make` gives a backend for a description; twice for the same name, it is two for the same lab.
 * What it lacks here is said by its own preflight: then the suite is skipped, and fails under CI=true.
 * `own` is what the lab's description has to say for this backend. `enterMs` is how long entering a node may take, milliseconds.
 */
export function backendContract(
  name: string,
  make: (lab: LabModel) => Backend,
  own: LabSpec = {},
  enterMs = 60_000,
): void {
  // No Sentinel does anything by itself while a test looks at the backend.
  const spec: LabSpec = { name: 'contract', sentinel: { downAfter: '60s' }, ...own };

  describe(`the backend ${name}`, () => {
    const backend = make(buildLab(spec).model);

    before(async function needsNothing() {
      const lacks = await backend.preflight({});
      const missing = lacks.map(({ what, seen }) => `${what} (${seen})`);
      needs(this, missing.length === 0 ? undefined : missing.join(', '));
    });

    // Each test begins with a call that brings the lab to where it has to be, from wherever the last one left it:
    // some backends take ten seconds to bring one up from nothing.
    after(async () => {
      await backend.down();
    });

    const ask = async (node: string, ...words: string[]): Promise<string> => {
      const ran = await askFor(node, ...words);
      expect(ran.code, ran.stderr).to.equal(0);
      return ran.stdout.trim();
    };

    const askFor = async (node: string, ...words: string[]): Promise<CommandResult> =>
      run(await backend.invocation(node, ['redis-cli', ...words]), { deadlineMs: enterMs });

    const refusesFault = async (fault: FaultKind) => {
      const error = await refusal(backend.inject(fault, 'slave1'));
      expect(error.exitCode).to.equal(EXIT.usage);
      expect(error.message).to.contain(backend.faults.join(', '));
    };

    /** Whether the Redis server of a node can be asked from another. */
    const reachesIn = (lab: LabModel | undefined) => async (from: string, to: string) => {
      const { ip } = lab?.nodes.find((node) => node.name === to) ?? { ip: '' };
      const argv = ['timeout', '1', 'redis-cli', '-h', ip, 'ping'];
      const ran = await run(await backend.invocation(from, argv), { deadlineMs: enterMs });
      return ran.stdout.trim() === 'PONG';
    };

    const stateOf = async (node: string, service: Service = 'redis') =>
      (await backend.status()).services.find(
        (each) => each.node === node && each.service === service,
      )?.state;

    describe('up', () => {
      it('brings every service up from nothing, and says what and when', async () => {
        await backend.down();
        const before = performance.now();
        const upped = await backend.up({});
        expect([...upped.started].sort()).to.deep.equal([...ALL].sort());
        expect(upped.startedAt).to.be.within(before, performance.now());
        expect(upped.lab.nodes.map((node) => node.name)).to.deep.equal([
          'master',
          'slave1',
          'slave2',
        ]);
        expect(upped.lab.redis.version).to.equal(upped.server.version);
        const status = await backend.status();
        expect(status).to.include({ state: 'running', sameDescription: true });
        expect(namesOf(status).sort()).to.deep.equal([...ALL].sort());
        expect(status.lab).to.deep.equal(upped.lab);
        expect(status.server).to.include({ version: upped.server.version });
        for (const { name } of upped.lab.nodes) expect(await ask(name, 'ping')).to.equal('PONG');
      });

      it('gives each server an address of its own, where it is the node that it says', async () => {
        const { lab } = await backend.up({});
        const places = lab.nodes.flatMap((node) => [
          `${node.ip}:${node.redisPort}`,
          `${node.ip}:${node.sentinelPort}`,
        ]);
        expect(new Set(places).size).to.equal(6);
        for (const node of lab.nodes) {
          const role = node.role === 'master' ? 'master' : 'slave';
          expect(await ask(node.name, 'info', 'replication')).to.match(
            new RegExp(`^role:${role}\r$`, 'm'),
          );
          const said = await ask(node.name, '-p', String(node.sentinelPort), 'sentinel', 'myid');
          expect(said).to.equal(node.sentinelId);
        }
      });

      it('tells what it does', async () => {
        await backend.down();
        const told: string[] = [];
        await backend.up({ onProgress: ({ phase, text }) => told.push(`${phase}: ${text}`) });
        expect(told).to.include.members(ALL.map((each) => `start: ${each}`));
        expect(told.some((each) => each.startsWith('files: '))).to.equal(true);
      });

      it('changes nothing where all runs', async () => {
        await backend.up({});
        const before = await backend.status();
        const again = await backend.up({});
        expect(again.started).to.deep.equal([]);
        expect(again.startedAt).to.equal(undefined);
        expect(await backend.status()).to.deep.equal(before);
      });

      it('starts a service that died, and leaves the others alone', async () => {
        await backend.up({});
        const before = await backend.status();
        await backend.inject('crash', 'slave1');
        expect(await backend.status()).to.include({ state: 'partial' });
        const { started } = await backend.up({});
        expect(started).to.deep.equal(['slave1 redis']);
        const after = await backend.status();
        expect(after.state).to.equal('running');
        expect(pidsOf(after, 'slave1 redis')).to.deep.equal(pidsOf(before, 'slave1 redis'));
      });

      it('makes a service go on that stands still', async () => {
        await backend.up({});
        await backend.inject('hang', 'slave1');
        expect((await backend.up({})).started).to.deep.equal([]);
        expect((await backend.status()).state).to.equal('running');
        expect(await ask('slave1', 'ping')).to.equal('PONG');
      });

      it('begins anew when it is asked to, at the same addresses', async () => {
        const first = await backend.up({});
        await ask('master', 'set', 'demokey', 'testing testing');
        const second = await backend.up({ fresh: true });
        expect(second.started).to.have.lengthOf(6);
        expect(await ask('master', 'exists', 'demokey')).to.equal('0');
        expect(second.lab).to.deep.equal(first.lab);
      });

      it('refuses another description of the lab, until that is down', async () => {
        await backend.up({});
        const other = make(
          buildLab({ ...spec, redis: { ...spec.redis, persistence: 'none' } }).model,
        );
        expect((await other.status()).sameDescription).to.equal(false);
        const running = await refusal(other.up({ fresh: true }));
        expect(running.exitCode).to.equal(EXIT.usage);
        expect(running.message).to.contain('another description').and.contain('redis-lab down');
        expect((await backend.status()).state).to.equal('running');

        await backend.stop();
        expect((await refusal(other.up({}))).exitCode).to.equal(EXIT.usage);
        expect((await other.up({ fresh: true })).started).to.have.lengthOf(6);
        expect((await other.status()).sameDescription).to.equal(true);
        expect((await backend.status()).sameDescription).to.equal(false);
        await backend.down();
      });

      it('is for one at a time', async () => {
        const results = await Promise.allSettled([backend.up({}), backend.up({})]);
        const refused = results.flatMap((each) =>
          each.status === 'rejected' ? [each.reason] : [],
        );
        expect(refused).to.have.lengthOf(1);
        expect(refused[0]).to.be.instanceOf(RedisLabError);
        expect(refused[0].message).to.contain(`process ${process.pid}`).and.contain('up');
        expect((await backend.status()).state).to.equal('running');
      });

      it('leaves nothing when it is aborted before it began, or half-way', async () => {
        await backend.down();
        const reason = new Error('enough');
        expect(await thrown(backend.up({ signal: AbortSignal.abort(reason) }))).to.equal(reason);
        expect((await backend.status()).state).to.equal('absent');
        for (const phase of ['files', 'start']) {
          const controller = new AbortController();
          const { signal } = controller;
          const onProgress = (event: { phase: string }) => {
            if (event.phase === phase) controller.abort(reason);
          };
          expect(await thrown(backend.up({ signal, onProgress }))).to.equal(reason);
          expect((await backend.status()).state, phase).to.equal('absent');
          expect(await backend.down(), phase).to.deep.equal([]);
        }
      });

      it('ends only what it started when it is aborted', async () => {
        await backend.up({});
        const before = await backend.status();
        await backend.inject('crash', 'slave1');
        const controller = new AbortController();
        const { signal } = controller;
        await thrown(backend.up({ signal, onProgress: () => controller.abort() }));
        const after = await backend.status();
        expect(await stateOf('slave1')).to.equal('stopped');
        expect(pidsOf(after, 'slave1 redis')).to.deep.equal(pidsOf(before, 'slave1 redis'));
      });
    });

    describe('stop and down', () => {
      it('stop ends all and keeps the data; up brings it back', async () => {
        await backend.up({});
        await ask('master', 'set', 'demokey', 'testing testing');
        expect((await backend.stop()).toSorted()).to.deep.equal([...ALL].sort());
        const status = await backend.status();
        expect(status.state).to.equal('stopped');
        expect(status.services.map((each) => [each.state, each.pid])).to.deep.equal(
          ALL.map(() => ['stopped', undefined]),
        );
        expect(await backend.stop()).to.deep.equal([]);
        expect((await backend.up({})).started).to.have.lengthOf(6);
        expect(await ask('master', 'get', 'demokey')).to.equal('testing testing');
      });

      it('down removes all, also a second time, also of a stopped lab; up begins anew', async () => {
        await backend.up({});
        await ask('master', 'set', 'demokey', 'testing testing');
        expect((await backend.down()).toSorted()).to.deep.equal([...ALL].sort());
        expect(await backend.status()).to.deep.include({ state: 'absent', services: [] });
        expect(await backend.down()).to.deep.equal([]);
        expect(await backend.stop()).to.deep.equal([]);
        await backend.up({});
        expect(await ask('master', 'exists', 'demokey')).to.equal('0');
        await backend.stop();
        expect(await backend.down()).to.deep.equal([]);
        expect((await backend.status()).state).to.equal('absent');
      });

      it('both end what stands still', async () => {
        await backend.up({});
        await backend.inject('hang', 'master');
        expect(await backend.stop()).to.have.lengthOf(6);
        expect((await backend.status()).state).to.equal('stopped');
      });
    });

    describe('a fault', () => {
      it('is one that it says it has', () => {
        expect(backend.faults).to.include.members(['crash', 'hang']);
      });

      it('crash: the Redis server is gone, and its log says how; the Sentinel stays', async () => {
        await backend.up({});
        await backend.inject('crash', 'master');
        expect(await stateOf('master')).to.equal('stopped');
        expect(await stateOf('master', 'sentinel')).to.equal('running');
        expect((await askFor('master', 'ping')).stderr).to.match(/refused/i);
        const log = await all(backend.logs('master', 'redis'));
        expect(log.join('\n')).to.match(/crashed by signal/);
        expect((await refusal(backend.inject('crash', 'master'))).message).to.contain('not run');
      });

      it('hang: the Redis server is there and does not answer, until it is healed', async () => {
        await backend.up({});
        await backend.inject('hang', 'slave1');
        expect(await stateOf('slave1')).to.equal('hung');
        // It is entered, asks for a second, and has heard nothing by then: what is slow to enter proves as much.
        const silent = 'redis-cli ping & sleep 1; kill $!; wait $!';
        const asked = await run(await backend.invocation('slave1', ['sh', '-c', silent]), {
          deadlineMs: enterMs,
        });
        expect(asked).to.include({ stdout: '', code: TERMINATED });
        const mended = await backend.heal();
        expect(mended).to.have.lengthOf(1);
        expect(mended[0]?.values).to.include({ node: 'slave1' });
        expect(await stateOf('slave1')).to.equal('running');
        expect(await ask('slave1', 'ping')).to.equal('PONG');
      });

      it('freeze: both servers of a node stand still, until it is healed', async () => {
        await backend.up({});
        await backend.inject('freeze', 'slave2');
        expect(await stateOf('slave2')).to.equal('hung');
        expect(await stateOf('slave2', 'sentinel')).to.equal('hung');
        expect(await stateOf('slave1')).to.equal('running');
        expect((await backend.heal()).map(({ code }) => code)).to.have.members([
          'mended.redis-continued',
          'mended.sentinel-continued',
        ]);
        expect((await backend.status()).state).to.equal('running');
      });

      it('restart: another process serves the same address, with what was saved', async () => {
        await backend.up({});
        const pid = ({ services }: BackendStatus) =>
          services.find(({ node, service }) => node === 'slave1' && service === 'redis')?.pid;
        const before = await backend.status();
        await backend.inject('restart', 'slave1');
        await until(async () => (await stateOf('slave1')) === 'running');
        const after = await backend.status();
        expect(pid(after)).to.be.a('number').and.not.equal(pid(before));
        expect(pidsOf(after, 'slave1 redis')).to.deep.equal(pidsOf(before, 'slave1 redis'));
      });

      it('save-fails: a save fails until it is healed, and no file is lost', async () => {
        await backend.up({ fresh: true });
        await ask('master', 'set', 'kept', 'yes');
        await ask('master', 'save');
        const status = async () =>
          /rdb_last_bgsave_status:(\w+)/.exec(await ask('master', 'info', 'persistence'))?.[1];
        await backend.inject('save-fails', 'master');
        expect(await status()).to.equal('err');
        expect((await askFor('master', 'set', 'kept', 'no')).stdout).to.match(/^MISCONF/);
        await backend.inject('save-fails', 'master');
        await backend.inject('sentinel-save-fails', 'slave1');
        const { sentinelPort: port } = (await backend.status()).lab?.nodes[1] ?? {};
        const flush = ['-p', String(port), 'sentinel', 'flushconfig'];
        expect((await askFor('slave1', ...flush)).stdout).to.match(/^ERR /);
        expect((await backend.heal()).map(({ code }) => code)).to.have.members([
          'mended.saves',
          'mended.sentinel-saves',
        ]);
        expect(await status()).to.equal('ok');
        expect(await ask('slave1', ...flush)).to.equal('OK');
        expect(await backend.heal()).to.deep.equal([]);
        await backend.stop();
        await backend.up({});
        expect(await ask('master', 'get', 'kept')).to.equal('yes');
      });

      it('save-fails: is refused at once where the server stands still, which would never answer', async () => {
        await backend.up({});
        await backend.inject('freeze', 'slave1');
        const error = await refusal(backend.inject('save-fails', 'slave1'));
        expect(error.message).to.match(/slave1's Redis server does not run, or stands still/);
        expect(error).to.include({ exitCode: EXIT.usage });
        await backend.heal();
        expect((await askFor('slave1', 'bgsave')).stdout).to.match(/started/);
      });

      it('save-fails: up undoes it where the servers were stopped meanwhile, with what they had saved', async () => {
        await backend.up({});
        await ask('master', 'set', 'kept', 'yes');
        await ask('master', 'save');
        await backend.inject('sentinel-save-fails', 'slave1');
        await backend.inject('save-fails', 'master');
        // Asked to end in good order, it would save first, again and again.
        await backend.inject('crash', 'master');
        await backend.stop();
        await backend.up({});
        expect((await backend.status()).state).to.equal('running');
        expect(await ask('master', 'get', 'kept')).to.equal('yes');
        expect(await ask('master', 'bgsave')).to.match(/started/);
      });

      it('clock-jump: the Sentinel is in TILT until it is healed, or it is said what is lacking', async () => {
        await backend.up({});
        const lack = await backend.lacks?.('clock-jump', 'slave1');
        if (lack) {
          const error = await refusal(backend.inject('clock-jump', 'slave1'));
          expect(error).to.include({ exitCode: EXIT.notReady, message: lack.text });
          return;
        }
        const { lab } = await backend.status();
        const info = ['-p', String(lab?.nodes[1]?.sentinelPort), 'info', 'sentinel'];
        await backend.inject('clock-jump', 'slave1');
        await until(async () => /sentinel_tilt:1/.test((await askFor('slave1', ...info)).stdout));
        await backend.inject('clock-jump', 'slave1');
        expect((await backend.status()).state).to.equal('running');
        expect((await backend.heal()).map(({ code }) => code)).to.deep.equal(['mended.clock']);
        await until(async () => /sentinel_tilt:0/.test((await askFor('slave1', ...info)).stdout));
        expect(await backend.heal()).to.deep.equal([]);
      });

      it('of Sentinels: they hang or have ended, their servers go on, and each is healed by itself', async () => {
        await backend.up({});
        await backend.inject('sentinel-hang', 'master');
        await backend.inject('sentinel-end', 'slave1');
        await backend.inject('hang', 'slave2');
        expect(await stateOf('master', 'sentinel')).to.equal('hung');
        expect(await stateOf('slave1', 'sentinel')).to.equal('stopped');
        expect(await ask('master', 'ping')).to.equal('PONG');
        expect(await ask('slave1', 'ping')).to.equal('PONG');
        const again = await refusal(backend.inject('sentinel-end', 'slave1'));
        expect(again.message).to.contain('Sentinel does not run');
        const sentinels = ['master', 'slave1'].map(
          (node) => ({ node, service: 'sentinel' }) as const,
        );
        expect((await backend.heal({ only: sentinels })).map(({ code }) => code)).to.have.members([
          'mended.sentinel-continued',
          'mended.sentinel-started',
        ]);
        expect(await stateOf('master', 'sentinel')).to.equal('running');
        await until(async () => (await stateOf('slave1', 'sentinel')) === 'running');
        expect(await stateOf('slave2')).to.equal('hung');
        expect(await backend.heal()).to.have.lengthOf(1);
      });

      it('of both kinds, on one node and on all, is healed', async () => {
        await backend.up({});
        for (const node of ['master', 'slave1', 'slave2']) await backend.inject('hang', node);
        await backend.inject('crash', 'slave2');
        expect(await backend.heal()).to.have.lengthOf(3);
        expect((await backend.status()).state).to.equal('running');
        expect(await backend.heal()).to.deep.equal([]);
      });

      it('or an end in good order is healed, of a Sentinel too', async () => {
        const { lab } = await backend.up({});
        const port = String(lab.nodes[2]?.sentinelPort);
        await askFor('slave2', '-p', port, 'shutdown');
        await until(async () => (await stateOf('slave2', 'sentinel')) === 'stopped');
        const [mended] = await backend.heal();
        expect(mended).to.deep.include({
          code: 'mended.sentinel-started',
          values: { node: 'slave2' },
        });
        expect(await stateOf('slave2', 'sentinel')).to.equal('running');
      });

      it('partition: a node and the others do not reach each other, until it is healed', async () => {
        await backend.up({});
        if (!backend.faults.includes('partition')) return refusesFault('partition');
        const { lab } = await backend.status();
        const reaches = reachesIn(lab);
        expect(await reaches('master', 'slave1')).to.equal(true);
        expect((await backend.status()).filtering).to.deep.equal([]);
        await backend.inject('partition', 'slave1');
        await backend.inject('partition', 'slave1');
        expect(await reaches('master', 'slave1')).to.equal(false);
        expect(await reaches('slave1', 'slave2')).to.equal(false);
        expect(await reaches('master', 'slave2')).to.equal(true);
        expect(await ask('slave1', 'ping')).to.equal('PONG');
        const [filtering, ...more] = (await backend.status()).filtering ?? [];
        expect(more).to.deep.equal([]);
        expect(filtering).to.include({ fault: 'partition', node: 'slave1' });
        expect(filtering?.packets).to.be.above(0);
        expect((await backend.heal()).map(({ code }) => code)).to.include('mended.reachable');
        expect(await reaches('master', 'slave1')).to.equal(true);
        expect(await reaches('slave1', 'slave2')).to.equal(true);
      });

      it('partition, between some, or of what Sentinels send: nobody else is cut off', async () => {
        await backend.up({});
        if (!backend.faults.includes('partition')) return;
        const { lab } = await backend.status();
        const reaches = reachesIn(lab);
        await backend.inject('partition', 'slave1', { from: ['slave2'], oneWay: 'in' });
        expect(await reaches('slave1', 'slave2')).to.equal(false);
        expect(await reaches('slave1', 'master')).to.equal(true);
        expect(await reaches('slave2', 'master')).to.equal(true);
        await backend.inject('partition', 'master', { traffic: 'sentinel' });
        expect(await reaches('slave1', 'master')).to.equal(true);
        const met = async () =>
          (await backend.status()).filtering?.find(({ node }) => node === 'master')?.packets ?? 0;
        // Each Sentinel sends a PING in a second.
        for (let tries = 0; tries < 60 && (await met()) < 3; tries++) await sleep(500);
        expect(await met()).to.be.at.least(3);
        // One kind of fault is undone by itself.
        const undone = await backend.heal({ only: [], fault: 'partition' });
        expect(undone.map(({ values }) => values['node'])).to.have.members(['slave1', 'master']);
        expect((await backend.status()).filtering).to.deep.equal([]);
        expect(await reaches('slave1', 'slave2')).to.equal(true);
      });

      it('slow: what passes between a node and the others takes its time, until it is healed', async () => {
        await backend.up({});
        if (!backend.faults.includes('slow')) return refusesFault('slow');
        const { lab } = await backend.status();
        const roundTrip = async (from: string, to: string) => {
          const { ip } = lab?.nodes.find((node) => node.name === to) ?? { ip: '' };
          const argv = ['redis-cli', '-h', ip, 'ping'];
          const since = performance.now();
          const ran = await run(await backend.invocation(from, argv), { deadlineMs: enterMs });
          expect(ran.code, ran.stderr).to.equal(0);
          return performance.now() - since;
        };
        await backend.inject('slow', 'slave1', { from: ['master'], delayMs: 1000 });
        // A connection, and a question: two ways there and back.
        expect(await roundTrip('slave1', 'master')).to.be.at.least(4000);
        await backend.inject('slow', 'slave1', { from: ['master'], delayMs: 700, oneWay: 'in' });
        expect(await roundTrip('slave1', 'master')).to.be.at.least(1400);
        expect((await backend.status()).filtering?.map(({ fault }) => fault)).to.deep.equal([
          'slow',
        ]);
        await backend.inject('slow', 'slave1', { from: ['master'], lossPercent: 100 });
        expect(await reachesIn(lab)('slave1', 'master')).to.equal(false);
        expect(await reachesIn(lab)('slave1', 'slave2')).to.equal(true);
        expect((await backend.heal()).map(({ code }) => code)).to.include('mended.fast');
        expect((await backend.status()).filtering).to.deep.equal([]);
        expect(await reachesIn(lab)('slave1', 'master')).to.equal(true);
      });

      it('power-off: the whole node is gone, until it is healed', async () => {
        await backend.up({});
        if (!backend.faults.includes('power-off')) return refusesFault('power-off');
        await backend.inject('power-off', 'slave2');
        expect((await backend.status()).state).to.equal('partial');
        expect(await stateOf('slave2')).to.equal('stopped');
        expect(await stateOf('slave2', 'sentinel')).to.equal('stopped');
        const entered = await refusal(backend.invocation('slave2', ['true']));
        expect(entered.message).to.contain('slave2').and.contain('redis-lab heal');
        expect(JSON.stringify(await backend.heal())).to.contain('slave2');
        expect((await backend.status()).state).to.equal('running');
        expect(await ask('slave2', 'ping')).to.equal('PONG');
      });

      it('needs a lab that is up', async () => {
        for (const bring of [async () => backend.down(), async () => backend.stop()]) {
          await bring();
          const inject = await refusal(backend.inject('crash', 'master'));
          expect(inject.exitCode).to.equal(EXIT.usage);
          expect(inject.message).to.contain('redis-lab up');
          expect((await refusal(backend.heal())).exitCode).to.equal(EXIT.usage);
          expect((await refusal(backend.invocation('master', ['true']))).exitCode).to.equal(
            EXIT.usage,
          );
          await backend.up({});
        }
      });
    });

    describe('the logs', () => {
      it('are all that was said, or the end of it', async () => {
        await backend.up({});
        for (const node of ['master', 'slave1']) {
          const lines = await all(backend.logs(node, 'redis'));
          expect(lines.join('\n')).to.contain('Ready to accept connections');
          const last = await all(backend.logs(node, 'redis', { tail: 2 }));
          expect(last).to.have.lengthOf(2);
          expect(lines).to.include.members(last);
        }
        expect((await all(backend.logs('master', 'sentinel'))).join('\n')).to.match(/Sentinel/);
        expect(await all(backend.logs('master', 'redis', { tail: 0 }))).to.deep.equal([]);
      });

      it('are followed until that is aborted', async () => {
        await backend.up({});
        const controller = new AbortController();
        const seen: string[] = [];
        const { signal } = controller;
        for await (const line of backend.logs('slave1', 'redis', {
          follow: true,
          tail: 1,
          signal,
        })) {
          if (seen.length === 0) await ask('slave1', 'bgsave');
          seen.push(line);
          if (line.includes('DB saved on disk')) controller.abort();
        }
        expect(seen.at(-1)).to.contain('DB saved on disk');
        expect(seen.join('\n')).not.to.contain('oO0OoO0OoO0Oo');
      });
    });

    it('refuses a node that there is not, and names those that there are', async () => {
      await backend.up({});
      const tries = [
        async () => backend.invocation('slave9', ['true']),
        async () => backend.inject('crash', 'slave9'),
        async () => all(backend.logs('slave9', 'redis')),
      ];
      for (const attempt of tries) {
        const error = await refusal(attempt());
        expect(error.exitCode).to.equal(EXIT.usage);
        expect(error.message).to.contain('"slave9"').and.contain('master, slave1, slave2');
      }
    });

    it('runs any command line on a node, and without one a shell', async () => {
      await backend.up({});
      const told = await run(
        await backend.invocation('slave2', ['sh', '-c', 'echo "$0" "$1"', 'a b', "c'd"]),
        { deadlineMs: enterMs },
      );
      expect(told).to.include({ code: 0, stdout: "a b c'd\n" });
      const shell = await run(await backend.invocation('slave2'), {
        deadlineMs: 2 * enterMs,
        input: 'redis-cli config get port | tail -n 1; exit 7\n',
      });
      const node = (await backend.status()).lab?.nodes.find((each) => each.name === 'slave2');
      expect(shell.stdout).to.contain(String(node?.redisPort));
      expect(shell.code).to.equal(7);
    });
  });
}

function namesOf({ services }: BackendStatus): string[] {
  return services.map(({ node, service }) => `${node} ${service}`);
}

/** Process by service, without one that may have changed. */
function pidsOf({ services }: BackendStatus, without: string): Record<string, number | undefined> {
  return Object.fromEntries(
    services
      .map(({ node, service, pid }) => [`${node} ${service}`, pid] as const)
      .filter(([name]) => name !== without),
  );
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What a promise is rejected with. */
export async function thrown(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
