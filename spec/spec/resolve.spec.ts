import { expect } from 'chai';
import { buildLab } from '../../lib/lab/lab.js';
import { builderOf } from '../../lib/model/model.js';

describe('the default lab', () => {
  const { model } = buildLab();

  it("is exactly the course's", () => {
    expect(model.network).to.include({ cidr: '192.168.100.0/24', host: '192.168.100.1' });
    expect(
      model.nodes.map(({ name, ip, memoryMb, role, runsSentinel }) => [
        name,
        ip,
        memoryMb,
        role,
        runsSentinel,
      ]),
    ).to.deep.equal([
      ['master', '192.168.100.11', 2048, 'master', true],
      ['slave1', '192.168.100.12', 1024, 'replica', true],
      ['slave2', '192.168.100.13', 1024, 'replica', true],
    ]);
    expect(model.sentinel).to.deep.equal({
      masterName: 'mymaster',
      port: 26379,
      quorum: 2,
      downAfterMs: 5000,
      failoverTimeoutMs: 10000,
      parallelSyncs: 1,
    });
    expect(model.redis.port).to.equal(6379);
  });

  it('is frozen, all the way down', () => {
    expect(Object.isFrozen(model.nodes[0])).to.equal(true);
    expect(Object.isFrozen(model.redis.source.urls)).to.equal(true);
  });

  it('is built by the node with most memory', () => {
    expect(model.nodes.filter((node) => node.builds).map((node) => node.name)).to.deep.equal([
      'master',
    ]);
  });
});

describe('clients', () => {
  const { model } = buildLab({
    nodes: [
      { role: 'client', memory: '4G' },
      { role: 'master' },
      { role: 'replica' },
      { role: 'client', name: 'web', ip: '192.168.100.99', cpus: 2 },
      { role: 'replica' },
    ],
  });

  it('stand beside the nodes, and have what a machine has and nothing of a server', () => {
    expect(model.nodes.map(({ name, ip }) => [name, ip])).to.deep.equal([
      ['master', '192.168.100.12'],
      ['slave1', '192.168.100.13'],
      ['slave2', '192.168.100.15'],
    ]);
    const cards = model.clients?.map(({ uplinkMac, labMac }) => ({ uplinkMac, labMac })) ?? [];
    expect(new Set(cards.flatMap(Object.values)).size).to.equal(4);
    expect(model.clients).to.deep.equal([
      {
        name: 'client1',
        ip: '192.168.100.11',
        memoryMb: 4096,
        cpus: 1,
        role: 'client',
        ...cards[0],
      },
      { name: 'web', ip: '192.168.100.99', memoryMb: 512, cpus: 2, role: 'client', ...cards[1] },
    ]);
  });

  it('build nothing, and are let in by the firewalls', () => {
    expect(builderOf(model).name).to.equal('master');
    expect(model.allow).to.deep.equal([
      '192.168.100.1',
      ...[11, 12, 13, 99, 15].map((host) => `192.168.100.${host}`),
    ]);
  });

  it('leave no trace in a lab that has none', () => {
    expect(buildLab().model).not.to.have.property('clients');
  });
});

describe('a description', () => {
  it('is neither frozen nor changed by the lab made of it', () => {
    const spec = { redis: { config: ['hz 20'] } };
    buildLab(spec);
    spec.redis.config.push('hz 30');
    expect(spec.redis.config).to.have.lengthOf(2);
  });

  it('may have its times and sizes in any unit', () => {
    const { model } = buildLab({
      nodes: [{ role: 'master', memory: '2G' }, { memory: 1536 }, { memory: '768m' }],
      sentinel: { downAfter: '3s', failoverTimeout: '1m' },
      redis: { restart: '10s' },
    });
    expect(model.nodes.map((node) => node.memoryMb)).to.deep.equal([2048, 1536, 768]);
    expect(model.sentinel).to.include({ downAfterMs: 3000, failoverTimeoutMs: 60000 });
    expect(model.redis.restartMs).to.equal(10000);
  });

  it('may leave out names and addresses', () => {
    const { model } = buildLab({
      network: '10.1.0.0/16',
      nodes: [{ role: 'master' }, {}, {}, { role: 'sentinel', memory: 512 }],
    });
    expect(model.nodes.map(({ name, ip }) => `${name} ${ip}`)).to.deep.equal([
      'master 10.1.0.11',
      'slave1 10.1.0.12',
      'slave2 10.1.0.13',
      'sentinel1 10.1.0.14',
    ]);
    expect(model.nodes[3]).to.include({ runsRedis: false, runsSentinel: true });
  });

  it('may let in other machines, also where the addresses of its own are folded into networks', () => {
    const few = buildLab({ allow: ['192.168.100.50', '192.168.100.11', '10.9.0.0/16'] }).model;
    expect(few.allow).to.deep.equal([
      ...buildLab().model.allow,
      ...['192.168.100.50', '10.9.0.0/16'],
    ]);
    expect(few.others).to.deep.equal(['192.168.100.50', '192.168.100.11', '10.9.0.0/16']);
    const nodes = [{ role: 'master' as const }, ...Array.from({ length: 30 }, () => ({}))];
    expect(buildLab({ nodes, allow: ['192.168.100.50'] }).model.allow).to.deep.equal([
      ...buildLab({ nodes }).model.allow,
      '192.168.100.50',
    ]);
    expect(buildLab({ allow: [] }).model).to.deep.equal(buildLab().model);
  });

  it('may have empty groups, as when every line in one is commented out', () => {
    expect(buildLab({ redis: null, nodes: null } as never).model).to.deep.equal(buildLab().model);
  });

  it('gives a thousand nodes a thousand addresses of each kind', () => {
    const { model } = buildLab({
      network: '10.1.0.0/16',
      nodes: Array.from({ length: 1000 }, (_, i) => ({
        role: i === 0 ? ('master' as const) : ('replica' as const),
      })),
    });
    const macs = model.nodes.flatMap((node) => [node.labMac, node.uplinkMac]);
    expect(new Set(macs)).to.have.lengthOf(2000);
    // Locally administered and unicast.
    for (const mac of macs) expect(Number.parseInt(mac.slice(0, 2), 16) & 3).to.equal(2);
  });
});
