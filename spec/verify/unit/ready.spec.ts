import { expect } from 'chai';
import { localise } from '../../../lib/backends/local/localise.js';
import { EXIT, RedisLabError } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { scenariosNamed } from '../../../lib/scenarios/registry.js';
import { waitReady } from '../../../lib/verify/ready.js';
import { type LabUnderTest, verify } from '../../../lib/verify/run.js';
import { failure } from '../../support/failure.js';

/** On ports where nobody listens. */
const lab = localise(buildLab().model, { kind: 'ports', first: 1 });

describe('waiting for a lab that does not get ready', () => {
  it('ends in time, and says what was not so and that the lab runs on', async () => {
    const told: string[] = [];
    const error = await failure(
      waitReady(lab, { deadlineMs: 100, onWaiting: ({ code }) => told.push(code) }),
    );
    expect(error).to.be.instanceOf(RedisLabError).and.include({ exitCode: EXIT.deadline });
    const { message } = error as Error;
    expect(message).to.match(/^The lab was not ready after [\d.]+ m?s; it is still running/);
    for (const { name } of lab.nodes) {
      expect(message).to.match(new RegExp(`Redis on ${name} does not answer: .*ECONNREFUSED`));
      expect(message).to.match(new RegExp(`Sentinel on ${name} does not answer: .*ECONNREFUSED`));
    }
    expect(message).to.include('the master is not known');
    // Each change once.
    expect(told).to.have.lengthOf(1);
    expect(told[0]).to.equal('servers.redis-silent');
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const onWaiting = () => stop.abort(reason);
    const waiting = waitReady(lab, { deadlineMs: 10_000, signal: stop.signal, onWaiting });
    expect(await failure(waiting)).to.equal(reason);
  });
});

describe('what is to be verified', () => {
  const stage = {} as LabUnderTest;
  it('is refused where there is no such scenario, or no such number of runs', async () => {
    const verified = async (names: readonly string[], repeat: number) =>
      verify(stage, await scenariosNamed(names), { repeat });
    for (const [names, repeat, message] of [
      [['failover', 'nope'], 1, /no scenario nope; there are replication, failover/],
      [[], 1, /No scenario was named/],
      [['failover'], 0, /repeat is 0; use a whole number from 1 to 10000/],
      [['failover'], 1.5, /repeat is 1\.5/],
      [['failover'], 10_001, /repeat is 10001/],
    ] as const) {
      const error = await failure(verified(names, repeat));
      expect(error).to.be.instanceOf(RedisLabError).and.include({ exitCode: EXIT.usage });
      expect((error as Error).message).to.match(message);
    }
  });
});
