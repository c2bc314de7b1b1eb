/** The checks before a class: each where it fires and where it does not. */
import { expect } from 'chai';
import type { ClassGround, MemberGround } from '../../lib/backends/class-ground.js';
import { FIGURES } from '../../lib/backends/incus/figures.js';
import { LIMITS } from '../../lib/doctor/class/kernel.js';
import { CLASS_LOOKS } from '../../lib/doctor/class/looks.js';
import { examine } from '../../lib/doctor/examine.js';
import type { Silent } from '../../lib/doctor/host.js';
import { buildLab } from '../../lib/lab/lab.js';
import { inEnglish } from '../../lib/report/messages.js';
import { expectIndonesian } from './support/cases.js';
import { type Told, ubuntu } from './support/fake-host.js';

const SETTINGS = '/etc/sysctl.d/60-redis-lab.conf';

/** Enough for hundreds of labs. */
const HIGH = Object.fromEntries(
  LIMITS.map(({ name }) => [`/proc/sys/${name.replaceAll('.', '/')}`, '9223372036854775807\n']),
);
const DAEMON =
  'Limit  Soft Limit  Hard Limit  Units\nMax open files            1048576  1048576  files\n';

function member(name: string, more: Partial<MemberGround> = {}): MemberGround {
  return {
    name,
    state: 'online',
    said: 'Online',
    totalMb: 65_536,
    freeMb: 60_000,
    diskMb: 200_000,
    cpus: 16,
    instances: 0,
    votes: true,
    ...more,
  };
}

function alone(more: Partial<ClassGround> = {}): ClassGround {
  return {
    server: 'LXD 5.21.1',
    client: 'lxc',
    remote: 'local:',
    here: 'one',
    daemonPid: 77,
    clustered: false,
    members: [member('one')],
    imageCopies: 3,
    unlimited: [],
    labs: new Map(),
    ...more,
  };
}

function cluster(...members: MemberGround[]): ClassGround {
  return alone({ clustered: true, members });
}

const three = () => cluster(member('one'), member('two'), member('three'));

async function checksOf(ground: ClassGround | Silent, labs = 30, told: Told = {}) {
  const host = ubuntu({
    ground: async () => ground,
    ...told,
    files: { ...HIGH, '/proc/77/limits': DAEMON, ...told.files },
  });
  const lab = buildLab({ incus: { hostAddress: false, diskGb: 4 } }).model;
  const found = await examine(lab, { host, backend: 'incus', labs });
  const checks = found.filter(({ code }) => code.startsWith('class.'));
  for (const each of checks) {
    expectIndonesian(each);
    // What is not good has a way out.
    if (each.state !== 'good') expect(each.fix?.text, each.code).to.be.a('string');
  }
  return new Map(checks.map((each) => [each.code, each]));
}

async function stateOf(code: string, ...asked: Parameters<typeof checksOf>) {
  const check = (await checksOf(...asked)).get(code);
  return check && `${check.state} ${check.seen.text}`;
}

