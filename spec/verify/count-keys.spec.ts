/** What a lab holds is counted before somebody is asked whether it may be wiped. */
import { expect } from 'chai';
import { keysOf } from '../../lib/verify/count-keys.js';
import { needsServer } from '../backends/local/support.js';
import { TestLab } from './test-lab.js';

describe('the keys of a lab', () => {
  before(needsServer);

  it('are those of the server with most of them, and unknown where one that is silent may have some', async () => {
    await using lab = await TestLab.up();
    expect(await keysOf(lab.lab)).to.equal(0);
    await lab.redis('slave1', 'REPLICAOF', 'NO', 'ONE');
    await lab.redis('master', 'MSET', 'a', '1', 'b', '2');
    await lab.redisIn(7, 'master', 'SET', 'c', '3');
    expect(await keysOf(lab.lab)).to.equal(3);
    for (const name of ['master', 'slave2']) {
      process.kill(await lab.pid(name, 'redis'), 'SIGSTOP');
    }
    expect(await keysOf(lab.lab)).to.equal(null);
  });
});
