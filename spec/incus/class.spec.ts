/** A class of four on a cluster of two members: the labs of students who have nothing to do with each other. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { filesBelow } from '../cache/support/folders.js';
import { until } from '../support/at-work.js';
import { daemon, keepBuild, SOURCE_SHA256, User } from '../support/ground.js';
import { story } from '../support/story.js';
import { lxc } from './support/lxc.js';
import { entriesIn, Ssh } from './support/ssh.js';

const CLASS = 'sentinel';
const LABS = {
  '051110': 'sentinel-051110',
  '051111': 'sentinel-051111',
  '19/440/TK': 'sentinel-19-440-tk-bbdaac',
  'dewi@example.org': 'sentinel-dewi-example-org-bfc912',
};
const IDS = Object.keys(LABS) as (keyof typeof LABS)[];
/** @param key of the first student; the others get passwords */
const rosterWith = (key: string) => `\ufeffnama;nim;surel;kunci
Ani, S.Kom;051110;ani@example.org;${key}
Budi;051111;;
李雷;19/440/TK;;
ꦢꦺꦮꦶ;;dewi@example.org;
`;

interface StudentLab {
  readonly id: string;
  readonly lab: string;
  readonly ok: boolean;
  readonly port?: number;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly started?: boolean;
  readonly status?: { readonly state: string; readonly ready: boolean; readonly master: string };
  readonly verify?: { readonly verdict: string };
  readonly stdout?: string;
}

/** Where each instance is: `sentinel-051110-master one`. */
async function placed(): Promise<string[]> {
  const told = await lxc('list', '--all-projects', '-f', 'csv', '-c', 'nL');
  return told.split('\n').filter(Boolean);
}

async function left(): Promise<string[]> {
  const projects = await lxc('project', 'list', '-f', 'csv');
  const networks = await lxc('network', 'list', '-f', 'csv');
  return [...(await placed()), ...`${projects}\n${networks}`.split('\n')]
    .filter((line) => line.includes(CLASS))
    .map((line) => line.split(',')[0] ?? '')
    .concat(await shared());
}

/** Aliases of the images that redis-lab made. */
async function shared(): Promise<string[]> {
  const told = await lxc('image', 'alias', 'list', '-f', 'csv');
  return told.split('\n').flatMap((line) => /^redis-lab-\w+/.exec(line)?.[0] ?? []);
}

