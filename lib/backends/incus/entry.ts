/**
 * How a student enters a lab that no host is in the network of: beside each lab runs a container of ours, an entry, by which a port
 * of the server leads to the SSH server of the lab's master.
 *
 * The entries are in a project of their own. In that of a student, the server lets nobody make such a device, since who may make one
 * may also reach what listens on the host, its own socket among it.
 */
import os from 'node:os';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import { type LabModel, machinesOf, masterOf } from '../../model/model.js';
import { LAB } from '../../render/nocloud.js';
import { verbatim } from '../../render/template.js';
import { toYaml } from '../../render/yaml.js';
import type { Admission, Entrance, LabOfClass } from '../entries.js';
import type { Client } from './client.js';
import { memberAddresses } from './cluster.js';
import { errorOf } from './failure.js';
import { imageOf } from './image.js';
import { settledOn } from './make.js';
import { entryProject, instanceName, LABEL, networkName } from './names.js';
import { type ApiInstance, instancesOf } from './resources.js';
import { roomsOn } from './rooms.js';
import { heard, shellOf } from './shell.js';
import { poolOf } from './storage.js';

/** Packages may have to be fetched, milliseconds. */
const ADMIT_MS = 900_000;

const START_MS = 120_000;

/** Lets the student in, and says on the project of the lab by which port, and which key to expect there. */
export async function openEntry(
  client: Client,
  lab: LabModel,
  { class: of }: LabOfClass,
  admission: Admission,
  signal: AbortSignal | undefined,
): Promise<void> {
  const hostKey = await admit(client, lab, admission, signal);
  const [one] = await instancesOf(client, { signal });
  const own = await projectOf(client, of);
  await makeEntry(own, lab, { port: admission.port, member: one?.location ?? 'none' }, signal);
  const labels = { [LABEL.entry]: String(admission.port), [LABEL.hostKey]: hostKey };
  const { project } = lab.incus;
  const found = await projectNow(client, project);
  const other = Object.entries(labels).filter(([key, value]) => found?.config[key] !== value);
  if (other.length === 0) return;
  const words = other.map((pair) => pair.join('='));
  await client.ofServer(['project', 'set', client.at(project), ...words]);
}

/** Makes the user on every node. Gives the master's host key. */
async function admit(
  client: Client,
  lab: LabModel,
  { key, password }: Admission,
  signal: AbortSignal | undefined,
): Promise<string> {
  const master = masterOf(lab);
  const others = machinesOf(lab).filter(({ name }) => name !== master.name);
  const tell = (node: string, lines: readonly string[]) => told(client, lab, node, lines, signal);
  const said = await tell(master.name, [
    ...(key === undefined ? [] : [`key ${key}`]),
    ...(password === undefined ? [] : [`password ${password}`]),
    ...others.map(({ ip, name }) => `node ${ip} ${name}`),
  ]);
  const [, ownKey = ''] = /^own-key (.+)$/m.exec(said) ?? [];
  await Promise.all(others.map(({ name }) => tell(name, [`key ${ownKey}`])));
  const [, hostKey] = /^host-key (.+)$/m.exec(said) ?? [];
  if (hostKey !== undefined) return hostKey;
  throw new RedisLabError(
    `${master.name} was told to let the student in, and gave no host key. Run the same command again.`,
    { exitCode: EXIT.program },
  );
}

/** What `student.sh` says on a node. Whatever is secret goes by standard input. */
async function told(
  client: Client,
  lab: LabModel,
  node: string,
  lines: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const script = ['bash', '-c', verbatim('node/student.sh'), 'student.sh'];
  const ran = await shellOf(client, lab.name).attempt(node, heard(client, script), {
    input: lines.map((line) => `${line}\n`).join(''),
    deadlineMs: ADMIT_MS,
    signal,
  });
  if (ran.code === 0) return ran.stdout;
  const [, why] = /^redis-lab: FAILED: (.*)$/m.exec(ran.stderr) ?? [];
  // The script itself is in the command line.
  if (why === undefined) throw client.failure({ ...ran, command: `${client.kind} exec ${node}` });
  throw new RedisLabError(`Nobody can enter ${node} by SSH: ${visible(why)}`, {
    exitCode: EXIT.program,
  });
}

interface ApiProject {
  readonly config: Readonly<Record<string, string>>;
}

async function projectNow(client: Client, name: string): Promise<ApiProject | undefined> {
  const path = `/1.0/projects/${encodeURIComponent(name)}`;
  return client.query<ApiProject>(path, { ofServer: true });
}

/** A client for the project of a class's entries, which is made if there is none. */
async function projectOf(client: Client, of: string): Promise<Client> {
  const project = entryProject(of);
  const own = client.of(project);
  let found = await projectNow(client, project);
  if (!found) {
    const config = {
      'features.images': 'false',
      'features.profiles': 'true',
      'features.networks': 'false',
      'features.storage.volumes': 'true',
      [LABEL.class]: of,
    };
    const words = Object.entries(config).flatMap((pair) => ['--config', pair.join('=')]);
    const made = await client.attempt(['project', 'create', client.at(project), ...words]);
    if (made.code === 0) return own;
    // Another lab of the class may have been first.
    if (!/already exists/i.test(made.stderr)) throw client.failure(made);
    found = await projectNow(client, project);
  }
  if (found?.config[LABEL.class] === of) return own;
  throw new RedisLabError(
    `There is a project ${project} on the server that redis-lab did not make for the class ${of}. Look at it: ${client.kind} project show ${client.at(project)}. Rename it, or give the class another name (--set name=NAME).`,
    { exitCode: EXIT.notReady },
  );
}

