/**
 * Students who mean harm, or only try things out: their own lab suffers, and the others go on. Nobody takes all memory or all processes
 * here: a machine whose kernel has no such controllers in cgroup2 would go down with it.
 */
import { expect } from 'chai';
import { until } from '../support/at-work.js';
import { keepBuild, SOURCE_SHA256, User } from '../support/ground.js';
import { story } from '../support/story.js';
import { lxc, tryLxc } from './support/lxc.js';

const CLASS = 'hostile';
const [HOSTILE, OTHER] = ['1', '2'];

interface StudentLab {
  readonly id: string;
  readonly ok: boolean;
  readonly status?: { readonly state: string; readonly problems: readonly string[] };
}

describe('a student who', () => {
  story();
  const user = new User();

  async function onClass(action: string, ...words: string[]) {
    const ran = await user.run('class', action, '--json', '--roster', 'students.csv', ...words);
    const { labs = [] } = JSON.parse(ran.stdout || '{}') as { labs?: readonly StudentLab[] };
    return { ...ran, labs, seen: ran.stdout + ran.stderr };
  }

  const at = (id: string, node: string) => [
    `${CLASS}-${id}-${node}`,
    '--project',
    `${CLASS}-${id}`,
  ];

  /** As root of a node, which the student is. */
  const asRoot = async (id: string, node: string, script: string) =>
    tryLxc('exec', ...at(id, node), '-T', '--', 'sh', '-c', `sleep 0.1; ${script}`);

  async function expectOtherWell(): Promise<void> {
    const { exitCode, seen } = await onClass('status', '--only', OTHER);
    expect(exitCode, seen).to.equal(0);
  }

  before(async () => {
    user.write('students.csv', `nama;nim\nAni;${HOSTILE}\nBudi;${OTHER}\n`);
    user.write(
      'redis-lab.yaml',
      `name: ${CLASS}
incus: { image: debian-12, limits: wanted, diskGb: 1 }
redis:
  version: 7.0.15
  source: { url: 'http://127.0.0.1:9/redis-7.0.15.tar.gz', sha256: ${SOURCE_SHA256['redis-7.0.15']} }
sentinel: { downAfter: 2s }
`,
    );
    await keepBuild(user);
    const { exitCode, seen } = await onClass('up');
    expect(exitCode, seen).to.equal(0);
  });

  after(async () => {
    await user.run('class', 'down', '--yes');
    user.remove();
  });

  /** Everything is as it was. */
  async function mended(): Promise<void> {
    for (const node of ['master', 'slave1', 'slave2']) {
      await tryLxc('stop', '--force', ...at(HOSTILE, node));
    }
    const { exitCode, seen } = await onClass('up', '--only', HOSTILE);
    expect(exitCode, seen).to.equal(0);
  }

  it('fills the disk stops the own servers', async () => {
    const filled = await asRoot(
      HOSTILE,
      'slave1',
      'dd if=/dev/urandom of=/var/fill bs=1M count=3000; sync',
    );
    expect(filled.stderr + filled.stdout).to.match(/Disk quota exceeded|No space left/);
    await expectOtherWell();
    await asRoot(HOSTILE, 'slave1', 'rm /var/fill');
    await mended();
  });

  it('looks for others in the network finds the own nodes', async () => {
    const script =
      'for host in $(seq 1 254); do timeout 1 bash -c "echo > /dev/tcp/192.168.100.$host/6379" 2>/dev/null && echo $host; done; true';
    const { stdout } = await asRoot(HOSTILE, 'slave1', script);
    expect(stdout.trim().split(/\s+/)).to.deep.equal(['11', '12', '13']);
  });

  it('takes the address of the master disturbs the own lab', async () => {
    await asRoot(HOSTILE, 'slave1', 'ip addr add 192.168.100.11/24 dev lab0');
    await expectOtherWell();
    await asRoot(HOSTILE, 'slave1', 'ip addr del 192.168.100.11/24 dev lab0');
    await mended();
  });

  it('stops the own nodes is told of, and has them back by up', async () => {
    for (const node of ['slave1', 'slave2']) await lxc('stop', '--force', ...at(HOSTILE, node));
    const { labs, seen } = await onClass('status');
    expect(labs.map(({ id, ok }) => [id, ok])).to.deep.equal([
      [HOSTILE, false],
      [OTHER, true],
    ]);
    expect(labs[0]?.status?.state, seen).to.equal('partial');
    const up = await onClass('up');
    expect(up.exitCode, up.seen).to.equal(0);
    await until(async () => (await onClass('status')).exitCode === 0);
  });
});
