/** The rooms of a class on a server: a project for each lab, with limits, of which only its own network can be used. */
import { EXIT, RedisLabError, visible } from '../../errors.js';
import { type LabModel, machinesOf } from '../../model/model.js';
import type { Room } from '../descriptor.js';
import type { Client } from './client.js';
import { instanceName, LABEL, networkName } from './names.js';
import { instancesOf } from './resources.js';

interface ApiProject {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

/** What a student with a token of the server may do, and how much of it there is. */
function configOf(lab: LabModel, room: Room): Record<string, string> {
  const machines = machinesOf(lab);
  const sum = (of: (machine: (typeof machines)[number]) => number) =>
    machines.reduce((all, each) => all + of(each), 0);
  const { processes, diskGb } = lab.incus;
  return {
    'features.images': 'false',
    // The server restricts no others.
    'features.profiles': 'true',
    // Bridges cannot be in a project: the lab's is among those of the server.
    'features.networks': 'false',
    'features.storage.volumes': 'true',
    restricted: 'true',
    'restricted.networks.access': networkName(lab),
    // All machines are to be where their bridge is.
    'restricted.cluster.target': 'allow',
    'limits.instances': String(machines.length),
    'limits.memory': `${sum(({ memoryMb }) => memoryMb)}MiB`,
    'limits.cpu': String(sum(({ cpus }) => cpus)),
    ...(processes === undefined ? {} : { 'limits.processes': String(processes * machines.length) }),
    ...(diskGb === undefined ? {} : { 'limits.disk': `${diskGb * machines.length}GB` }),
    [LABEL.class]: room.class,
    [LABEL.lab]: room.lab,
    [LABEL.student]: room.student,
  };
}

/**
 * While a project names a group of the cluster that no member is in, nobody makes anything in it, we neither. LXD 5.0 and some later ones ask
 * for no limit and no restriction of a project where an instance is made without a `--target`, so that whoever has a token would be root of
 * the server (canonical/lxd#17818, lxc/incus#463). What is there goes on, starts and stops.
 */
const CLOSED = ['restricted.cluster.groups', 'redis-lab-none'] as const;

/** Lets nobody make more instances in the project of a lab, once it has its own. Only a cluster needs it. */
export async function closeRoom(client: Client, lab: LabModel): Promise<void> {
  if (lab.incus.member === undefined) return;
  await client.ofServer(['project', 'set', client.at(lab.incus.project), CLOSED.join('=')]);
}

/** All projects of classes, or of one class. */
export async function roomsOn(client: Client, signal?: AbortSignal): Promise<readonly Room[]> {
  const projects = await client.query<readonly ApiProject[]>('/1.0/projects?recursion=1', {
    ofServer: true,
    signal,
  });
  return (projects ?? []).flatMap(({ name, config }) => {
    const [of, lab, student] = [config[LABEL.class], config[LABEL.lab], config[LABEL.student]];
    // Somebody else may have written such labels.
    if (of === undefined || student === undefined || lab !== name) return [];
    const [port, hostKey] = [Number(config[LABEL.entry]), config[LABEL.hostKey]];
    const entry = port > 0 && hostKey ? { port, hostKey } : {};
    return [{ class: of, lab, student, ...entry }];
  });
}

/**
 * Makes the project of a lab, or sets its limits where it is there.
 * @throws RedisLabError (3) when somebody else has a project of that name
 */
export async function makeRoom(client: Client, lab: LabModel, room: Room): Promise<void> {
  const { project } = lab.incus;
  const wanted = configOf(lab, room);
  const found = await client.query<ApiProject>(`/1.0/projects/${encodeURIComponent(project)}`, {
    ofServer: true,
  });
  if (!found) {
    const words = Object.entries(wanted).flatMap((pair) => ['--config', pair.join('=')]);
    await client.ofServer(['project', 'create', client.at(project), ...words]);
    return;
  }
  if (found.config[LABEL.class] !== room.class || found.config[LABEL.student] !== room.student) {
    throw new RedisLabError(
      `There is a project ${project} on the server that redis-lab did not make for ${visible(room.student)} of the class ${room.class}. Look at it: ${client.kind} project show ${client.at(project)}. Rename it, or give the class another name (--set name=NAME).`,
      { exitCode: EXIT.notReady },
    );
  }
  const [closed] = CLOSED;
  // What is missing could not be made.
  if (found.config[closed] !== undefined && !(await isWhole(client, lab))) {
    await client.ofServer(['project', 'unset', client.at(project), closed]);
  }
  const differing = Object.entries(wanted).filter(([key, value]) => found.config[key] !== value);
  if (differing.length === 0) return;
  const words = differing.map((pair) => pair.join('='));
  await client.ofServer(['project', 'set', client.at(project), ...words]);
}

async function isWhole(client: Client, lab: LabModel): Promise<boolean> {
  const there = (await instancesOf(client)).map(({ name }) => name);
  return machinesOf(lab).every(({ name }) => there.includes(instanceName(lab.name, name)));
}

interface ApiVolume {
  readonly name: string;
  readonly location?: string;
}

/** Removes the project of a lab with all that is left in it; one that is gone is no error. */
export async function removeRoom(client: Client, project: string): Promise<void> {
  const of = encodeURIComponent(project);
  const found = await client.query<ApiProject>(`/1.0/projects/${of}`, { ofServer: true });
  if (!found) return;
  if (found.config[LABEL.class] === undefined) throw new Error(`${project} is no room`);
  // What the student made besides.
  for (const { name } of await instancesOf(client)) {
    await client.call(['delete', '--force', client.at(name)], { deadlineMs: 120_000 });
  }
  const pools = (await client.query<readonly string[]>('/1.0/storage-pools')) ?? [];
  for (const pool of pools.map((each) => each.split('/').at(-1) ?? '')) {
    const path = `/1.0/storage-pools/${encodeURIComponent(pool)}/volumes/custom?recursion=1`;
    for (const { name, location } of (await client.query<readonly ApiVolume[]>(path)) ?? []) {
      const target = location ? ['--target', location] : [];
      await client.call(['storage', 'volume', 'delete', client.at(pool), name, ...target]);
    }
  }
  await client.ofServer(['project', 'delete', client.at(project)]);
}