describe('a class on a cluster', () => {
  story();
  const user = new User();
  const ssh = new Ssh(user.folder);

  async function onClass(action: string, ...words: string[]) {
    const { exitCode, stdout, stderr } = await user.run('class', action, '--json', ...words);
    const { labs } = JSON.parse(stdout) as { labs: readonly StudentLab[] };
    return { exitCode, stderr, labs, of: new Map(labs.map((each) => [each.id, each])) };
  }

  async function ofAll(action: string, ...words: string[]) {
    const found = await onClass(action, '--roster', 'students.csv', ...words);
    return { ...found, seen: JSON.stringify(found.labs, null, 1) + found.stderr };
  }

  /** What the slips of all say. */
  async function slips() {
    const words = ['--roster', 'students.csv', '--file', 'slips.md'];
    const { exitCode, stderr } = await user.run('class', 'slips', ...words);
    expect(exitCode, stderr).to.equal(0);
    const file = path.join(user.folder, 'slips.md');
    expect(fs.statSync(file).mode & 0o777).to.equal(0o600);
    return entriesIn(fs.readFileSync(file, 'utf8'));
  }

  before(async () => {
    user.write('students.csv', rosterWith(await ssh.newKey()));
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
    await user.run('class', 'down', '--yes');
    user.remove();
  });

  it('gives no tokens of this server, of which each opens all of it', async () => {
    const words = ['--roster', 'students.csv', '--tokens'];
    const { exitCode, stderr } = await user.run('class', 'up', ...words);
    expect(exitCode).to.equal(3);
    expect(stderr).to.include('can be root of the server (canonical/lxd#11958)');
    expect(await left()).to.deep.equal([]);
  });

  it('comes up: a lab for each student, whole on one member, two on each', async () => {
    const { exitCode, labs, seen } = await ofAll('up');
    expect(exitCode, seen).to.equal(0);
    expect(labs.map(({ port }) => port)).to.deep.equal([2201, 2202, 2203, 2204]);
    expect(labs.map(({ id, lab }) => [id, lab])).to.deep.equal(Object.entries(LABS));
    const members = Object.values(LABS).map(async (lab) => {
      const own = (await placed()).filter((line) => line.startsWith(`${lab}-`));
      expect(own, lab).to.have.lengthOf(3);
      const [member, ...others] = new Set(own.map((line) => line.split(',')[1]));
      expect(others, lab).to.deep.equal([]);
      return member;
    });
    expect((await Promise.all(members)).toSorted()).to.deep.equal(['one', 'one', 'two', 'two']);
  });

  it('is made of one image, whose nodes install nothing', async () => {
    expect(await shared()).to.have.lengthOf(1);
    for (const lab of Object.values(LABS)) {
      const log = await within(lab, 'slave2', 'cat', '/var/log/cloud-init-output.log');
      expect(log, lab).to.match(/redis 7\.0\.15 is installed already/);
      expect(log, lab).not.to.match(/is installed from|installing /);
    }
    const ids = Object.values(LABS).map((lab) => within(lab, 'master', 'cat', '/etc/machine-id'));
    expect(new Set(await Promise.all(ids))).to.have.lengthOf(4);
  });

  it('is up already the second time, and whole, with the same ports, passwords and host keys', async () => {
    const before = await slips();
    const again = await ofAll('up');
    expect(again.exitCode, again.seen).to.equal(0);
    expect(await slips()).to.deep.equal(before);
    const passwords = before.flatMap(({ password = [] }) => password);
    expect(passwords).to.have.lengthOf(3);
    for (const password of passwords) expect(again.seen).not.to.include(password);
    for (const { started } of again.labs) expect(started).to.equal(false);
    const { exitCode, labs, seen } = await ofAll('status');
    expect(exitCode, seen).to.equal(0);
    for (const { status } of labs) expect(status).to.include({ ready: true, master: 'master' });
  });

  it('has the same addresses in each lab, and nothing of one in another', async () => {
    const [one = '', ...others] = IDS;
    await ofAll(
      'exec',
      '--only',
      one,
      'slave1',
      '--',
      'redis-cli',
      '-h',
      '192.168.100.11',
      'set',
      'whose',
      one,
    );
    const { labs } = await ofAll(
      'exec',
      'slave2',
      '--',
      'redis-cli',
      '-h',
      '192.168.100.11',
      'get',
      'whose',
    );
    expect(labs.map(({ stdout }) => stdout?.trim())).to.deep.equal([one, ...others.map(() => '')]);
    for (const lab of Object.values(LABS)) {
      const links = await within(lab, 'master', 'ls', '/sys/class/net');
      expect(links.split(/\s+/).toSorted(), lab).to.deep.equal(['lab0', 'lo']);
    }
  });

  it('lets each student in by ssh, into the own lab and nowhere else', async () => {
    const before = await slips();
    expect(before.map(({ port }) => port)).to.deep.equal([2201, 2202, 2203, 2204]);
    expect(new Set(before.map(({ address }) => address))).to.deep.equal(
      new Set(['10.210.0.1', '10.210.0.2']),
    );
    expect(before.map(({ password }) => password === undefined)).to.deep.equal([
      true,
      false,
      false,
      false,
    ]);
    const asked = [
      'hostname; sudo redis-cli get whose; sudo whoami; ssh slave1 hostname; ssh slave2 sudo whoami',
      'journalctl --lines 1 --quiet --output cat | wc -l',
      // The server, and what stands between it and the lab.
      'for host in 10.210.0.1 192.168.100.1; do (: </dev/tcp/$host/8443) 2>/dev/null; echo $?; done',
    ].join('; ');
    const said = await Promise.all(before.map((entry) => ssh.run(entry, asked)));
    expect(said.map(({ all }) => all)).to.deep.equal(
      ['051110', '', '', ''].map((whose) =>
        ['0', 'master', whose, 'root', 'slave1', 'root', '1', '1', '1'].join('\n'),
      ),
    );
    // By the port of another, nobody gets in with what opens the own lab.
    const [byKey, byPassword, other] = before;
    if (!byKey || !byPassword || !other) throw new Error('the class has four');
    const refused = await Promise.all([
      ssh.run({ ...byPassword, password: other.password }, 'hostname'),
      ssh.run({ ...byPassword, password: undefined }, 'hostname'),
      ssh.run({ ...byKey, password: byPassword.password }, 'hostname'),
    ]);
    for (const { all } of refused) expect(all).to.match(/^255\n.*Permission denied/s);
  });

  it('fails over in each lab', async () => {
    const { exitCode, labs, seen } = await ofAll('verify', 'replication', 'failover');
    expect(exitCode, seen).to.equal(0);
    for (const { verify } of labs) expect(verify?.verdict).to.equal('passed');
  });

  it('does not notice what happens in one lab', async () => {
    const broken = '051111';
    const done = await ofAll('fault', 'crash', '@replica', '--only', broken);
    expect(done.exitCode, done.seen).to.equal(0);
    const { exitCode, labs, seen } = await ofAll('status');
    expect(exitCode, seen).to.equal(1);
    expect(labs.filter(({ ok }) => !ok).map(({ id }) => id)).to.deep.equal([broken]);
    expect((await ofAll('heal')).exitCode).to.equal(0);
    await until(async () => (await ofAll('status')).exitCode === 0);
  });

  it('lets a student with the client of the server into the own lab, and nowhere else', async () => {
    const own = LABS['051110'];
    const other = LABS['051111'];
    const ours = ['--project', own];
    const master = `class:${own}-master`;
    const folder = path.join(user.folder, 'client');
    fs.mkdirSync(folder);
    const asStudent = async (...words: string[]) => {
      const { exitCode, stdout, stderr } = await execa('lxc', words, {
        env: { LXD_CONF: folder },
        reject: false,
        stdin: 'ignore',
        timeout: 60_000,
      });
      return `${exitCode} ${stdout}${stderr}`;
    };
    // As redis-lab would, and does not on LXD 5.0.
    const trust = ['config', 'trust', 'add', '--name', own, '--restricted', '--projects', own];
    const token = (await lxc(...trust, '--quiet')).trim().split('\n').at(-1) ?? '';
    expect(await asStudent('remote', 'add', 'class', token)).to.match(/^0 /);

    const listed = await asStudent('list', 'class:', ...ours, '-f', 'csv', '-c', 'n');
    expect(listed).to.match(/^0 (?:sentinel-051110-\w+\s*){3}$/);
    const said = await asStudent('exec', master, ...ours, '--', 'sh', '-c', 'sleep 0.2; hostname');
    expect(said).to.equal('0 master');

    const small = ['memory=64MiB', 'cpu=1', 'processes=10'].flatMap((limit) => [
      '--config',
      `limits.${limit}`,
    ]);
    const device = ['config', 'device', 'add', master, 'x'];
    const refused: Record<string, readonly string[]> = {
      'see another lab': ['list', 'class:', '--project', other],
      'take the network of another lab': [...device, 'nic', `network=${other}`, ...ours],
      'be root of the host': ['config', 'set', master, 'security.privileged=true', ...ours],
      'nest containers': ['config', 'set', master, 'security.nesting=true', ...ours],
      'have a folder of the host': [...device, 'disk', 'source=/', 'path=/mnt', ...ours],
      'listen on the host': [
        ...device,
        'proxy',
        'listen=tcp:0.0.0.0:2222',
        'connect=tcp:127.0.0.1:22',
        ...ours,
      ],
      'have more memory': ['config', 'set', master, 'limits.memory=8GiB', ...ours],
      // LXD 5.0 asks for no limits where no member is named.
      'have a fourth machine': ['init', 'class:debian-12', 'class:more', ...small, ...ours],
      'have a fourth machine on a member': [
        ...['init', 'class:debian-12', 'class:more', ...small, ...ours],
        ...['--target', 'two'],
      ],
      'have a copy of a machine': ['copy', master, 'class:more', ...ours],
      'have an empty machine that is root of the host': [
        ...['init', 'class:more', '--empty', ...small, ...ours],
        ...['--config', 'security.privileged=true'],
      ],
      'change the own limits': ['project', 'set', `class:${own}`, 'limits.instances=9'],
    };
    for (const [what, words] of Object.entries(refused)) {
      // For that reason, and not for a slip of ours.
      expect(await asStudent(...words), what).to.match(
        /^1 .*(?:not authorized|forbidden|not allowed|Reached maximum|No suitable cluster member|isn't allowed)/s,
      );
    }
  });

  it('goes on where a member of the cluster is away, and says whose labs that takes', async () => {
    await daemon('kill', 'two');
    const { exitCode, labs, seen } = await ofAll('status');
    expect(exitCode, seen).to.equal(3);
    const away = labs.filter(({ ok }) => !ok);
    expect(away, seen).to.have.lengthOf(2);
    for (const { error } of away) {
      expect(error).to.include({ code: 'backend.silent' });
      expect(error?.message).to.match(/is on two, a member of the cluster that is away/);
    }
    const refused = await ofAll('up');
    expect(refused.exitCode, refused.seen).to.equal(3);
    expect(refused.labs.filter(({ ok }) => ok)).to.have.lengthOf(2);

    await daemon('start', 'two');
    await until(async () => (await ofAll('status')).exitCode === 0);
  });

  it('is gone after down, also where the first one was killed', async () => {
    const listed = (await onClass('list')).labs.map(({ port }) => port);
    expect(listed).to.have.members([2201, 2202, 2203, 2204]);
    const killed = user.start('class', 'down', '--yes', '--jobs', '1');
    for await (const line of killed.iterable({ from: 'stderr' })) {
      if (String(line).startsWith('1/4')) break;
    }
    killed.kill('SIGKILL');
    await killed.catch(() => undefined);
    const { exitCode, stderr } = await onClass('down', '--yes');
    expect(exitCode, stderr).to.equal(0);
    expect(await left()).to.deep.equal([]);
    expect(await lxc('config', 'trust', 'list', '-f', 'csv')).not.to.include(CLASS);
    expect(await lxc('config', 'trust', 'list-tokens', '-f', 'csv')).not.to.include(CLASS);
    expect(filesBelow(path.join(user.folder, 'state')).join()).not.to.match(/password|token/);
  });
});

async function within(lab: string, node: string, ...argv: string[]): Promise<string> {
  const words = ['exec', `${lab}-${node}`, '--project', lab, '-T', '--'];
  return lxc(...words, 'sh', '-c', 'sleep 0.1; exec "$@"', 'sh', ...argv);
}
