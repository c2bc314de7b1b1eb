/** What follows from a fault, by the role of its node and what is left of the lab. */
import { expect } from 'chai';
import { expectation, roleOf } from '../../lib/faults/expectation.js';
import { allFaults } from '../../lib/faults/registry.js';
import type { LabStatus } from '../../lib/report/types.generated.js';
import { nodeStatus, status } from '../report/support/status.js';

const SETTINGS = { downAfterMs: 5000, minReplicasToWrite: 0 };
const STOPPED = { state: 'stopped', role: null } as const;
const DEAF = { state: 'stopped', master: null } as const;

const MASTER = nodeStatus('master', 11, { role: 'master' });
const WITNESS = { ...nodeStatus('witness', 14), redis: null };

const fault = (kind: string) => {
  const found = allFaults().find((each) => each.kind === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  return found;
};

describe('what follows from a fault', () => {
  const codes = (kind: string, node: string, of: LabStatus = status(), settings = SETTINGS) =>
    expectation(fault(kind), node, of, settings).map(({ code }) => code.replace('expect.', ''));
  const nodes = (...all: LabStatus['nodes'][number][]) => status({ nodes: all });

  for (const [kind, after] of [
    ['crash', 'started'],
    ['hang', 'woken'],
    ['partition', 'connected'],
    ['power-off', 'started'],
  ] as const) {
    it(`of the master: ${kind}`, () => {
      expect(codes(kind, 'master')).to.deep.equal(['failover', after]);
      expect(codes(kind, 'master', status({ quorum: 3 }))).to.deep.equal(
        ['crash', 'hang'].includes(kind) ? ['failover', after] : ['no-majority'],
      );
    });

    it(`of a replica: ${kind}`, () => {
      expect(codes(kind, 'slave1')).to.deep.equal(['no-failover', 'catches-up']);
      expect(
        codes(kind, 'slave1', undefined, { ...SETTINGS, minReplicasToWrite: 2 }),
      ).to.deep.equal(['no-failover', 'refuses', 'catches-up']);
    });
  }

  it('of a master that is cut off and wants replicas: it refuses writes', () => {
    const careful = { ...SETTINGS, minReplicasToWrite: 1 };
    expect(codes('partition', 'master', undefined, careful)).to.deep.equal([
      'failover',
      'refuses-alone',
    ]);
    expect(codes('crash', 'master', undefined, careful)).to.deep.equal(['failover', 'started']);
  });

  it('of a server that cannot save: its place is taken, and its Sentinel goes on', () => {
    expect(codes('save-fails', 'master')).to.deep.equal(['failover', 'saves']);
    expect(codes('save-fails', 'slave1')).to.deep.equal(['no-failover', 'catches-up']);
    expect(codes('sentinel-save-fails', 'slave1')).to.deep.equal(['no-failover', 'unsaved']);
    expect(codes('restart', 'master')).to.deep.equal(['over']);
    expect(codes('clock-jump', 'slave1')).to.deep.equal(['no-failover', 'tilt']);
  });

  it('has every fault of redis-lab', () => {
    for (const { kind } of allFaults()) expect(codes(kind, 'master'), kind).to.not.deep.equal([]);
    const silent = { target: 'redis' } as const;
    expect(expectation(silent, 'master', status(), SETTINGS)).to.deep.equal([]);
  });

  it('says how long the Sentinels wait, and who can take over', () => {
    const [told] = expectation(fault('crash'), 'master', status(), {
      ...SETTINGS,
      downAfterMs: 1500,
    });
    expect(told?.text).to.include('After 1500 ms').and.include('(slave1, slave2)');
    const one = nodes(MASTER, nodeStatus('slave1', 12, STOPPED), nodeStatus('slave2', 13));
    expect(expectation(fault('crash'), 'master', one, SETTINGS)[0]?.text).to.include('(slave2)');
  });

  for (const kind of ['sentinel-hang', 'sentinel-end']) {
    it(`of a Sentinel, ${kind}: whether enough are left`, () => {
      expect(codes(kind, 'master')).to.deep.equal(['no-failover', 'reserve']);
      const deaf = nodes(MASTER, nodeStatus('slave1', 12, {}, DEAF), nodeStatus('slave2', 13));
      expect(codes(kind, 'slave2', deaf)).to.deep.equal(['no-failover', 'no-reserve']);
      expect(codes(kind, 'slave1', deaf)).to.deep.equal(['no-failover', 'reserve']);
    });
  }

  it('is no failover where no replica runs', () => {
    expect(
      codes('crash', 'master', nodes(MASTER, nodeStatus('slave1', 12, STOPPED))),
    ).to.deep.equal(['no-replica']);
  });

  it('is no failover where too few Sentinels are left, whatever the quorum', () => {
    const deaf = nodes(MASTER, nodeStatus('slave1', 12, {}, DEAF), nodeStatus('slave2', 13));
    expect(codes('crash', 'master', deaf)).to.deep.equal(['failover', 'started']);
    // With its node, the master's own Sentinel is gone as well.
    expect(codes('power-off', 'master', deaf)).to.deep.equal(['no-majority']);
    expect(codes('power-off', 'master', { ...deaf, quorum: 1 })).to.deep.equal(['no-majority']);
    expect(codes('power-off', 'slave2', deaf)).to.deep.equal([
      'no-failover',
      'no-reserve',
      'catches-up',
    ]);
  });

  it('is about the role of now, not the name', () => {
    const after = status({
      master: 'slave1',
      nodes: [
        nodeStatus('master', 11, { follows: 'slave1' }),
        nodeStatus('slave1', 12, { role: 'master' }),
        WITNESS,
      ],
    });
    expect(roleOf('slave1', after)).to.equal('master');
    expect(roleOf('master', after)).to.equal('replica');
    expect(roleOf('witness', after)).to.equal('sentinel');
    expect(codes('crash', 'slave1', after)).to.deep.equal(['failover', 'started']);
    expect(codes('crash', 'master', after)).to.deep.equal(['no-failover', 'catches-up']);
    expect(codes('power-off', 'witness', after)).to.deep.equal(['no-failover']);
  });

  it('is not told where the role is not clear', () => {
    const torn = status({ master: null });
    expect(roleOf('master', torn)).to.equal('unclear');
    expect(codes('crash', 'master', torn)).to.deep.equal([]);
    expect(codes('crash', 'slave1', torn)).to.deep.equal([]);
    expect(roleOf('slave1', nodes(MASTER, nodeStatus('slave1', 12, STOPPED)))).to.equal('unclear');
  });
});
