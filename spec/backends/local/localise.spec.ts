import { expect } from 'chai';
import { localBackend } from '../../../lib/backends/local/index.js';
import { localise } from '../../../lib/backends/local/localise.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { redisConf } from '../../../lib/render/redis-conf.js';
import { sentinelConf } from '../../../lib/render/sentinel-conf.js';
import { english } from '../../support/english.js';
import { stateHome } from './homes.js';
import { LAB } from './labs.js';

describe('a lab on loopback', () => {
  const { model } = buildLab();

  it('keeps the end of each address, and the ports', () => {
    const local = localise(model, { kind: 'addresses', octet: 77 });
    expect(
      local.nodes.map(({ ip, redisPort, sentinelPort }) => `${ip} ${redisPort} ${sentinelPort}`),
    ).to.deep.equal([
      '127.77.100.11 6379 26379',
      '127.77.100.12 6379 26379',
      '127.77.100.13 6379 26379',
    ]);
    expect(local.network.cidr).to.equal('127.77.0.0/16');
    expect({ ...local, nodes: [], network: 0, allow: [] }).to.deep.equal({
      ...model,
      nodes: [],
      network: 0,
      allow: [],
    });
  });

  it('has a port for each server where all share one address, in every file', () => {
    const local = localise(model, { kind: 'ports', first: 20_000 });
    const layout = { kitDir: '/k', configDir: '/c', dataDir: '/d', loopback: [] };
    const [, slave1] = local.nodes;
    if (!slave1) throw new Error('no slave1');
    const redis = redisConf(local, slave1, layout).split('\n');
    expect(redis).to.include.members([
      'bind 127.0.0.1',
      'port 20001',
      'replica-announce-port 20001',
      'replicaof 127.0.0.1 20000',
    ]);
    const sentinel = sentinelConf(local, slave1, layout).split('\n');
    expect(sentinel).to.include.members([
      'port 20004',
      'sentinel announce-port 20004',
      'sentinel monitor mymaster 127.0.0.1 20000 2',
      'sentinel known-replica mymaster 127.0.0.1 20001',
      'sentinel known-replica mymaster 127.0.0.1 20002',
      `sentinel known-sentinel mymaster 127.0.0.1 20003 ${model.nodes[0]?.sentinelId}`,
      `sentinel known-sentinel mymaster 127.0.0.1 20005 ${model.nodes[2]?.sentinelId}`,
    ]);
  });

  it('has an address for each client, where there is more than one, and no port', () => {
    const nodes = [{ role: 'client' as const }, { role: 'master' as const }, {}, {}];
    const { model } = buildLab({ nodes });
    const own = localise(model, { kind: 'addresses', octet: 77 });
    expect(own.nodes[0]?.ip).to.equal('127.77.100.12');
    expect(own.clients).to.deep.equal([{ ...model.clients?.[0], ip: '127.77.100.11' }]);
    const shared = localise(model, { kind: 'ports', first: 20_000 });
    expect(shared.nodes.map(({ sentinelPort }) => sentinelPort)).to.deep.equal([
      20_003, 20_004, 20_005,
    ]);
    expect(shared.clients).to.deep.equal([{ ...model.clients?.[0], ip: '127.0.0.1' }]);
  });

  it('is not for Windows itself, which is said with what is', async () => {
    const platform = Object.getOwnPropertyDescriptor(process, 'platform');
    const backend = localBackend(LAB, { stateHome: stateHome() });
    try {
      Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
      const [lack, ...others] = (await backend.preflight({})).map(english);
      expect(others).to.deep.equal([]);
      expect(lack?.seen).to.contain('Windows');
      expect(lack?.fix).to.contain('WSL').and.contain('Vagrant');
    } finally {
      if (platform) Object.defineProperty(process, 'platform', platform);
    }
  });
});
