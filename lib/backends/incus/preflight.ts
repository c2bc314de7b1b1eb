/** What a server lacks for a lab. */
import { EXIT, RedisLabError } from '../../errors.js';
import type { LabModel } from '../../model/model.js';
import { inEnglish, message } from '../../report/messages.js';
import type { Lack } from '../backend.js';
import { type Client, clientsHere } from './client.js';
import { errorOf, unreachable } from './failure.js';
import { imageOf, whyNoImage } from './image.js';
import { PRODUCTS } from './kind.js';
import { missingLimits } from './limits.js';
import { networkName } from './names.js';
import { isThere, type Resources, resourcesOf } from './resources.js';
import { poolOf } from './storage.js';
import { whoHas } from './taken.js';

const NO_CLIENT: Lack = {
  code: 'incus',
  what: message('incus.client'),
  seen: message('incus.no-client'),
  fix: message('incus.no-client.fix', {
    install: PRODUCTS.incus.install,
    group: PRODUCTS.incus.group,
  }),
};

/** A client whose server answers, or what is lacking. */
export async function findClient(
  lab: LabModel,
  folders: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<Client | Lack> {
  return answering(clientsHere(lab.incus, folders), signal);
}

/** The first client whose server answers, or what is lacking. */
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

/** A daemon that was just started may take this long, milliseconds. */
const ANSWER_MS = 30_000;

async function whySilent(
  client: Client,
  signal: AbortSignal | undefined,
): Promise<Lack | undefined> {
  const { kind, remote } = client;
  const what = `${PRODUCTS[kind].server}${remote === 'local' ? '' : ` (${remote})`}`;
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
    fix: known?.fix ?? message('incus.see', { command: `${kind} info ${remote}:` }),
  };
}

/** Everything that is lacking. */
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
        what: message('incus.project', { project }),
        seen: message('incus.project.none'),
        fix: message('incus.project.fix', {
          command: `${kind} project create ${client.at(project)}`,
        }),
      },
    ];
  }
  const things = await resourcesOf(client, lab);
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

function namesLack(client: Client, { foreign }: Resources): Lack | undefined {
  const [first] = foreign;
  if (first === undefined) return undefined;
  return {
    code: 'incus.names',
    what: message(foreign.length === 1 ? 'incus.name-taken' : 'incus.names-taken', {
      names: foreign.join(', '),
    }),
    seen: message('incus.names-taken.seen'),
    fix: message('incus.names-taken.fix', {
      command: `${client.kind} move ${client.at(first)} ${client.at('NAME')}`,
    }),
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
    what: message('incus.machines'),
    seen: message('incus.machines.only', { driver }),
    fix: message('incus.machines.fix', {
      command: `${client.kind} warning list ${client.at('')}`,
    }),
  };
}

async function limitsLack(client: Client, lab: LabModel): Promise<Lack | undefined> {
  // Virtual machines are limited by what they are made with.
  if (lab.incus.limits === 'wanted' || lab.incus.vm) return undefined;
  const missing = await missingLimits(client);
  if (missing.length === 0) return undefined;
  return {
    code: 'incus.limits',
    what: message('incus.limits'),
    seen: message('incus.limits.none', { said: missing.join('; ') }),
    fix: message('incus.limits.fix'),
  };
}

async function poolLack(client: Client): Promise<Lack | undefined> {
  if (await poolOf(client)) return undefined;
  return {
    code: 'incus.storage-pool',
    what: message('incus.pool'),
    seen: message('incus.pool.none'),
    fix: message('incus.pool.fix', { command: PRODUCTS[client.kind].setUp }),
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
  const noRemote = typeof why === 'string' && /remote .*(?:doesn't|does not) exist/i.test(why);
  const list = noRemote
    ? message('incus.image.remotes', { command: `${client.kind} remote list` })
    : message('incus.image.images', { command: `${client.kind} image list ${remote}:` });
  return {
    code: 'incus.image',
    what: message('incus.image', { image }),
    seen: why,
    fix: message('incus.image.fix', { list }),
  };
}

async function networkLack(client: Client, lab: LabModel): Promise<Lack | undefined> {
  const who = await whoHas(client, lab);
  if (who === undefined) return undefined;
  return {
    code: 'incus.network',
    what: message('incus.network', { cidr: lab.network.cidr, name: networkName(lab) }),
    seen: message('incus.network.taken', { said: who }),
    fix: message('incus.network.fix', {
      command: `${client.kind} network list ${client.at('')}`,
    }),
  };
}

async function uplinkLack(client: Client, lab: LabModel): Promise<Lack | undefined> {
  const { uplink } = lab.incus;
  if (uplink === 'auto' || uplink === 'none') return undefined;
  if (await client.query(`/1.0/networks/${encodeURIComponent(uplink)}`)) return undefined;
  return {
    code: 'incus.uplink',
    what: message('incus.uplink', { uplink }),
    seen: message('incus.uplink.none'),
    fix: message('incus.uplink.fix', {
      command: `${client.kind} network list ${client.at('')}`,
    }),
  };
}

/** The error for a call that needs the server. */
export function silent({ what, seen, fix }: Lack): RedisLabError {
  const text = `${inEnglish(what)}: ${inEnglish(seen)}. ${inEnglish(fix)}`;
  return new RedisLabError(text, { exitCode: EXIT.notReady });
}
