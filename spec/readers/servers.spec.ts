/** Real servers run on the generated configurations. */
import fs from 'node:fs';
import { expect } from 'chai';
import { buildLab } from '../../lib/lab/lab.js';
import { masterOf, type NodeModel, replicasOf, sentinelsOf } from '../../lib/model/model.js';
import { versionOf } from './support/engines.js';
import { eventually } from './support/eventually.js';
import { plant } from './support/labs.js';
import { type Instance, LocalLab } from './support/local-lab.js';
import { readers } from './support/readers.js';
import { CASES, type Case, manyLoopbacks } from './support/server-cases.js';

/** Each makes one line of a generated file wrong. */
const MISTAKES = {
  'a directive that does not exist': ['redis', /^(protected-mode .*)$/m, '$1\nmaxmemry 100mb'],
  'a port with a letter': ['redis', /^port (\d+)$/m, 'port $1x'],
  'no time at all until a master is down': ['sentinel', /^(.* down-after-\S+ \S+) .*$/m, '$1 0'],
  'a master without an address': ['sentinel', /^(sentinel monitor \S+) \S+/m, '$1 nowhere'],
} as const;

for (const [title, each] of Object.entries(CASES)) {
  readers(title, each.needs, () => suite(each), [manyLoopbacks]);
}

function suite({ engine: engineOf, spec, extra = {} }: Case): void {
  const engine = engineOf();
  const version = versionOf(engine);
  let local: LocalLab;

  before(() => {
    local = new LocalLab(engine, buildLab(spec(version)));
    for (const instance of local.instances) instance.start();
  });

  after(async () => {
    await local?.stop();
  });

  it(`of version ${version} replicates, each replica from the master`, async () => {
    const { master, replicas } = roles(local);
    await eventually(120, async () => {
      const connected = ['slave', master.host, master.port, 'connected'];
      for (const replica of replicas) {
        expect(((await replica.ask('role')) as unknown[]).slice(0, 4)).to.deep.equal(connected);
      }
      const [role, , seen] = (await master.ask('role')) as [string, number, string[][]];
      expect(role).to.equal('master');
      const expected = replicas.map(({ host, port }) => [host, String(port)]);
      expect(seen.map((one) => one.slice(0, 2))).to.have.deep.members(expected);
    });
    await master.ask('set', 'key', 'value');
    for (const replica of replicas) {
      await eventually(120, async () => expect(await replica.ask('get', 'key')).to.equal('value'));
    }
  });

  it('agrees, each Sentinel with all others', async () => {
    const { masterName } = local.lab.model.sentinel;
    const usable = new RegExp(`^OK ${local.of('sentinel').length} usable Sentinels`);
    for (const sentinel of local.of('sentinel')) {
      await eventually(120, async () => {
        expect(await sentinel.ask('sentinel', 'ckquorum', masterName)).to.match(usable);
      });
    }
  });

  it('has the values of the model, on every server', async () => {
    for (const redis of local.of('redis')) {
      const seen = (await redis.ask('config', 'get', '*')) as Record<string, string>;
      expect(seen).to.include({ ...expectedConfig(local, redis), ...extra });
    }
  });

  it('has the values of the model, in every Sentinel', async () => {
    const { model } = local.lab;
    const { masterName, quorum, downAfterMs, failoverTimeoutMs, parallelSyncs } = model.sentinel;
    const known = (nodes: NodeModel[], port: number) =>
      nodes.map((node) => `${local.hostOf(node)}:${port}`);
    for (const sentinel of local.of('sentinel')) {
      const { node } = sentinel;
      expect(await sentinel.ask('sentinel', 'myid')).to.equal(node.sentinelId);
      expect(await sentinel.ask('sentinel', 'master', masterName)).to.include({
        ip: local.hostOf(masterOf(model)),
        port: String(model.redis.port),
        quorum: String(quorum),
        'down-after-milliseconds': String(downAfterMs),
        'failover-timeout': String(failoverTimeoutMs),
        'parallel-syncs': String(parallelSyncs),
      });
      if (model.sentinel.config) {
        const answer = await sentinel.ask('sentinel', 'config', 'get', '*');
        expect(answer).to.include({ loglevel: 'verbose' });
      }
      const others = sentinelsOf(model).filter((other) => other !== node);
      const sentinels = await told(sentinel, 'sentinels', masterName);
      expect(sentinels.map(addressOf)).to.have.members(known(others, model.sentinel.port));
      expect(sentinels.map(({ runid }) => runid)).to.have.members(
        others.map((one) => one.sentinelId),
      );
      const replicas = await told(sentinel, 'replicas', masterName);
      expect(replicas.map(addressOf)).to.have.members(known(replicasOf(model), model.redis.port));
      const scripts = sentinel.ask(
        'sentinel',
        'set',
        masterName,
        'notification-script',
        '/bin/true',
      );
      expect(await scripts.then(String, String)).to.include('denied');
    }
  });

  it('allows DEBUG where the model says so, and nowhere else', async () => {
    const { debugCommand } = local.lab.model.redis;
    for (const redis of local.of('redis')) {
      const seen = await redis.ask('debug', 'sleep', '0').then(String, String);
      expect(seen).to.match(debugCommand === 'no' ? /DEBUG command not allowed/ : /^OK$/);
    }
  });

  it('goes on with what the servers wrote into their configurations', async () => {
    const { replicas } = roles(local);
    const { masterName } = local.lab.model.sentinel;
    const changed = [replicas.at(-1), local.of('sentinel').at(-1)] as [Instance, Instance];
    await changed[0].ask('config', 'rewrite');
    await settled(changed[0]);
    for (const instance of changed) {
      expect(await instance.stop()).to.equal(0);
      instance.start();
    }
    await settled(changed[0]);
    await eventually(120, async () => {
      expect(await changed[0].ask('config', 'get', '*')).to.include({
        ...expectedConfig(local, changed[0]),
        ...extra,
      });
      expect(await changed[1].ask('sentinel', 'myid')).to.equal(changed[1].node.sentinelId);
      expect(await changed[1].ask('sentinel', 'ckquorum', masterName)).to.match(/^OK/);
      const others = await told(changed[1], 'sentinels', masterName);
      expect(others).to.have.length(local.of('sentinel').length - 1);
    });
  });

  it('ends in good order, without a warning about a setting', async () => {
    for (const replica of roles(local).replicas) await settled(replica);
    const codes = await local.stop();
    expect(codes).to.deep.equal(local.instances.map(() => 0));
    for (const instance of local.instances) expect(doubts(instance)).to.deep.equal([]);
  });

  it('would warn of a setting that cannot be', async () => {
    const [redis] = local.of('redis') as [Instance];
    fs.appendFileSync(redis.config, 'tcp-backlog 1000000\n');
    redis.start();
    await eventually(120, async () => expect(await redis.ask('ping')).to.equal('PONG'));
    await redis.stop();
    expect(doubts(redis).join('\n')).to.include('TCP backlog setting of 1000000');
  });

  for (const [what, [service, right, wrong]] of Object.entries(MISTAKES)) {
    it(`does not start on ${what}`, async () => {
      const [instance] = new LocalLab(engine, local.lab).of(service) as [Instance];
      const before = fs.readFileSync(instance.config, 'utf8');
      const planted = plant(before, right, wrong);
      fs.writeFileSync(instance.config, planted);
      instance.start();
      expect(await instance.ended(60)).to.equal(1);
      const [line] = planted.split('\n').filter((each) => !before.split('\n').includes(each));
      expect(instance.said(), instance.said()).to.include(`>>> '${line}'`);
    });
  }
}

