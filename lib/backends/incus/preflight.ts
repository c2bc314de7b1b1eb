/** What a lab needs on a server before anything of it is made. */
import { RedisLabError } from '../../errors.js';
import type { LabModel } from '../../model/model.js';
import type { Lack } from '../backend.js';
import { type Client, clientsHere } from './client.js';
import { errorOf, unreachable } from './failure.js';
import { imageOf, whyNoImage } from './image.js';
import { WAYS } from './kind.js';
import { missingLimits } from './limits.js';
import { networkName } from './names.js';
import { poolOf } from './storage.js';
import { whoHas } from './taken.js';
import { isThere, type Things, thingsOf } from './things.js';

const NO_CLIENT: Lack = {
  code: 'incus',
  what: 'Incus or LXD',
  seen: 'there is neither incus nor lxc on the PATH',
  fix: `Install it: ${WAYS.incus.install}. Then add yourself: sudo usermod -aG ${WAYS.incus.group} "$USER", and log out and in again. It runs on Linux; elsewhere use the virtual machines (generated/Vagrantfile).`,
};

/** A client whose server answers, or why there is none. */
export async function findClient(
  lab: LabModel,
  folders: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<Client | Lack> {
  return answering(clientsHere(lab.incus, folders), signal);
}

/** The first whose server answers. */
export async function answering(
  clients: readonly Client[],
  signal: AbortSignal | undefined,
): Promise<Client | Lack> {
  const lacks: Lack[] = [];
  for (const client of clients) {
    const lack = await whySilent(client, signal);
    if (!lack) return client;
    lacks.push(lack);
  }
  return lacks[0] ?? NO_CLIENT;
}

/** A daemon that was just started takes its time, milliseconds. */
const ANSWER_MS = 30_000;

async function whySilent(
  client: Client,
  signal: AbortSignal | undefined,
): Promise<Lack | undefined> {
  const { kind, remote } = client;
  const what = `${WAYS[kind].server}${remote === 'local' ? '' : ` (${remote})`}`;
  const ran = await client.attempt(['project', 'list', client.at(''), '--format', 'csv'], {
    deadlineMs: ANSWER_MS,
    signal,
  });
  if (ran.code === 0) return undefined;
  const said = `${ran.stderr}\n${ran.stdout}`;
  const known = unreachable(kind, remote, said);
  return {
    code: 'incus',
    what,
    seen: known?.seen ?? errorOf(said),
    fix: known?.fix ?? `Look at what it says: ${kind} info ${remote}:`,
  };
}

/** Everything that is lacking, all at once. */
export async function lacksOf(
  client: Client,
  lab: LabModel,
  signal: AbortSignal | undefined,
): Promise<Lack[]> {
  const { kind, project } = client;
  if (!(await client.query(`/1.0/projects/${encodeURIComponent(project)}`, { signal }))) {
    return [
      {
        code: 'incus.project',
        what: `The project ${project}`,
        seen: 'there is none',
        fix: `Make it: ${kind} project create ${client.at(project)}. Or name another one: incus.project.`,
      },
    ];
  }
  const things = await thingsOf(client, lab);
  const there = isThere(things);
  const all = await Promise.all([
    namesLack(client, things),
    vmLack(client, lab),
    limitsLack(client, lab),
    ...(there ? [] : [poolLack(client), imageLack(client, lab, signal), networkLack(client, lab)]),
    uplinkLack(client, lab),
  ]);
  return all.flatMap((lack) => lack ?? []);
}

function namesLack(client: Client, { foreign }: Things): Lack | undefined {
  const [first] = foreign;
  if (first === undefined) return undefined;
  return {
    code: 'incus.names',
    what: `The name${foreign.length === 1 ? '' : 's'} ${foreign.join(', ')}`,
    seen: 'an instance of this name is there, which redis-lab did not make',
    fix: `Rename it (${client.kind} move ${client.at(first)} ${client.at('NAME')}), or give the lab another name: --set name=lab2`,
  };
}

interface ApiServer {
  /** `lxc`, or with virtual machines `lxc | qemu`. */
  readonly environment: { readonly driver: string };
}

async function vmLack(client: Client, { incus }: LabModel): Promise<Lack | undefined> {
  if (!incus.vm) return undefined;
  const driver = (await client.query<ApiServer>('/1.0'))?.environment.driver ?? '';
  if (driver.includes('qemu')) return undefined;
  return {
    code: 'incus.virtual-machines',
    what: 'Virtual machines',
    seen: `the server runs only ${driver}`,
    fix: `What it lacks for them: ${client.kind} warning list ${client.at('')}. Or use containers: without --vm and incus.vm.`,
  };
}

async function limitsLack(client: Client, lab: LabModel): Promise<Lack | undefined> {
  // A virtual machine has no more than it was made with.
  if (lab.incus.limits === 'wanted' || lab.incus.vm) return undefined;
  const missing = await missingLimits(client);
  if (missing.length === 0) return undefined;
  return {
    code: 'incus.limits',
    what: 'Limits of memory and CPU',
    seen: `the server cannot enforce them (${missing.join('; ')})`,
    fix: 'Boot its kernel with cgroup v2 and these controllers (cgroup_enable=memory on some boards). Or let nodes use more than they are described with: --set incus.limits=wanted.',
  };
}

async function poolLack(client: Client): Promise<Lack | undefined> {
  if (await poolOf(client)) return undefined;
  return {
    code: 'incus.storage-pool',
    what: 'A storage pool',
    seen: 'the server has none',
    fix: `Make one: ${WAYS[client.kind].setUp}`,
  };
}

async function imageLack(
  client: Client,
  lab: LabModel,
  signal: AbortSignal | undefined,
): Promise<Lack | undefined> {
  const why = await whyNoImage(client, lab, signal);
  if (why === undefined) return undefined;
  const image = imageOf(client, lab);
  const [remote = ''] = image.split(':');
  const list = /remote .*(?:doesn't|does not) exist/i.test(why)
    ? `Remotes: ${client.kind} remote list`
    : `What there is: ${client.kind} image list ${remote}:`;
  return {
    code: 'incus.image',
    what: `The image ${image}`,
    seen: why,
    fix: `Choose one with cloud-init (a cloud variant) in incus.image. ${list}`,
  };
}

async function networkLack(client: Client, lab: LabModel): Promise<Lack | undefined> {
  const who = await whoHas(client, lab);
  if (who === undefined) return undefined;
  return {
    code: 'incus.network',
    what: `The network ${lab.network.cidr} (${networkName(lab)})`,
    seen: `it is taken: ${who}`,
    fix: `Take the other one down, or give the lab another network and name, such as --set network=10.20.0.0/24 --set name=lab2. Or keep its addresses, with none of them for the host: --set incus.hostAddress=false. Networks of the server: ${client.kind} network list ${client.at('')}`,
  };
}

async function uplinkLack(client: Client, lab: LabModel): Promise<Lack | undefined> {
  const { uplink } = lab.incus;
  if (uplink === 'auto' || uplink === 'none') return undefined;
  if (await client.query(`/1.0/networks/${encodeURIComponent(uplink)}`)) return undefined;
  return {
    code: 'incus.uplink',
    what: `The network ${uplink}`,
    seen: 'the server has none of this name',
    fix: `Name one in incus.uplink, auto or none: ${client.kind} network list ${client.at('')}`,
  };
}

/** The error for a call that needs a client, where there is none. */
export function silent({ what, seen, fix }: Lack): RedisLabError {
  return new RedisLabError(`${what}: ${seen}. ${fix}`, { exitCode: 3 });
}
