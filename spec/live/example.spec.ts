/** How a suite of somebody else's project uses the library. */
import { expect } from 'chai';
import { buildLab } from '../../lib/index.js';
import { needsServer } from '../backends/local/support.js';
import { newHome } from './support/home.js';

describe('an application on Redis', function () {
  this.timeout(60_000);
  const state = process.env['XDG_STATE_HOME'];
  before(async function () {
    await needsServer.call(this);
    process.env['XDG_STATE_HOME'] = newHome().env['XDG_STATE_HOME'];
  });
  after(() => {
    if (state === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = state;
  });

  it('survives the loss of the master', async () => {
    await using running = await buildLab({ sentinel: { downAfter: '1s' } }).up();
    const { verdict, scenarios } = await running.verify(['failover']);
    expect(verdict).to.equal('passed');
    expect(scenarios[0]?.ledger?.lost).to.equal(0);
  });
});