const SAVE_POINTS = '3600 1 300 100 60 10000';

/** From the model alone. */
function expectedConfig({ lab: { model } }: LocalLab, { node, host, folder }: Instance) {
  const { redis } = model;
  return {
    bind: host,
    port: String(redis.port),
    dir: folder,
    'protected-mode': 'no',
    'replica-announce-ip': host,
    'replica-announce-port': String(redis.port),
    'replica-priority': String(node.priority),
    'repl-diskless-sync': 'no',
    'crash-memcheck-enabled': 'no',
    'min-replicas-to-write': String(redis.minReplicasToWrite),
    'min-replicas-max-lag': '10',
    save: redis.persistence === 'none' ? '' : SAVE_POINTS,
    appendonly: redis.persistence === 'aof' ? 'yes' : 'no',
    appendfsync: 'everysec',
    'enable-debug-command': redis.debugCommand,
  };
}

function roles(local: LocalLab): { master: Instance; replicas: Instance[] } {
  const [master, ...others] = local
    .of('redis')
    .sort((one) => (one.node.role === 'master' ? -1 : 1));
  if (master?.node.role !== 'master') throw new Error('no master');
  return { master, replicas: others };
}

/** A replica that has its data: while it writes its first AOF it does not end when it is asked to. */
async function settled(replica: Instance): Promise<void> {
  await eventually(120, async () => {
    expect(await replica.ask('role')).to.include('connected');
    const persistence = await replica.ask('info', 'persistence');
    expect(persistence).to.include('aof_rewrite_in_progress:0');
    expect(persistence).to.include('aof_rewrite_scheduled:0');
  });
}

interface Known {
  readonly ip: string;
  readonly port: string;
  readonly runid: string;
}

async function told(sentinel: Instance, who: string, masterName: string): Promise<Known[]> {
  return (await sentinel.ask('sentinel', who, masterName)) as Known[];
}

function addressOf({ ip, port }: Known): string {
  return `${ip}:${port}`;
}

/** Lines of a log at the level "warning" that are about a setting, and not about this machine. */
function doubts(instance: Instance): string[] {
  return instance
    .said()
    .split('\n')
    .filter((line) => / # /.test(line) || !/^\d+:/.test(line))
    .filter((line) =>
      /config|setting|directive|option|deprecat|argument|invalid|unknown/i.test(line),
    )
    .filter((line) => !/Configuration loaded|CONFIG REWRITE executed with success/.test(line));
}
