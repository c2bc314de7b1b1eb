/** Client libraries, as services use them, through a failover. */
import { expect } from 'chai';
import type { VerifyResult } from '../../lib/index.js';
import { callsFor } from '../../lib/verify/clients/call.js';
import { needsServer } from '../backends/local/support.js';
import { redisLab } from '../support/cli.js';
import { needs } from '../support/skip.js';
import { newHome, processesIn } from './support/home.js';

describe('client libraries', function () {
  this.timeout(180_000);
  before(async function prepare() {
    await needsServer.call(this);
    const lacks = await callsFor(['redis-py']).then(
      () => undefined,
      (error: Error) => error.message,
    );
    needs(this, lacks);
  });

  it('write again after a failover, and every write of theirs is accounted for', async () => {
    const home = newHome();
    const names = ['ioredis', 'node-redis', 'redis-py'];
    const { exitCode, stdout, stderr } = await redisLab(
      home.folder,
      [
        ...['verify', 'failover', '--set', 'sentinel.downAfter=500ms', '--json'],
        ...names.flatMap((name) => ['--client', name]),
      ],
      { env: home.env },
    );
    expect(exitCode, String(stderr)).to.equal(0);
    const { scenarios } = JSON.parse(stdout) as VerifyResult;
    const [{ clients = [], outageMs } = { outageMs: null }] = scenarios;
    expect(clients.map(({ client }) => client)).to.deep.equal(names);
    for (const client of clients) {
      const { attempted, acknowledged, failed, unanswered, lost, ended, againMs } = client;
      expect(acknowledged, client.client).to.be.above(10);
      expect(acknowledged + failed + unanswered).to.equal(attempted);
      expect(lost).to.be.within(0, acknowledged);
      expect(ended).to.equal(null);
      // No new master takes a write before the old one is taken for down.
      expect(againMs).to.be.above(500);
      expect(client.outageMs).to.be.above(500);
    }
    expect(outageMs).to.be.above(500);
    expect(processesIn(home.folder)).to.deep.equal([]);
  });
});
