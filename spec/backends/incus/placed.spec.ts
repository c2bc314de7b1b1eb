/** Which member of a cluster gets which lab of a class, by what a server says of itself. */
import { expect } from 'chai';
import { groundOf } from '../../../lib/backends/incus/class-ground.js';
import { Client } from '../../../lib/backends/incus/client.js';
import { checkMaintenance } from '../../../lib/backends/incus/cluster.js';
import { FIGURES } from '../../../lib/backends/incus/figures.js';
import { LABEL } from '../../../lib/backends/incus/names.js';
import { placed } from '../../../lib/backends/incus/placed.js';
import { RedisLabError } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { inEnglish } from '../../../lib/report/messages.js';
import { refusal } from '../../support/failure.js';

const MB = 2 ** 20;
const LAB_MB = FIGURES.node.memoryMb.value * 3;
const LAB_DISK_MB = FIGURES.node.diskMb.value * 3;
const SPARE_MB = FIGURES.member.spareMb.value;

interface Seen {
  /** `Online`, `Offline`, `Evacuated` */
  readonly status?: string;
  /** Labs that its memory and its disk have room for. */
  readonly memory?: number;
  readonly disk?: number;
}

/** A server that answers from what it is told. */
class Server extends Client {
  readonly #members: Readonly<Record<string, Seen>>;
  readonly #instances: readonly object[];

  /** @param members by name; one whose name is empty is a server that is alone */
  constructor(members: Readonly<Record<string, Seen>>, instances: readonly object[] = []) {
    super('lxc', '/bin/false', { remote: 'local', project: 'default' });
    this.#members = members;
    this.#instances = instances;
  }

  override async query<T>(path: string): Promise<T | undefined> {
    return this.#answer(path) as T | undefined;
  }

  #answer(path: string): unknown {
    const name = /target=(\w+)/.exec(path)?.[1] ?? '';
    const { memory = 100, disk = 100 } = this.#members[name] ?? {};
    const total = 64_000 * MB;
    if (path.includes('/storage-pools/')) {
      return { space: { total, used: total - disk * LAB_DISK_MB * MB } };
    }
    if (path.includes('/1.0/resources')) {
      const free = (memory * LAB_MB + SPARE_MB) * MB;
      return { memory: { total, used: total - free }, cpu: { total: 4 } };
    }
    if (path.includes('/1.0/cluster/members')) {
      return Object.entries(this.#members).map(([server_name, { status = 'Online' }]) => ({
        server_name,
        status,
        message: 'so it says',
        database: true,
      }));
    }
    if (path.includes('/1.0/warnings')) {
      const type = "Couldn't find the CGroup pids controller";
      return [
        { type, status: 'new' },
        { type: 'Other', status: 'new' },
      ];
    }
    if (path.includes('/1.0/instances')) return this.#instances;
    if (path.includes('/1.0/projects')) {
      const config = { [LABEL.class]: 'redis-lab', [LABEL.lab]: 'lab-a', [LABEL.student]: 'a' };
      return [
        { name: 'lab-a', config },
        { name: 'default', config: {} },
      ];
    }
    if (path.includes('/1.0/profiles')) {
      return { devices: { root: { type: 'disk', path: '/', pool: 'default' } } };
    }
    return {
      environment: {
        server_clustered: !('' in this.#members),
        server_name: 'one',
        server_version: '5.0.2',
        server_pid: 7,
      },
      config: { 'cluster.images_minimal_replica': '-1' },
    };
  }
}

const lab = (name: string, incus = {}) =>
  buildLab({ name, incus: { project: name, ...incus } }).model;
const labs = (...names: string[]) => names.map((name) => lab(name));
const on = (project: string, location: string, status = 'Running') => ({
  name: `${project}-master`,
  project,
  location,
  status,
  config: {},
});

async function where(server: Server, ...asked: Parameters<typeof placed>[1][]) {
  const { labs: found, notes } = await placed(server, asked.flat(), undefined);
  return {
    found: found.map((each) =>
      each instanceof RedisLabError ? each.code : (each.incus.member ?? 'here'),
    ),
    errors: found.flatMap((each) => (each instanceof RedisLabError ? [each.message] : [])),
    notes: notes.map(inEnglish),
  };
}

