/** A client beside a node, each a virtual machine of its own. */
import { expect } from 'chai';
import { toYaml } from '../../lib/render/yaml.js';
import { keepBuild, User } from '../support/ground.js';
import { expectGone, up } from '../support/nodes.js';
import { story } from '../support/story.js';
import { SOURCE } from './support/labs.js';
import { onMachinesOf } from './support/on.js';
import { leftOf } from './support/virsh.js';

describe('a client that is a virtual machine', () => {
  // One story: what a step needs, the steps before it did.
  story();
  const user = new User();
  const on = onMachinesOf(user);

  before(async () => {
    const nodes = [
      { role: 'master', cpus: 1 },
      { cpus: 1 },
      { role: 'sentinel', name: 'witness', cpus: 1 },
      { role: 'client', cpus: 1 },
    ] as const;
    user.write('redis-lab.yaml', toYaml({ ...SOURCE, nodes }));
    await keepBuild(user);
  });

  after(async () => {
    await user.run('down', '--backend', 'vagrant');
    user.remove();
  });

  it('comes up with the lab', async () => {
    const { status } = await up(user, 'vagrant');
    expect(status['clients']).to.deep.equal([
      { client: 'client1', address: '192.168.100.14', state: 'running' },
    ]);
  });

  it('has redis-cli of the lab, and no server', async () => {
    const servers = "systemctl list-units --type=service --plain 'redis*'; ls /usr/local/bin";
    const { stdout } = await on('client1', 'sh', '-c', servers);
    expect(stdout)
      .to.include('redis-cli')
      .and.not.match(/redis-(?:server|sentinel)/);
  });

  it('finds the master by what a Sentinel says, under its name', async () => {
    const cli = (...words: string[]) => user.run('exec', 'client1', '--', 'redis-cli', ...words);
    const asks = ['sentinel', 'get-master-addr-by-name', 'mymaster'];
    const { stdout, stderr } = await cli('-h', 'master', '-p', '26379', ...asks);
    const [host = '', port = ''] = stdout.split('\n');
    expect(host, stderr).to.equal('192.168.100.11');
    expect(await cli('-h', host, '-p', port, 'set', 'of-client', '1')).to.include({ stdout: 'OK' });
  });

  it('is gone after down', async () => {
    await expectGone(user, () => leftOf(user));
  });
});
