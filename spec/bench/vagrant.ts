/* biome-ignore-all lint/suspicious/noConsole: a benchmark prints */
/**
 * How long `up` takes after `down` with what the cache has, as a whole process until the lab is proven ready, against a bare
 * `vagrant up` of three machines of the same box, memory and network with nothing in them. Both are made from nothing each
 * time. Run it with `npm run bench:vagrant`.
 */
import fs from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { buildLab } from '../../lib/lab/lab.js';
import { User } from '../support/ground.js';
import { SOURCE, withBuild } from '../vagrant/support/labs.js';
import { must, timed } from './support.js';

const ROUNDS = 2;

const user = new User();
const { model: lab } = buildLab(SOURCE);
const bareFolder = path.join(user.folder, 'bare');
try {
  await withBuild(user);
  fs.mkdirSync(bareFolder);
  fs.writeFileSync(path.join(bareFolder, 'Vagrantfile'), bareVagrantfile());
  const times = { bare: [] as number[], up: [] as number[] };
  // Alternating, so that whatever else the machine does falls on both alike.
  for (let round = 0; round < ROUNDS; round++) {
    times.bare.push(await timed(() => vagrant('up')));
    await vagrant('destroy', '--force');
    times.up.push(await timed(() => must(user, 'up', '--backend', 'vagrant', '--no-verify')));
    await must(user, 'down');
  }
  const floor = mean(times.bare);
  for (const [name, list] of Object.entries({
    'bare vagrant up': times.bare,
    'up from the cache, ready': times.up,
  })) {
    const each = list.map((ms) => (ms / 1000).toFixed(1)).join(', ');
    console.log(
      `${name.padEnd(26)} ${(mean(list) / 1000).toFixed(1)} s (${each})  ${(mean(list) / floor).toFixed(2)} x bare`,
    );
  }
} finally {
  await vagrant('destroy', '--force').catch(() => undefined);
  await user.run('down', '--backend', 'vagrant');
  user.remove();
}

/** What somebody would write who wants three machines in a network. */
function bareVagrantfile(): string {
  const machines = lab.nodes.map(
    ({ name, ip, memoryMb, cpus }) => `
  config.vm.define '${name}' do |machine|
    machine.vm.hostname = '${name}'
    machine.vm.network :private_network, ip: '${ip}', libvirt__network_name: 'bare-net',
                       libvirt__forward_mode: 'none', libvirt__dhcp_enabled: false
    machine.vm.provider :libvirt do |libvirt|
      libvirt.memory = ${memoryMb}
      libvirt.cpus = ${cpus}
    end
  end`,
  );
  return `Vagrant.configure('2') do |config|
  config.vm.box = '${lab.vagrant.box}'
  config.vm.boot_timeout = 600
  config.vm.synced_folder '.', '/vagrant', disabled: true
  config.vm.provider :libvirt do |libvirt|
    libvirt.driver = 'qemu'
    libvirt.graphics_type = 'none'
    libvirt.management_network_mode = 'nat'
    libvirt.disk_driver cache: 'unsafe'
  end
${machines.join('\n')}
end
`;
}

async function vagrant(...args: string[]): Promise<void> {
  await execa('vagrant', args, { cwd: bareFolder, stdin: 'ignore', timeout: 900_000 });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