describe('where the labs of a class go', () => {
  it('is the member with most free memory, those before counted', async () => {
    const server = new Server({ one: { memory: 3 }, two: { memory: 5 } });
    const { found, notes } = await where(server, labs('a', 'b', 'c', 'd', 'e', 'f'));
    expect(found.toSorted()).to.deep.equal(['one', 'one', 'two', 'two', 'two', 'two']);
    expect(notes).to.deep.equal([]);
  });

  it('is where they are, whatever is free there', async () => {
    const server = new Server({ one: { memory: 0 }, two: {} }, [on('a', 'one')]);
    const { found, notes } = await where(server, labs('a'));
    expect(found).to.deep.equal(['one']);
    // Nothing is to be placed: nobody need know who would get it.
    expect(notes).to.deep.equal([]);
  });

  it('is no member that is full, away or in maintenance, which is told once', async () => {
    const server = new Server({
      one: {},
      two: { memory: 0 },
      three: { status: 'Offline' },
      four: { status: 'Evacuated' },
      five: { disk: 0 },
    });
    const { found, notes } = await where(server, labs('a', 'b'));
    expect(found).to.deep.equal(['one', 'one']);
    expect(notes).to.have.lengthOf(4);
    expect(notes[0]).to.match(/^two, .* is full .*: 0 MB of memory and \d+ MB of disk, /);
    expect(notes[1]).to.match(
      /^three, .* is away \(Offline: so it says\) .*lxc cluster list local:$/,
    );
    expect(notes[2]).to.match(/^four, .* in maintenance .*lxc cluster restore local:four$/);
    expect(notes[3]).to.match(/^five, .* is full .* and 0 MB of disk, /);
  });

  it('is nowhere for those that fit on no member, and the others go on', async () => {
    const server = new Server({ one: { memory: 1 }, two: { status: 'Offline' } });
    const { found, errors } = await where(server, labs('a', 'b', 'c'));
    expect(found).to.deep.equal(['one', 'backend.full', 'backend.full']);
    expect(errors[0]).to.match(
      /^There is no room for the lab b, .* Left is: one: 0 MB of memory and \d+ MB of disk; two: away\. .*--class 3\./,
    );
  });

  it('is the server itself where there is no cluster, as far as it has room', async () => {
    const server = new Server({ '': { memory: 2 } });
    const { found, notes } = await where(server, labs('a', 'b', 'c'));
    expect(found).to.deep.equal(['here', 'here', 'backend.full']);
    expect(notes).to.deep.equal([]);
  });

  it('is nowhere while the own member is in maintenance: its machines are there', async () => {
    const server = new Server({ one: {}, two: { status: 'Evacuated' } }, [
      on('a', 'two', 'Stopped'),
    ]);
    const { found, errors } = await where(server, labs('a', 'b'));
    expect(found).to.deep.equal(['backend.maintenance', 'one']);
    expect(errors[0]).to.include('lxc cluster restore local:two');
  });

  it('is the described member, or nowhere if that is not online', async () => {
    const server = new Server({ one: {}, two: { memory: 1 }, three: { status: 'Offline' } });
    const { found, errors } = await where(server, [
      lab('a', { member: 'two' }),
      lab('b', { member: 'three' }),
      lab('c', { member: 'two' }),
    ]);
    expect(found).to.deep.equal(['two', 'host.not-ready', 'backend.full']);
    expect(errors[0]).to.match(/^The lab b is to be on three, .*three \(Offline: so it says\)/);
  });
});

describe('a lab whose member is in maintenance', () => {
  const server = new Server({ one: {}, two: { status: 'Evacuated' } });
  const machine = (member: string | undefined, status: 'running' | 'stopped' = 'stopped') => ({
    instances: new Map([['master', { member, status }]]),
  });

  it('is told of with the way back', async () => {
    const error = await refusal(checkMaintenance(server, 'a', machine('two')));
    expect(error).to.include({ exitCode: 3, code: 'backend.maintenance' });
    expect(error.message).to.match(
      /^The lab a is on two, .* with all their data\. .*lxc cluster restore local:two\./,
    );
  });

  it('is not asked about where its machines run, or rest on another', async () => {
    await checkMaintenance(server, 'a', machine('two', 'running'));
    await checkMaintenance(server, 'a', machine('one'));
    await checkMaintenance(server, 'a', machine(undefined));
  });
});

describe('what a server has for a class', () => {
  it('is told by member, with the labs that are there', async () => {
    const server = new Server({ one: { memory: 2 }, two: { status: 'Evacuated' } }, [
      on('lab-a', 'one'),
      { ...on('lab-a', 'one'), name: 'lab-a-slave1' },
      on('other', 'two'),
    ]);
    const found = await groundOf(server, buildLab({}).model);
    expect(found).to.deep.include({
      server: 'LXD 5.0.2',
      client: 'lxc',
      remote: 'local:',
      here: 'one',
      daemonPid: 7,
      clustered: true,
      imageCopies: -1,
      unlimited: ["Couldn't find the CGroup pids controller"],
      labs: new Map([
        ['one', 1],
        ['two', 0],
      ]),
    });
    expect(
      found.members.map(({ name, state, instances, diskMb }) => [name, state, instances, diskMb]),
    ).to.deep.equal([
      ['one', 'online', 2, 100 * LAB_DISK_MB],
      ['two', 'maintenance', 1, undefined],
    ]);
  });

  it('is that of the server where there is no cluster', async () => {
    const found = await groundOf(new Server({ '': {} }), buildLab({}).model);
    expect(found).to.deep.include({ clustered: false, here: 'one' });
    expect(found.members).to.have.lengthOf(1);
    expect(found.members[0]).to.include({ name: 'one', state: 'online', cpus: 4, votes: true });
  });
});
