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
  ]);
});
