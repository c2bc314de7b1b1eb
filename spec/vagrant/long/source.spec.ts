/* biome-ignore-all lint/suspicious/noConsole: it prints what it measured */
/** Redis compiled from source in an emulated machine of 2 GB, and taken over by the others: half an hour. */
import { expect } from 'chai';
import { toYaml } from '../../../lib/render/yaml.js';
import { SOURCE_SHA256, sourceFile, User } from '../../support/ground.js';
import { story } from '../../support/story.js';
import { DEBIAN_12 } from '../support/labs.js';
import { onMachinesOf } from '../support/on.js';

const PEAK = '/sys/fs/cgroup/system.slice/cloud-final.service/memory.peak';

describe('a lab of virtual machines, built from source in one of them', () => {
  story();
  const user = new User(5_400_000);
  const on = onMachinesOf(user);

  before(async () => {
    const [master, ...others] = DEBIAN_12.nodes ?? [];
    const redis = {
      version: '7.0.15',
      source: {
        url: 'http://127.0.0.1:9/redis-7.0.15.tar.gz',
        sha256: SOURCE_SHA256['redis-7.0.15'],
      },
    };
    const nodes = [{ ...master, cpus: 2 }, ...others];
    user.write('redis-lab.yaml', toYaml({ ...DEBIAN_12, nodes, redis }));
    const added = await user.run('cache', 'add', sourceFile('redis-7.0.15'));
    expect(added.exitCode, added.stderr).to.equal(0);
  });

  after(async () => {
    await user.run('down', '--backend', 'vagrant');
    user.remove();
  });

  it('comes up', async () => {
    const up = user.start('up', '--backend', 'vagrant', '--no-verify');
    let done = false;
    const ended = up.finally(() => {
      done = true;
    });
    const look = async () => {
      const { stdout } = await on(
        'master',
        'sh',
        '-c',
        `cat ${PEAK}; awk '$1 == "MemAvailable:" { print $2 * 1024 }' /proc/meminfo`,
      );
      return stdout.split('\n').map(Number);
    };
    let peak = 0;
    let available = Number.POSITIVE_INFINITY;
    while (!done) {
      const [ofBoot = 0, free = 0] = await look().catch(() => []);
      if (ofBoot > 0) peak = Math.max(peak, ofBoot);
      if (free > 0) available = Math.min(available, free);
      await new Promise((resolve) => setTimeout(resolve, 20_000));
    }
    const { exitCode, stdout, stderr } = await ended;
    const mib = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
    console.log(`${stderr}${stdout}`);
    console.log(
      `cloud-final's memory at most, with the files it read: ${mib(peak)} MiB; least that was available: ${mib(available)} MiB`,
    );
    expect(exitCode).to.equal(0);
    expect(peak).to.be.above(0);
  });

  it('is compiled on one machine and handed to the others', async () => {
    for (const node of ['master', 'slave1', 'slave2']) {
      const log = (await on(node, 'cat', '/var/log/cloud-init-output.log')).stdout;
      console.log(log.replaceAll(/^(?!redis-lab:).*\n?/gm, ''));
      expect(log, node).to.include(
        node === 'master' ? 'is installed from a build made here' : 'is installed from the builder',
      );
    }
  });

  it('brings the build home', async () => {
    const { stdout } = await user.run('cache', 'list');
    expect(stdout).to.include('7.0.15').and.include('build');
  });
});
