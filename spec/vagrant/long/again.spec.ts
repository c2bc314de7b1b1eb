/** Machines that boot again, all at once; and others in their place, after `down`, from what is kept. */
import { expect } from 'chai';
import { User } from '../../support/ground.js';
import { eventually, statusOf } from '../../support/nodes.js';
import { story } from '../../support/story.js';
import { expectNothingFetched, withBuild } from '../support/labs.js';
import { onMachinesOf } from '../support/on.js';

const NODES = ['master', 'slave1', 'slave2'];

describe('a lab of virtual machines that boots again', () => {
  story();
  const user = new User();
  const on = onMachinesOf(user);

  before(async () => {
    await withBuild(user);
    await up();
  });

  after(async () => {
    await user.run('down', '--backend', 'vagrant');
    user.remove();
  });

  it('is healthy after a reboot of every machine', async () => {
    for (const node of NODES) await on(node, 'systemctl', 'reboot');
    const off = await eventually(user, ({ state }) => state !== 'running', 'rebooting', 60_000);
    expect(off.state).to.be.oneOf(['partial', 'idle']);
    await eventually(user, ({ ready }) => ready, 'ready after the reboots', 600_000);
    expect((await statusOf(user)).state).to.equal('running');
  });

  it('comes up from the cache after down, and fetches nothing', async () => {
    const { exitCode, stderr } = await user.run('down');
    expect(exitCode, stderr).to.equal(0);
    await up();
    await expectNothingFetched(on, NODES);
  });

  async function up(): Promise<void> {
    const words = ['up', '--backend', 'vagrant', '--no-verify', '--json'];
    const { exitCode, stdout, stderr } = await user.run(...words);
    expect(exitCode, stderr + stdout).to.equal(0);
    expect(JSON.parse(stdout).status).to.include({ ready: true, state: 'running' });
  }
});
