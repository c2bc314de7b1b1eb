/** A cluster whose members come and go: where new labs of a class are made, and what becomes of those that are there. */
import { expect } from 'chai';
import { until } from '../support/at-work.js';
import { keepBuild, SOURCE_SHA256, User } from '../support/ground.js';
import { story } from '../support/story.js';
import { lxc } from './support/lxc.js';

const CLASS = 'members';

interface StudentLab {
  readonly id: string;
  readonly ok: boolean;
  readonly error: { readonly code: string; readonly message: string } | null;
}

describe('a class on a cluster with a member in maintenance', () => {
  story();
  const user = new User();

  async function onClass(action: string, ...words: string[]) {
    const ran = await user.run('class', action, '--json', '--roster', 'students.csv', ...words);
    const { labs = [] } = JSON.parse(ran.stdout || '{}') as { labs?: readonly StudentLab[] };
    return { ...ran, labs, seen: ran.stdout + ran.stderr };
  }

  const students = (...ids: string[]) =>
    user.write('students.csv', `nama;nim\n${ids.map((id) => `Ani;${id}\n`).join('')}`);

  const memberOf = async (id: string) => {
    const told = await lxc('list', '--project', `${CLASS}-${id}`, '-f', 'csv', '-c', 'L');
    return [...new Set(told.split('\n').filter(Boolean))].join();
  };

  before(async () => {
    user.write(
      'redis-lab.yaml',
      `name: ${CLASS}
incus: { image: debian-12, limits: wanted }
redis:
  version: 7.0.15
  source: { url: 'http://127.0.0.1:9/redis-7.0.15.tar.gz', sha256: ${SOURCE_SHA256['redis-7.0.15']} }
sentinel: { downAfter: 2s }
`,
    );
    await keepBuild(user);
  });

  after(async () => {
    await lxc('cluster', 'restore', 'two', '--force').catch(() => '');
    await user.run('class', 'down', '--yes');
    user.remove();
  });

  it('begins with a lab on each', async () => {
    students('1', '2');
    const { exitCode, seen } = await onClass('up');
    expect(exitCode, seen).to.equal(0);
    expect([await memberOf('1'), await memberOf('2')].toSorted()).to.deep.equal(['one', 'two']);
  });

  it('says of the labs there that they rest, and how they come back; new ones go elsewhere', async () => {
    const [there = ''] = (await memberOf('1')) === 'two' ? ['1'] : ['2'];
    await lxc('cluster', 'evacuate', 'two', '--force');
    // Its machines stay where their network is.
    expect(await memberOf(there)).to.equal('two');
    const status = await onClass('status');
    expect(status.exitCode, status.seen).to.equal(3);
    const [told] = status.labs.filter(({ ok }) => !ok);
    expect(told?.id).to.equal(there);
    expect(told?.error?.code).to.equal('backend.maintenance');
    expect(told?.error?.message).to.match(/ is on two, .*lxc cluster restore local:two\. /);

    students('1', '2', '3');
    const up = await onClass('up');
    expect(up.exitCode, up.seen).to.equal(3);
    expect(up.labs.filter(({ ok }) => !ok).map(({ id, error }) => [id, error?.code])).to.deep.equal(
      [[there, 'backend.maintenance']],
    );
    expect(up.stderr).to.match(
      /^two, a member of the cluster, is in maintenance and gets no new lab/m,
    );
    expect(await memberOf('3')).to.equal('one');

    const doctor = await user.run('doctor', '--backend', 'incus', '--class', '4', '--json');
    const { checks } = JSON.parse(doctor.stdout) as {
      checks: readonly { readonly code: string; readonly state: string; readonly seen: string }[];
    };
    const members = checks.find(({ code }) => code === 'class.members');
    expect(members?.state).to.equal('poor');
    expect(members?.seen).to.match(/^online: one; not online: two \(Evacuated/);
    expect(checks.map(({ code }) => code)).to.include.members([
      'class.memory',
      'class.disk',
      'class.quorum',
      'class.inotify-instances',
    ]);
  });

  it('has its labs back after that', async () => {
    await lxc('cluster', 'restore', 'two', '--force');
    await until(async () => (await onClass('status')).exitCode === 0);
    const { exitCode, seen } = await onClass('verify', 'replication');
    expect(exitCode, seen).to.equal(0);
  });
});
