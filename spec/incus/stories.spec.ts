/** Every scenario on containers, and a partition on a lab that must fail it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { VerifyResult } from '../../lib/report/types.generated.js';
import { User } from '../support/ground.js';
import { story } from '../support/story.js';

const LAB = `incus: { image: debian-12, uplink: none, limits: wanted }
redis: { install: package, version: 7.0.15, minReplicasToWrite: 1 }
sentinel: { downAfter: 3s, failoverTimeout: 6s }
`;

describe('the stories on containers', () => {
  story();
  const user = new User();

  before(() => {
    user.write('redis-lab.yaml', LAB);
  });

  after(async () => {
    await user.run('down', '--backend', 'incus');
    user.remove();
  });

  async function verify(...words: readonly string[]): Promise<VerifyResult> {
    const { stdout, stderr } = await user.run('verify', ...words, '--backend', 'incus', '--json');
    expect(stdout, stderr).not.to.equal('');
    return JSON.parse(stdout);
  }

  it('all hold on a good lab', async () => {
    const { exitCode, stderr } = await user.run('up', '--backend', 'incus', '--no-verify');
    expect(exitCode, stderr).to.equal(0);
    const { scenarios } = await verify('--all');
    for (const { name, verdict, reason } of scenarios) {
      // The image has no libfaketime, and no uplink to install it by.
      if (name === 'clock-jump') expect(reason).to.match(/libfaketime is not there/);
      else expect(verdict, `${name}: ${reason}`).to.equal('passed');
    }
    const partition = scenarios.find(({ name }) => name === 'partition');
    expect(partition?.assertions.map(({ code }) => code)).to.include('partition.limited');
  });

  it('partition: fails where what was cut off is reached again', async () => {
    const verdict = verify('partition');
    // As soon as the rules are there, they are taken away.
    const undo = `until iptables -S | grep redis-lab-partition; do sleep 0.1; done
iptables -S | grep redis-lab-partition | sed 's/^-A/-D/' | xargs -n 1 -d '\\n' sh -c 'iptables $0'`;
    for (let left = 40; left > 0; left--) {
      const master = user.run(
        'exec',
        '@master',
        '--backend',
        'incus',
        '--',
        'sudo',
        'sh',
        '-c',
        undo,
      );
      if ((await master).exitCode === 0) break;
      await sleep(500);
    }
    const [failed] = (await verdict).scenarios;
    expect(failed?.verdict).to.equal('failed');
    const wrong = failed?.assertions.find(({ verdict }) => verdict === 'failed');
    expect(wrong?.code).to.be.oneOf(['partition.cut-off', 'failover.detected']);
  });
});