interface ApiEntry extends ApiInstance {
  readonly devices: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** @param member the one that has the lab; `none` where there is no cluster */
async function makeEntry(
  own: Client,
  lab: LabModel,
  { port, member }: { readonly port: number; readonly member: string },
  signal: AbortSignal | undefined,
): Promise<void> {
  const { name } = lab;
  await settledOn(own, [name], { signal });
  const there = await own.query<ApiEntry>(`/1.0/instances/${encodeURIComponent(name)}`);
  if (there && there.config[LABEL.entry] !== name) {
    throw new RedisLabError(
      `There is an instance ${name} in the project ${own.project} that redis-lab did not make. Rename it: ${own.kind} move ${own.at(name)} ${own.at('NAME')} --project ${own.project}`,
      { exitCode: EXIT.notReady },
    );
  }
  const { listen, connect } = devicesOf(lab, port).ssh;
  const { ssh } = there?.devices ?? {};
  const same = ssh?.['listen'] === listen && ssh?.['connect'] === connect;
  if (there?.status === 'Running' && same) return;
  if (!same) {
    if (there) await own.call(['delete', '--force', own.at(name)], { deadlineMs: START_MS });
    const pool = (await poolOf(own)) ?? 'default';
    const target = member === 'none' ? [] : ['--target', member];
    const words = ['init', imageOf(own, lab), own.at(name), '--quiet', '--no-profiles', ...target];
    const input = entryYaml(lab, { port, pool, inCluster: member !== 'none' });
    await own.call(words, { input, deadlineMs: ADMIT_MS, signal });
  }
  const ran = await own.attempt(['start', '--quiet', own.at(name)], { deadlineMs: START_MS });
  if (ran.code === 0) return;
  if (!/already in use|address in use/i.test(ran.stderr)) throw own.failure(ran);
  throw new RedisLabError(
    `Something else listens on the port ${port} of the server: ${errorOf(ran.stderr)}. Name the first port for the class that is free: --entry PORT`,
    { exitCode: EXIT.notReady, code: 'host.port-taken' },
  );
}

function devicesOf(lab: LabModel, port: number) {
  return {
    [LAB]: { type: 'nic', network: networkName(lab), name: LAB },
    ssh: {
      type: 'proxy',
      listen: `tcp:0.0.0.0:${port}`,
      connect: `tcp:${masterOf(lab).ip}:22`,
    },
  } as const;
}

/** Nothing runs in it, and nobody gets in: what listens is the server's own, and connects from the address of the lab's host. */
function entryYaml(
  lab: LabModel,
  {
    port,
    pool,
    inCluster,
  }: { readonly port: number; readonly pool: string; readonly inCluster: boolean },
): string {
  const { host, prefix } = lab.network;
  return toYaml({
    description: `the way into the redis-lab lab ${lab.name}`,
    config: {
      [LABEL.entry]: lab.name,
      'boot.autostart': 'false',
      // It stays with its lab.
      ...(inCluster ? { 'cluster.evacuate': 'stop' } : {}),
      'raw.lxc': `lxc.init.cmd = /bin/sleep infinity\nlxc.net.0.ipv4.address = ${host}/${prefix}\n`,
    },
    devices: { root: { type: 'disk', path: '/', pool }, ...devicesOf(lab, port) },
  });
}

/** Removes the entry of a lab, and with the last of a class their project. */
export async function closeEntry(client: Client, { class: of, lab }: LabOfClass): Promise<void> {
  const own = client.of(entryProject(of));
  const found = await projectNow(client, own.project);
  if (found?.config[LABEL.class] !== of) return;
  await settledOn(own, [lab]);
  const there = await own.query<ApiInstance>(`/1.0/instances/${encodeURIComponent(lab)}`);
  if (there?.config[LABEL.entry] === lab) {
    await own.call(['delete', '--force', own.at(lab)], { deadlineMs: START_MS });
  }
  if ((await instancesOf(own)).length > 0) return;
  const ran = await client.attempt(['project', 'delete', client.at(own.project)]);
  // Another lab of the class may have been the last as well.
  if (ran.code !== 0 && !/not found|only empty/i.test(ran.stderr)) throw client.failure(ran);
}

/** The labs of a class that can be entered. */
export async function entrancesOf(
  client: Client,
  described: LabModel,
  of: string,
  signal: AbortSignal | undefined,
): Promise<readonly Entrance[]> {
  const [rooms, there, members, usual] = await Promise.all([
    roomsOn(client, signal),
    instancesOf(client.of(entryProject(of)), { signal }),
    memberAddresses(client, signal),
    serverAddress(client, signal),
  ]);
  return rooms.flatMap(({ class: other, lab, port, hostKey }): Entrance[] => {
    const own = there.find(({ name }) => name === lab);
    if (other !== of || port === undefined || hostKey === undefined || !own) return [];
    const url = members.get(own.location);
    const member = url === undefined ? {} : { member: own.location };
    const address = (url === undefined ? undefined : hostIn(url)) ?? usual;
    const instance = instanceName(lab, masterOf(described).name);
    const way = { program: client.kind, project: lab, instance };
    return [{ lab, port, hostKey, ...member, address, client: way }];
  });
}

/** By which this machine knows the server; of one that is here, the name of this machine. */
async function serverAddress(client: Client, signal: AbortSignal | undefined): Promise<string> {
  const listed = await client.ofServer(['remote', 'list', '--format', 'csv'], { signal });
  // `local (current),unix://,…`
  const rows = listed.split('\n').map((line) => line.split(','));
  const [, url = ''] = rows.find(([name]) => name?.split(' ')[0] === client.remote) ?? [];
  return hostIn(url) ?? os.hostname();
}

/** An IPv6 address stands in brackets there, and nowhere else. */
function hostIn(url: string): string | undefined {
  if (!url.startsWith('https://')) return undefined;
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}
