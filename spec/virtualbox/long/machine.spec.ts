/** One machine of a lab on VirtualBox by Vagrant alone, started on emulated hardware: as a student without redis-lab has it. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { buildLab } from '../../../lib/lab/lab.js';
import { shellQuote } from '../../../lib/render/shell-quote.js';
import { expectAccepted } from '../../readers/support/run.js';
import { scratch } from '../../readers/support/scratch.js';
import { folderFor } from '../../readers/support/virtualbox/virtualbox.js';
import { expectCleanCloudInit, expectHardenedUnits, type On } from '../../support/nodes.js';
import { story } from '../../support/story.js';
import { allowNetworks, machineOf, RealVirtualBox } from '../support/virtualbox.js';

const LAB = buildLab({
  vagrant: { box: 'redis-lab/debian-12' },
  nodes: [{ role: 'master', cpus: 1 }, { cpus: 1 }, { cpus: 1 }],
  redis: { install: 'package', version: '7.0.15' },
});
const NAME = 'master';

describe('one machine on VirtualBox, started on emulated hardware', () => {
  // One story: what a step needs, the steps before it did.
  story();
  const config = path.join(scratch('ssh'), 'config');
  let virtualBox: RealVirtualBox;
  let folder: string;

  const on: On = async (_node, ...argv) => {
    const words = ['sudo', '-n', ...argv].map(shellQuote).join(' ');
    const args = ['-q', '-T', '-F', config, NAME, '--', words];
    const ran = await execa('ssh', args, { reject: false, stdin: 'ignore', timeout: 120_000 });
    return { exitCode: ran.exitCode, stdout: String(ran.stdout), stderr: String(ran.stderr) };
  };

  const up = async () => {
    expectAccepted(await virtualBox.vagrant(folder, 'up', NAME, '--provider=virtualbox'));
    fs.writeFileSync(config, (await virtualBox.vagrant(folder, 'ssh-config', NAME)).stdout);
  };

  before(async () => {
    allowNetworks(LAB);
    const disk = path.join(String(process.env['REDIS_LAB_BOX']), 'disk.vmdk');
    virtualBox = await RealVirtualBox.starting(LAB.model.vagrant.box, disk);
    folder = await folderFor(LAB);
  });

  it('comes up by Vagrant alone, which waits for cloud-init', up);

  it('has found its seed, and nothing to warn of', async () => {
    await expectCleanCloudInit(on, NAME);
    await expectHardenedUnits(on, NAME);
  });

  it('answers at its address in the lab', async () => {
    const ping = await on(NAME, 'redis-cli', '-h', '192.168.100.11', 'ping');
    expect(ping.stdout, ping.stderr).to.equal('PONG');
  });

  it('is halted by its own system, and comes back with what it had', async () => {
    await on(NAME, 'redis-cli', 'set', 'kept', 'yes');
    expectAccepted(await virtualBox.vagrant(folder, 'halt', NAME));
    expect(await virtualBox.said('list', 'runningvms')).to.equal('');
    await up();
    expect((await on(NAME, 'redis-cli', 'get', 'kept')).stdout).to.equal('yes');
  });

  it('is gone after destroy', async () => {
    expectAccepted(await virtualBox.vagrant(folder, 'destroy', '--force'));
    expect(await virtualBox.names()).not.to.include(machineOf(LAB, { name: NAME }));
  });
});
