/** The whole life of a lab of virtual machines, by the command. */
import { expect } from 'chai';
import { execa } from 'execa';
import { until } from '../support/at-work.js';
import { User } from '../support/ground.js';
import {
  eventually,
  expectFailoverAndHeal,
  expectGone,
  expectGoodNodes,
  expectProven,
  statusOf,
  up,
} from '../support/nodes.js';
import { story } from '../support/story.js';
import { Stranger } from '../support/stranger.js';
import { expectNothingFetched, withBuild } from './support/labs.js';
import { onMachinesOf } from './support/on.js';
import { leftOf, virsh } from './support/virsh.js';

const NODES = ['master', 'slave1', 'slave2'];
const ADDRESSES = ['192.168.100.11', '192.168.100.12', '192.168.100.13'];

describe('a lab of virtual machines', () => {
  // One story: what a step needs, the steps before it did.
  story();
  const user = new User();
  const on = onMachinesOf(user);

  before(() => withBuild(user));

  after(async () => {
    await user.run('down', '--backend', 'vagrant');
    user.remove();
  });

  it('finds nothing in its way on this machine, and is chosen', async () => {
    // Each question of doctor has some seconds to be answered, which a machine with much else to do may not keep.
    let found = {};
    await until(async () => {
      const { exitCode, stdout, stderr } = await user.run('doctor', '--json');
      expect(exitCode, stderr + stdout).to.equal(0);
      found = JSON.parse(stdout);
      return (found as { backend: string }).backend === 'vagrant';
    }, 240_000).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(found)}`);
    });
  });

  it('is written', async () => {
    const { exitCode, stderr } = await user.run('generate');
    expect(exitCode, stderr).to.equal(0);
    expect((await user.run('generate', '--check')).exitCode).to.equal(0);
  });

  it('comes up, and tells what the machines do', async () => {
    const { status, told } = await up(user, 'auto');
    expect(status).to.include({ backend: 'vagrant', ready: true, state: 'running' });
    expect(status['server']).to.deep.equal({ engine: 'redis', version: '7.0.15' });
    expect(told).to.match(/^Backend vagrant: virtual machines/m);
    for (const node of NODES)
      expect(told).to.match(new RegExp(`^start: ${node}: ${node} is done`, 'm'));
  });

  it('survives that its master is switched off, and is healed', async () => {
    // Soon after the first boot: what it installed has to be on the disk by then.
    const off = await expectFailoverAndHeal(user, 'power-off');
    expect(off.state).to.equal('partial');
    await eventually(user, ({ ready }) => ready, 'ready after its return', 120_000);
  });

  it('compiles nothing and downloads nothing, since the host has a build', async () => {
    await expectNothingFetched(on, NODES);
  });

  it('has the host names, addresses and memory of the description', async () => {
    for (const [index, node] of NODES.entries()) {
      expect((await on(node, 'hostname')).stdout).to.equal(node);
      expect((await on(node, 'hostname', '-I')).stdout.split(' ')).to.include(ADDRESSES[index]);
      const memory = (
        await on(node, 'sh', '-c', 'awk \'$1 == "MemTotal:" { print $2 }\' /proc/meminfo')
      ).stdout;
      const mb = node === 'master' ? 2048 : 1024;
      // The kernel keeps some of it for itself.
      expect(Number(memory) / 1024).to.be.within(mb * 0.9, mb);
    }
  });

  it('leaves every cloud-init without a warning, hardened units, and files of their own', async () => {
    await Promise.all(NODES.map((node) => expectGoodNodes(on, [node])));
  });

  it('replicates and fails over', async () => {
    await expectProven(user, 'replication', 'failover');
  });

  it('runs commands and shows logs', async () => {
    expect(await user.run('exec', 'slave2', '--', 'redis-cli', 'ping')).to.include({
      exitCode: 0,
      stdout: 'PONG',
    });
    expect((await user.run('exec', 'slave2', '--', 'sh', '-c', 'exit 7')).exitCode).to.equal(7);
    const logs = await user.run('logs', 'slave1', '--service', 'redis', '--tail', '50');
    expect(logs.exitCode, logs.stderr).to.equal(0);
    expect(logs.stdout).to.match(/^\d+:[MS] .* \* /m);
  });

  it('lets nobody in who is not of the lab', async () => {
    const { stdout } = await execa('ip', ['-json', 'address', 'show', 'to', '192.168.100.1/32']);
    const [bridge] = JSON.parse(stdout) as { ifname: string }[];
    const stranger = await Stranger.on(String(bridge?.ifname), '192.168.100.77/24');
    try {
      for (const address of ADDRESSES) {
        for (const port of [6379, 26379]) {
          expect(await stranger.tries(address, port), `${address}:${port}`).to.equal('silent');
        }
      }
      // It is the firewall that keeps the stranger out, and nothing else.
      await on('slave1', 'ufw', 'disable');
      expect(await stranger.tries('192.168.100.12', 6379)).to.equal('open');
      await on('slave1', 'ufw', 'enable');
    } finally {
      await stranger.leave();
    }
  });

  it('has nodes that are cut off or stand still, and heals both at once', async () => {
    const { master } = await statusOf(user);
    const [cut = '', hung = ''] = NODES.filter((node) => node !== master);
    for (const words of [
      ['partition', cut],
      ['hang', hung],
    ]) {
      const broken = await user.run('fault', ...words);
      expect(broken.exitCode, broken.stderr).to.equal(0);
    }
    const ping = ['timeout', '5', 'redis-cli', '-h', ADDRESSES[NODES.indexOf(cut)] ?? '', 'ping'];
    expect((await on(String(master), ...ping)).stdout).to.equal('');
    expect((await on(cut, ...ping)).stdout).to.equal('PONG');
    const healed = await user.run('heal', '--json');
    expect(healed.exitCode, healed.stderr).to.equal(0);
    expect(JSON.parse(healed.stdout).mended).to.deep.equal(
      NODES.flatMap((node) =>
        node === cut
          ? [`${cut} reaches the other nodes again.`]
          : node === hung
            ? [`${hung}'s Redis server stood still and was made to go on.`]
            : [],
      ),
    );
    expect((await on(String(master), ...ping)).stdout).to.equal('PONG');
  });

  it('stops in good order, and keeps its machines', async () => {
    const stopped = await user.run('stop');
    expect(stopped.exitCode, stopped.stderr).to.equal(0);
    expect((await virsh('list', '--name')).trim()).to.equal('');
    expect((await virsh('list', '--all', '--name')).split('\n')).to.have.lengthOf(3);
    expect((await statusOf(user)).state).to.equal('stopped');
    // Its own network is there without a machine, and is in nobody's way.
    const doctor = await user.run('doctor', '--backend', 'vagrant');
    expect(doctor.exitCode, doctor.stdout).to.equal(0);
  });

  it('is gone after down, to the last thing', async () => {
    await expectGone(user, () => leftOf(user));
    expect((await user.run('down', '--backend', 'vagrant')).exitCode).to.equal(0);
  });
});
