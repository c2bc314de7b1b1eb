/** First boots that fail: in containers that is part of every run; here each takes the boot of three machines. */
import { expect } from 'chai';
import { toYaml } from '../../../lib/render/yaml.js';
import { User } from '../../support/ground.js';
import { PACKAGE } from '../support/labs.js';
import { leftOf } from '../support/virsh.js';

describe('a lab of virtual machines', () => {
  const user = new User(1_800_000);

  before(() => user.write('redis-lab.yaml', toYaml(PACKAGE)));

  after(async () => {
    await user.run('down', '--backend', 'vagrant');
    user.remove();
  });

  it('is given up with the last words of a machine that does not get through its first boot', async () => {
    // Debian 12 has no such package.
    const other = ['--set', 'redis.engine=valkey', '--set', 'redis.version=8.1.1'];
    const up = await user.run('up', '--backend', 'vagrant', '--no-verify', ...other);
    expect(up.exitCode, up.stderr).to.equal(4);
    expect(up.stdout).to.equal('');
    expect(up.stderr).to.match(
      /did not get through its first boot: apt-get install .*valkey-server/,
    );
    expect(up.stderr).to.include('Its last words:');
    expect(await leftOf(user)).to.deep.equal([]);
  });

  it('is given up where the box has no cloud-init', async () => {
    const box = ['--set', 'vagrant.box=redis-lab/no-cloud-init'];
    const up = await user.run('up', '--backend', 'vagrant', '--no-verify', ...box);
    expect(up.exitCode, up.stderr).to.equal(4);
    expect(up.stderr)
      .to.include('has cloud-init switched off')
      .and.include('cloud-image/ubuntu-24.04');
    expect(await leftOf(user)).to.deep.equal([]);
  });
});