describe('before a class', () => {
  it('nothing is looked at where no class was asked about', async () => {
    const codes = (await examine(buildLab().model, { host: ubuntu(), backend: 'incus' })).map(
      ({ code }) => code,
    );
    expect(codes.filter((code) => code.startsWith('class.'))).to.deep.equal([]);
  });

  it('all is good on a server that has what thirty labs take', async () => {
    const checks = await checksOf(alone());
    expect([...checks.values()].filter(({ state }) => state !== 'good')).to.deep.equal([]);
    expect([...checks.keys()]).to.include.members([
      'class.server',
      'class.memory',
      'class.disk',
      'class.open-files',
      ...LIMITS.map(({ code }) => code),
    ]);
    expect([...checks.keys()]).not.to.include('class.members');
  });

  it('each check says something somewhere', async () => {
    const all = [
      ...(await checksOf(three())).keys(),
      ...(await checksOf({ silent: 'no answer' })).keys(),
      ...(await checksOf(alone({ server: 'LXD 5.0.2' }))).keys(),
    ];
    expect(all).to.include.members(CLASS_LOOKS.map(({ code }) => code));
  });

  it('a server that does not answer is one bad check', async () => {
    const checks = await checksOf({ silent: 'dial unix: refused' });
    expect([...checks.keys()]).to.deep.equal(['class.server']);
    expect(checks.get('class.server')?.state).to.equal('bad');
  });

  it('memory is counted by member, and what does not fit is told', async () => {
    const takes = FIGURES.node.memoryMb.value * 3;
    const spare = FIGURES.member.spareMb.value;
    const small = (labs: number) => ({ freeMb: takes * labs + spare });
    const some = cluster(member('one', small(12)), member('two', small(8)));
    expect(await stateOf('class.memory', some, 20)).to.match(/^good .*one: 12 \(.*two: 8 \(/);
    const short = (await checksOf(some, 25)).get('class.memory');
    expect(short?.state).to.equal('bad');
    expect(short?.seen.text).to.include('left over are 5');
    expect(short?.fix?.text)
      .to.include(`${5 * takes} MB`)
      .and.to.include('room for 20');
    // Those that are there take nothing more.
    const there = { ...some, labs: new Map([['one', 5]]) };
    expect(await stateOf('class.memory', there, 25)).to.match(/^good labs to come: 20/);
  });

  it('virtual machines take all that they are described with', async () => {
    const lab = buildLab({ incus: { vm: true } }).model;
    const host = ubuntu({
      ground: async () => alone({ members: [member('one', { freeMb: 9000 })] }),
    });
    const checks = await examine(lab, { host, backend: 'incus', labs: 3 });
    const memory = checks.find(({ code }) => code === 'class.memory');
    expect(memory?.seen.text).to.include('left over are 1');
  });

  it('disk is that of the storage pool, and one student may fill the own lab', async () => {
    const pool = (diskMb: number | undefined) => alone({ members: [member('one', { diskMb })] });
    const takes = FIGURES.node.diskMb.value * 3;
    expect(await stateOf('class.disk', pool(30 * takes + 12_000))).to.match(/^good /);
    expect(await stateOf('class.disk', pool(30 * takes + 11_000))).to.match(
      /^poor .*\(12000 MB\) fills the pool of one$/,
    );
    expect(await stateOf('class.disk', pool(29 * takes))).to.match(/^bad .*left over are 1,/);
    expect(await stateOf('class.disk', pool(undefined))).to.match(/^poor .*is not known: one$/);
  });

  it('members that are away or in maintenance are told, with the way back', async () => {
    expect(await stateOf('class.members', three())).to.equal(
      'good all are online: one, two, three',
    );
    const away = member('two', { state: 'away', said: 'Offline: no heartbeat', freeMb: 0 });
    const resting = member('three', { state: 'maintenance', said: 'Evacuated: x', freeMb: 0 });
    const found = (await checksOf(cluster(member('one'), away, resting))).get('class.members');
    expect(found?.state).to.equal('poor');
    expect(found?.seen.text).to.equal(
      'online: one; not online: two (Offline: no heartbeat), three (Evacuated: x)',
    );
    expect(found?.fix?.text)
      .to.include('  lxc cluster restore local:three')
      .and.not.to.include('restore local:two');
    expect(await stateOf('class.members', cluster(away))).to.match(/^bad none is online/);
  });

  it('votes are counted: two members have none to spare', async () => {
    expect(await stateOf('class.quorum', three())).to.match(/^good .*may be lost: 1$/);
    expect(await stateOf('class.quorum', cluster(member('one'), member('two')))).to.match(/^poor /);
    const away = member('two', { state: 'away' });
    expect(await stateOf('class.quorum', cluster(member('one'), away, member('three')))).to.match(
      /^poor /,
    );
  });

  it('images are copied to all members where somebody says so, else to some', async () => {
    expect(await stateOf('class.images', three())).to.match(/^good /);
    const four = cluster(...['one', 'two', 'three', 'four'].map((name) => member(name)));
    const found = (await checksOf(four)).get('class.images');
    expect(found?.state).to.equal('poor');
    expect(found?.fix?.text).to.include('lxc config set cluster.images_minimal_replica=-1');
    expect(await stateOf('class.images', { ...four, imageCopies: -1 })).to.match(/^good /);
  });

  it('limits that the server ignores are told', async () => {
    expect(await stateOf('class.limits', alone())).to.match(/^good /);
    const unlimited = ["Couldn't find the CGroup pids controller"];
    expect(await stateOf('class.limits', alone({ unlimited }))).to.match(
      /^poor .*pids controller$/,
    );
  });

  it('tokens hold no student where the server takes in what was exported elsewhere', async () => {
    expect(await stateOf('class.tokens', alone({ server: 'LXD 5.0.2' }))).to.match(
      /^poor LXD 5\.0\.2 takes in/,
    );
    for (const server of ['LXD 5.21.1', 'LXD 5.16', 'LXD 6.7', 'Incus 6.0.4', 'LXD ']) {
      expect(await stateOf('class.tokens', alone({ server })), server).to.equal(undefined);
    }
  });

  it('limits of the kernel count all containers of this machine', async () => {
    const file = '/proc/sys/fs/inotify/max_user_instances';
    const low = { files: { [file]: '128\n' } };
    const each = FIGURES.node.inotifyInstances.value;
    const found = (await checksOf(alone(), 30, low)).get('class.inotify-instances');
    expect(found?.state).to.equal('bad');
    expect(found?.seen.text).to.equal(
      `fs.inotify.max_user_instances is 128, and 90 containers need some ${90 * each}`,
    );
    expect(found?.fix?.text).to.include(
      `echo 'fs.inotify.max_user_instances = ${2 ** Math.ceil(Math.log2(180 * each))}' | sudo tee -a ${SETTINGS}`,
    );
    const others = alone({ members: [member('one', { instances: 60 })] });
    expect(await stateOf('class.inotify-instances', others, 30, low)).to.include('150 containers');
    // Half of the labs are on the other member.
    const two = cluster(member('one'), member('two'));
    expect(await stateOf('class.inotify-instances', two, 30, low)).to.include(' 45 containers');
  });

  it('a limit that cannot be read, as in a network of its own, is not taken for good', async () => {
    const host = ubuntu({ ground: async () => alone() });
    const checks = await examine(buildLab().model, { host, backend: 'incus', labs: 3 });
    const found = checks.find(({ code }) => code === 'class.neighbours');
    expect(found?.state).to.equal('poor');
    expect(found?.seen.text).to.match(/^not looked at: net\.ipv4\.neigh\.default\.gc_thresh3 /);
  });

  it('kernels of other members are not looked at, and told so, with what to type there', async () => {
    const found = (await checksOf(three())).get('class.kernel');
    expect(found?.state).to.equal('poor');
    expect(found?.seen.text).to.match(/^not looked at on two, three: /);
    expect(found?.fix?.text).to.match(/fs\.inotify\.max_user_instances=\d+ .*kernel\.pid_max=\d+/);
    const far = await checksOf(alone({ here: undefined, daemonPid: undefined, remote: 'lab:' }));
    expect(far.get('class.kernel')?.seen.text).to.match(/^not looked at on one: /);
    expect([...far.keys()]).not.to.include('class.inotify-instances');
    expect([...far.keys()]).not.to.include('class.open-files');
  });

  it('files that the daemon may open are those of its process', async () => {
    const low = { files: { '/proc/77/limits': DAEMON.replace('1048576', '1024') } };
    const found = (await checksOf(alone(), 30, low)).get('class.open-files');
    expect(found?.state).to.equal('bad');
    expect(found?.fix?.text).to.include('/etc/systemd/system/lxd.service.d');
    expect(await stateOf('class.open-files', alone({ daemonPid: 78 }))).to.match(
      /^poor not looked/,
    );
  });

  it('a limit is raised in a file of our own, which keeps what it was', async () => {
    const rooted: string[] = [];
    const low = { '/proc/sys/fs/inotify/max_user_instances': '128\n' };
    const found = await checksOf(alone(), 30, { rooted, files: low });
    const { remedy } = found.get('class.inotify-instances') ?? {};
    const told: string[] = [];
    const onProgress = (each: Parameters<typeof inEnglish>[0]) => told.push(inEnglish(each));
    await remedy?.run({ onProgress, signal: undefined });
    const value = 2 ** Math.ceil(Math.log2(180 * FIGURES.node.inotifyInstances.value));
    expect(rooted).to.have.lengthOf(2);
    expect(rooted[0]).to.include(
      `\\n# fs.inotify.max_user_instances was 128\\nfs.inotify.max_user_instances = ${value}\\n`,
    );
    expect(rooted[1]).to.match(/sysctl -w fs\.inotify\.max_user_instances=/);
    expect(told).to.deep.equal([
      `fs.inotify.max_user_instances was 128 and is ${value}; ${SETTINGS} says so, and what it was`,
    ]);
  });

  it('a limit that is raised again keeps what it was at first, and what others wrote', async () => {
    const rooted: string[] = [];
    const files = {
      '/proc/sys/fs/inotify/max_user_instances': '256\n',
      [SETTINGS]:
        '# mine\nvm.swappiness = 10\n# fs.inotify.max_user_instances was 128\nfs.inotify.max_user_instances = 256\n',
    };
    const found = await checksOf(alone(), 30, { rooted, files });
    await found.get('class.inotify-instances')?.remedy?.run({ signal: undefined });
    expect(rooted[0]).to.include(
      '"# mine\\nvm.swappiness = 10\\n# fs.inotify.max_user_instances was 128\\nfs.inotify.max_user_instances = ',
    );
    expect(rooted[0]).not.to.include('= 256');
  });

  it('a kernel is not changed by those who may not', async () => {
    const low = { '/proc/sys/fs/inotify/max_user_instances': '128\n' };
    const found = await checksOf(alone(), 30, { canBeRoot: false, files: low });
    expect(found.get('class.inotify-instances')?.remedy).to.equal(undefined);
  });
});
