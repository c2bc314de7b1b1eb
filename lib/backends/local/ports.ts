/** Choosing addresses and ports on this machine that are free. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { now, sleep } from '../../clock.js';
import type { Sentence } from '../../coded.js';
import { EXIT, RedisLabError } from '../../errors.js';
import type { LabModel } from '../../model/model.js';
import { inEnglish, type Message, message } from '../../report/messages.js';
import type { Lack } from '../backend.js';
import { type LabService, listenAddress, servicesOf } from '../services.js';
import { type Addressing, localise, portsNeeded } from './localise.js';
import type { Reservation } from './reservation.js';

/** 0 holds the loopback address that everybody uses, 255 the broadcast address. */
const OCTETS = { first: 1, count: 254 };

/** Above well-known ports, below those for outgoing connections. */
const PORTS = { first: 20_000, count: 12_000 };

/** How many rows of ports are tried. */
const ROWS = 100;

/**
 * Free addresses for the lab, or what is lacking. The same `seed` gives the same addresses, if they are free and no lab in
 * `others` has them. With `reservation`, they are reserved, and reserved ones are skipped.
 */
export async function chooseAddressing(
  lab: LabModel,
  kind: Addressing['kind'],
  seed: string,
  others: readonly Addressing[],
  reservation?: Reservation,
): Promise<Addressing | Lack> {
  let first: Taken | undefined;
  let isHeld = false;
  for (const candidate of candidates(lab, kind, seed)) {
    if (others.some((other) => overlap(lab, candidate, other))) continue;
    if (reservation && !(await reservation.take(lab, candidate))) {
      isHeld = true;
      continue;
    }
    const taken = await firstTaken(servicesOf(localise(lab, candidate)));
    if (!taken) return candidate;
    first ??= taken;
  }
  return everywhereTaken(lab, first, isHeld);
}

/** The port of a server that has just died may be in use for this long, milliseconds. */
const HELD_MS = 1000;
const LOOK_EVERY_MS = 20;

/** The first service that cannot listen at its address, even after a second; undefined if all can. */
export async function portLack(
  lab: LabModel,
  services: readonly LabService[],
  signal: AbortSignal | undefined,
): Promise<Lack | undefined> {
  const end = now() + HELD_MS;
  let taken = await firstTaken(services);
  while (taken?.code === 'EADDRINUSE' && now() < end) {
    await sleep(LOOK_EVERY_MS, signal);
    taken = await firstTaken(services);
  }
  if (!taken) return undefined;
  const { service, code } = taken;
  return {
    code: 'ports',
    what: listenAddress(service),
    seen: message('ports.taken', { server: listener(service), said: reason(code) }),
    fix: message('ports.taken.fix', { option: otherPort(lab, service) }),
  };
}

interface Taken {
  readonly service: LabService;
  readonly code: string;
}

/** The first service that cannot listen at its address, tried by listening there. */
async function firstTaken(services: readonly LabService[]): Promise<Taken | undefined> {
  const open: net.Server[] = [];
  try {
    for (const service of services) {
      const server = net.createServer();
      try {
        server.listen({ host: service.node.ip, port: service.port, exclusive: true });
        await once(server, 'listening');
        open.push(server);
      } catch (error) {
        const { code = 'unknown error' } = error as NodeJS.ErrnoException;
        return { service, code };
      }
    }
    return undefined;
  } finally {
    await Promise.all(open.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function* candidates(lab: LabModel, kind: Addressing['kind'], seed: string): Iterable<Addressing> {
  const start = createHash('sha256').update(seed).digest().readUInt32BE();
  if (kind === 'addresses') {
    for (let i = 0; i < OCTETS.count; i++) {
      yield { kind, octet: OCTETS.first + ((start + i) % OCTETS.count) };
    }
    return;
  }
  const size = portsNeeded(lab);
  const rows = Math.floor(PORTS.count / size);
  for (let i = 0; i < Math.min(rows, ROWS); i++) {
    yield { kind, first: PORTS.first + ((start + i) % rows) * size };
  }
}

/** Whether two labs would have addresses in common. The size of the other one is unknown, and taken to be at most 50 nodes. */
function overlap(lab: LabModel, a: Addressing, b: Addressing): boolean {
  if (a.kind === 'addresses') return b.kind === 'addresses' && a.octet === b.octet;
  return b.kind === 'ports' && Math.abs(a.first - b.first) < Math.max(portsNeeded(lab), 100);
}

function everywhereTaken(lab: LabModel, taken: Taken | undefined, isHeld: boolean): Lack {
  if (!taken && isHeld) {
    return {
      code: 'ports',
      what: message('ports.addresses'),
      seen: message('ports.held'),
      fix: message('ports.held.fix'),
    };
  }
  if (!taken) {
    return {
      code: 'ports',
      what: message('ports.addresses'),
      seen: message('ports.by-labs'),
      fix: message('ports.by-labs.fix'),
    };
  }
  const { service, code } = taken;
  return {
    code: 'ports',
    what: listenAddress(service),
    seen: message('ports.everywhere', { server: listener(service), said: reason(code) }),
    fix: message('ports.everywhere.fix', { option: otherPort(lab, service) }),
  };
}

function listener({ node, service }: LabService): Message {
  return message(service === 'redis' ? 'ports.redis' : 'ports.sentinel', { node: node.name });
}

function reason(code: string): Sentence {
  if (code === 'EADDRINUSE') return message('ports.in-use');
  if (code === 'EACCES') return message('ports.not-allowed');
  return code;
}

function otherPort(lab: LabModel, { service }: LabService): string {
  const { port } = lab[service];
  const used = [lab.redis.port, lab.sentinel.port];
  const free = [port + 1, port + 2, port - 1].find((each) => !used.includes(each) && each < 65536);
  return `--set ${service}.port=${free}`;
}

/** A lack as an error. */
export function refusal({ what, seen, fix }: Lack): RedisLabError {
  const [place, why, next] = [what, seen, fix].map(inEnglish);
  return new RedisLabError(`${place}: ${why}.\n${next}`, {
    exitCode: EXIT.notReady,
    code: 'host.port-taken',
  });
}
