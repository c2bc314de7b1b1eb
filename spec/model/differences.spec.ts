/** In what a lab that is there differs from a description. */
import { expect } from 'chai';
import { localise } from '../../lib/backends/local/localise.js';
import { anotherDescription } from '../../lib/backends/refusals.js';
import { buildLab } from '../../lib/lab/lab.js';
import { differences } from '../../lib/model/differences.js';
import { fitTo } from '../../lib/spec/fit.js';
import type { LabSpec, NodeSpec } from '../../lib/spec/types.generated.js';

/** As processes of this machine run it, with a server of their own. */
const running = (spec: LabSpec = {}) =>
  localise(fitTo(buildLab(spec).model, { engine: 'redis', version: '7.0.15' }), {
    kind: 'addresses',
    octet: 77,
  });
const told = (here: LabSpec, described: LabSpec, ofMachines = false) =>
  differences(
    ofMachines ? buildLab(here).model : running(here),
    buildLab(described).model,
    ofMachines,
  ).map(({ path, here: is, described: wanted }) => `${path}: ${is}, ${wanted}`);

describe('differences of a description', () => {
  it('are none where only the place, the server and other backends differ', () => {
    expect(told({}, {})).to.deep.equal([]);
    expect(told({}, { redis: { version: '7.2.15' }, vagrant: { box: 'x/y' } })).to.deep.equal([]);
  });

  it('are named as the description has them, all of them', () => {
    const described: LabSpec = {
      redis: { persistence: 'aof', config: ['maxmemory 10mb'], restart: '15s' },
      sentinel: { downAfter: 1000, quorum: 3 },
    };
    expect(told({}, described)).to.deep.equal([
      'redis.persistence: "rdb", "aof"',
      `redis.restart: ${running().redis.restartMs}, 15000`,
      'redis.config: [], ["maxmemory 10mb"]',
      'sentinel.quorum: 2, 3',
      'sentinel.downAfter: 5000, 1000',
    ]);
  });

  it('are nodes that there are not, and what each does', () => {
    const described: LabSpec = {
      nodes: [{ role: 'master' }, { role: 'replica', priority: 10 }, { role: 'sentinel' }],
    };
    const [nodes, ...others] = told({}, described);
    expect(nodes).to.match(/^nodes: "?master, slave1, slave2"?, "?master, slave1, /);
    expect(others).to.include('slave1.priority: 100, 10');
  });

  it('are clients as well, without what only servers have', () => {
    const nodes: NodeSpec[] = [{ role: 'master' }, {}, {}];
    const client = (changes: NodeSpec): LabSpec => ({
      nodes: [...nodes, { ...changes, role: 'client' }],
    });
    expect(told({}, client({}))).to.deep.equal([
      'nodes: master, slave1, slave2, master, slave1, slave2, client1',
    ]);
    expect(told(client({}), client({ memory: 1024 }), true)).to.deep.equal([
      'client1.memory: 512, 1024',
    ]);
    const became = { nodes: [...nodes, { name: 'client1' }] };
    expect(told(client({}), became)).to.deep.equal(['client1.role: "client", "replica"']);
  });

  it('are those of machines as well, where the nodes are some', () => {
    const described: LabSpec = { nodes: [{ role: 'master', memory: 4096 }, {}, {}] };
    expect(told({}, described)).to.deep.equal([]);
    expect(told({}, described, true)).to.deep.equal(['master.memory: 2048, 4096']);
    expect(told({}, { vagrant: { box: 'x/y' } }, true).join()).to.match(
      /^vagrant\.box: ".*", "x\/y"$/,
    );
  });

  for (const lives of [true, false]) {
    it(`are in the refusal of a lab that ${lives ? 'runs' : 'is stopped'}`, () => {
      const described = buildLab({ sentinel: { downAfter: 1000 } }).model;
      const { message, exitCode, code } = anotherDescription(described, running(), {
        lives,
        ofMachines: false,
      });
      expect({ exitCode, code }).to.deep.equal({ exitCode: 2, code: 'lab.other-description' });
      expect(message)
        .to.include(`The lab redis-lab is ${lives ? 'up' : 'stopped'} here`)
        .and.include('\n  sentinel.downAfter is 5000, described is 1000\n')
        .and.include('redis-lab down');
      expect(message.includes('redis-lab up --fresh')).to.equal(!lives);
    });
  }
});
