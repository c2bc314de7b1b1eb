/** The generated files with Vagrant alone, as on a machine without Node. */
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { toYaml } from '../../lib/render/yaml.js';
import { User } from '../support/ground.js';
import { story } from '../support/story.js';
import { PACKAGE } from './support/labs.js';
import { leftOf } from './support/virsh.js';

const NODES = ['master', 'slave1', 'slave2'];

describe('a lab of virtual machines, by Vagrant alone', () => {
  // One story: what a step needs, the steps before it did.
  story();
  const user = new User();
  const folder = path.join(user.folder, 'generated');

  /** What it said, and its exit code. */
  async function vagrant(...args: string[]): Promise<{ exitCode: number; said: string }> {
    const { exitCode, all } = await execa('vagrant', args, {
      cwd: folder,
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: 600_000,
      // No part of redis-lab, nor Node itself, is on the way of these.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
    return { exitCode: exitCode ?? -1, said: String(all) };
  }

  function expectDone(said: string): void {
    for (const node of NODES)
      expect(said).to.match(new RegExp(`${node}: redis-lab: ${node} is done`));
    expect(said).to.include('The lab "redis-lab" is up.');
    expect(said).to.include('vagrant ssh master -c "redis-cli -p 6379 info replication"');
  }

  before(async () => {
    user.write('redis-lab.yaml', toYaml(PACKAGE));
    const { exitCode, stderr } = await user.run('generate');
    expect(exitCode, stderr).to.equal(0);
  });

  after(async () => {
    await vagrant('destroy', '--force');
    user.remove();
  });

  it('comes up, waits for cloud-init, and says where to go on', async () => {
    const { exitCode, said } = await vagrant('up');
    expect(exitCode, said).to.equal(0);
    expectDone(said);
  });

  it('replicates, by the commands that it has just shown', async () => {
    const { exitCode, said } = await vagrant(
      'ssh',
      'master',
      '-c',
      'redis-cli -p 6379 info replication',
    );
    expect(exitCode, said).to.equal(0);
    expect(said)
      .to.match(/^role:master\r?$/m)
      .and.match(/^connected_slaves:2\r?$/m);
  });

  it('fails over, by the commands that it has just shown', async () => {
    await vagrant('ssh', 'master', '-c', 'redis-cli -p 6379 debug segfault');
    let said = '';
    for (let tries = 0; tries < 20; tries++) {
      ({ said } = await vagrant(
        'ssh',
        'slave2',
        '-c',
        'redis-cli -p 26379 sentinel get-master-addr-by-name mymaster',
      ));
      if (/192\.168\.100\.1[23]/.test(said)) return;
    }
    throw new Error(`no replica became the master; Sentinel says: ${said}`);
  });

  it('looks again whether machines that are up already are set up, and says so', async () => {
    const { exitCode, said } = await vagrant('up');
    expect(exitCode, said).to.equal(0);
    expectDone(said);
  });

  it('fails as long as one of them is not, however often it is tried', async () => {
    const errors = (from: string, to: string) =>
      vagrant(
        'ssh',
        'slave1',
        '-c',
        `sudo sed -i '0,/${from}/s//${to}/' /run/cloud-init/status.json`,
      );
    await errors('"errors": \\[\\]', '"errors": ["broken by hand"]');
    for (let tries = 1; tries <= 2; tries++) {
      const { exitCode, said } = await vagrant('up', 'slave1');
      expect(exitCode, said).not.to.equal(0);
      expect(said).to.match(/slave1: cloud-init failed \(status 1\); its last lines:/);
    }
    await errors('"errors": \\["broken by hand"\\]', '"errors": []');
    const { exitCode, said } = await vagrant('up', 'slave1');
    expect(exitCode, said).to.equal(0);
  });

  it('is gone after destroy', async () => {
    const { exitCode, said } = await vagrant('destroy', '--force');
    expect(exitCode, said).to.equal(0);
    expect(await leftOf(user)).to.deep.equal([]);
  });
});
