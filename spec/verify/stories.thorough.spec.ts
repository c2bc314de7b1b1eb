/** Scenarios beside the crash: a whole lab passes each, and what is told of it holds together. */
import { expect } from 'chai';
import { needsServer } from '../backends/local/support.js';
import { sideBySide } from './side-by-side.js';
import { TestLab } from './test-lab.js';

/** A negative story is watched for down-after and twice the failover timeout. */
const SHORT = { sentinel: { downAfter: 2000, failoverTimeout: 5000 } } as const;

describe('a whole lab passes', function () {
  this.timeout(240_000);
  before(needsServer);

  sideBySide([
    {
      title: 'hang: a replica takes over, and what the old master acknowledges afterwards is lost',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const result = await lab.play('hang');
        expect(result.verdict, result.reason ?? '').to.equal('passed');
        expect(result.fault).to.deep.equal({ kind: 'hang', node: 'master' });
        expect(result.promotion?.from).to.equal('master');
      },
    },
    {
      title: 'stall: nobody takes over, and nothing is lost',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const result = await lab.play('stall');
        expect(result.verdict, result.reason ?? '').to.equal('passed');
        expect(result.fault).to.deep.equal({ kind: 'stall', node: 'master' });
        expect(result.promotion).to.equal(null);
        expect(result.outageMs).to.be.greaterThan(0);
      },
    },
    {
      title: 'endless-script: a replica takes over; one that only reads is ended by a Sentinel',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const result = await lab.play('endless-script');
        expect(result.verdict, result.reason ?? '').to.equal('passed');
        expect(result.promotion?.from).to.equal('master');
      },
    },
    {
      title:
        'partition, slow-link, power-off: skipped with the reason where they cannot be injected',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const { scenarios } = await lab.verify(['partition', 'slow-link', 'power-off']);
        for (const { verdict, reason } of scenarios) {
          expect(verdict).to.equal('skipped');
          expect(reason).to.match(
            /^the backend local cannot inject (?:partition|slow, partition|power-off); .*vagrant, incus can$/,
          );
        }
      },
    },
    {
      title: 'quorum-lost: nobody takes over until the Sentinels are back',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const result = await lab.play('quorum-lost');
        expect(result.verdict, result.reason ?? '').to.equal('passed');
        expect(result.promotion?.from).to.equal('master');
        // From the crash: who was left saw it after down-after, and was alone with that until the others were back.
        const [detection, agreement] = result.phases;
        const { downAfter } = SHORT.sentinel;
        const returned = result.timeline.find(({ event }) => event === 'healed')?.atMs ?? 0;
        expect(detection?.atMs).to.equal(0);
        expect(detection?.ms).to.be.lessThan(returned);
        expect(agreement?.ms).to.be.greaterThan(returned - Number(detection?.ms));
        expect(agreement?.predicted.minMs).to.be.greaterThan(downAfter);
        expect(result.outageMs).to.be.greaterThan(returned);
      },
    },
    {
      title: 'quorum-lost, right after another failover: what was said then counts no more',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const { scenarios } = await lab.verify(['leader-dies', 'quorum-lost']);
        for (const { name, verdict, reason } of scenarios) {
          expect(verdict, `${name}: ${reason}`).to.equal('passed');
        }
      },
    },
    {
      title: 'no-majority: one Sentinel alone is not elected',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const result = await lab.play('no-majority');
        expect(result.verdict, result.reason ?? '').to.equal('passed');
        expect(result.promotion).to.equal(null);
        expect(result.fault).to.deep.equal({ kind: 'hang', node: 'master' });
      },
    },
    {
      title: 'replicas-lost: the master goes on alone',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const result = await lab.play('replicas-lost');
        expect(result.verdict, result.reason ?? '').to.equal('passed');
        expect(result.ledger?.lost).to.equal(0);
      },
    },
    {
      title: 'replicas-lost: the master refuses writes where it wants replicas',
      run: async () => {
        await using lab = await TestLab.up({ ...SHORT, redis: { minReplicasToWrite: 2 } });
        const result = await lab.play('replicas-lost');
        expect(result.verdict, result.reason ?? '').to.equal('passed');
        expect(result.ledger?.lost).to.equal(0);
        expect(result.ledger?.refused).to.be.greaterThan(0);
      },
    },
    {
      title: 'disk-full: the replica that can save takes over; skipped where no RDB is saved',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const result = await lab.play('disk-full');
        expect(result.verdict, result.reason ?? '').to.equal('passed');
        expect(result.promotion).to.deep.equal({ from: 'master', to: 'slave2' });
        expect(result.fault).to.deep.equal({ kind: 'save-fails', node: 'master' });
        await using other = await TestLab.up({ ...SHORT, redis: { persistence: 'aof' } });
        const { reason, verdict } = await other.play('disk-full');
        expect(verdict).to.equal('skipped');
        expect(reason).to.equal('its persistence is aof, not rdb');
      },
    },
    {
      title: 'clock-jump: one Sentinel is not missed; where two act on nothing, nobody takes over',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const result = await lab.play('clock-jump');
        expect(result.verdict, result.reason ?? '').to.equal('passed');
        expect(result.fault).to.deep.equal({ kind: 'crash', node: 'master' });
      },
    },
    {
      title: 'sleep: nobody takes over when all have stood still',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const result = await lab.play('sleep');
        expect(result.verdict, result.reason ?? '').to.equal('passed');
        expect(result.outageMs).to.be.greaterThan(SHORT.sentinel.downAfter);
        expect(result.promotion).to.equal(null);
      },
    },
  ]);
});
