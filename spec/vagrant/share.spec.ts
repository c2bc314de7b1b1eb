/** The builder's build on its way to another node, by Vagrant alone: what vouches for it comes by Vagrant's own ssh. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { buildLab } from '../../lib/lab/lab.js';
import type { NodeModel } from '../../lib/model/model.js';
import { isoImage } from '../../lib/render/iso.js';
import { toYaml } from '../../lib/render/yaml.js';
import { User } from '../support/ground.js';
import { SOURCE } from './support/labs.js';
import { leftOf } from './support/virsh.js';

describe('a build that one machine takes from another, by Vagrant alone', function () {
  // One story: what a step needs, the steps before it did.
  this.bail(true);
  const user = new User();
  const folder = path.join(user.folder, 'generated');
  const keyFile = path.join(folder, '.vagrant/redis-lab-share.key');

  async function vagrant(...args: string[]): Promise<{ exitCode: number; said: string }> {
    const { exitCode, all } = await execa('vagrant', args, {
      cwd: folder,
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: 900_000,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
    return { exitCode: exitCode ?? -1, said: String(all) };
  }

  const on = async (node: string, command: string) =>
    (await vagrant('ssh', node, '-c', `sudo sh -c '${command}'`)).said.trim();

  before(async () => {
    user.write('redis-lab.yaml', toYaml(SOURCE));
    const { exitCode, stderr } = await user.run('generate');
    expect(exitCode, stderr).to.equal(0);
    giveBuild('master');
  });

  after(async () => {
    await vagrant('destroy', '--force');
    user.remove();
  });

  /** Onto the seed of one node, since nothing can be compiled in an emulated machine. The others must take it from there. */
  function giveBuild(node: string): void {
    const builds = String(process.env['REDIS_LAB_BUILDS']);
    const read = (from: string, name: string) => ({
      name,
      content: fs.readFileSync(path.join(from, name)),
    });
    const nodeFolder = path.join(folder, 'nodes', node);
    const seed = ['user-data', 'meta-data', 'network-config'].map((name) => read(nodeFolder, name));
    const payload = fs
      .readdirSync(builds)
      .filter((name) => /\.build\.tar\.gz(\.sha256)?$/.test(name))
      .map((name) => read(builds, name));
    const image = isoImage('cidata', [...seed, ...payload]);
    fs.writeFileSync(path.join(nodeFolder, 'seed.iso'), image);
  }

  it('is installed there, and nothing is compiled', async () => {
    const { exitCode, said } = await vagrant('up', 'master', 'slave1');
    expect(exitCode, said).to.equal(0);
    const log = 'cat /var/log/cloud-init-output.log';
    expect(await on('master', log)).to.include('redis 7.0.15 is installed from the payload');
    const taken = await on('slave1', log);
    expect(taken).to.include('redis 7.0.15 is installed from the builder 192.168.100.11');
    expect(taken).not.to.match(/building|downloading/);
  });

  it('was vouched for by a key that only this folder and root on its machines have', async () => {
    const key = fs.readFileSync(keyFile, 'utf8').trim();
    expect(key).to.match(/^[0-9a-f]{64}$/);
    expect(fs.statSync(keyFile).mode & 0o777).to.equal(0o600);
    for (const node of ['master', 'slave1']) {
      expect(await on(node, 'cat /opt/redis-lab/share.key')).to.equal(key);
      expect(await on(node, 'stat --format=%U:%a /opt/redis-lab/share.key')).to.equal('root:600');
      // Read from the file: what sudo is given stands in the journal.
      const search = 'grep -rlsFf /opt/redis-lab/share.key /home /opt /etc /tmp /run /var || true';
      expect(await on(node, search)).to.equal('/opt/redis-lab/share.key');
    }
  });

  it('is still shared, since a third machine has not come for it, and for no longer than that', async () => {
    const { nodes } = buildLab(SOURCE).model;
    const last = nodes.at(-1) as NodeModel;
    expect(await on('master', 'systemctl is-active redis-lab-share || true')).to.equal('active');
    const said = await vagrant('up', last.name);
    expect(said.exitCode, said.said).to.equal(0);
    expect(await on(last.name, 'cat /var/log/cloud-init-output.log')).to.include(
      'redis 7.0.15 is installed from the builder 192.168.100.11',
    );
    expect(await on('master', 'systemctl is-active redis-lab-share || true')).to.equal('inactive');
  });

  it('is gone after destroy', async () => {
    const { exitCode, said } = await vagrant('destroy', '--force');
    expect(exitCode, said).to.equal(0);
    expect(await leftOf(user)).to.deep.equal([]);
  });
});
