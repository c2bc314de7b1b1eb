/** The faults there are. One more is a file beside these and a line here; a program registers its own. */
import { usage } from '../errors.js';
import type { NodeModel } from '../model/model.js';
import type { Coded } from '../report/messages.js';

import { clockJump } from './clock-jump.js';
import { crash } from './crash.js';
import { type Fault, type FaultHost, OFFERS, type Offer } from './fault.js';
import { freeze } from './freeze.js';
import { hang } from './hang.js';
import { partition } from './partition.js';
import { powerOff } from './power-off.js';
import { restart } from './restart.js';
import { saveFails, sentinelSaveFails } from './save-fails.js';
import { sentinelEnd } from './sentinel-end.js';
import { sentinelHang } from './sentinel-hang.js';
import { slow } from './slow.js';
import { stall } from './stall.js';

const known: Fault[] = [
  crash,
  restart,
  hang,
  stall,
  freeze,
  saveFails,
  sentinelHang,
  sentinelEnd,
  sentinelSaveFails,
  clockJump,
  partition,
  slow,
  powerOff,
];

/** All of them, also those of a program. */
export function allFaults(): readonly Fault[] {
  return known;
}

/**
 * Adds a fault: from then on `running.inject()` in the same process knows it, and `running.heal()` its undo.
 * @throws RedisLabError (2) for a kind that exists already or is not made of lower-case letters and hyphens, and for `needs`
 * that no backend offers
 */
export function registerFault(fault: Fault): void {
  const { kind, needs } = fault;
  if (!/^[a-z]+(?:-[a-z]+)*$/.test(kind)) {
    throw usage(
      `${JSON.stringify(kind)} is no name for a fault: use lower-case letters and hyphens, such as slow-link.`,
      'fault.name',
    );
  }
  if (known.some((each) => each.kind === kind))
    throw usage(`There is a fault ${kind} already.`, 'fault.name');
  if (!OFFERS.includes(needs)) {
    throw usage(`The fault ${kind} needs ${JSON.stringify(needs)}, which no backend offers.`);
  }
  known.push(fault);
}

/** What a backend is to faults. */
interface Offering {
  readonly name: string;
  /** Default: nothing. */
  readonly offers?: readonly Offer[];
  /** What it offers besides in a network of its own. Default: nothing. */
  readonly inOwnNetwork?: readonly Offer[];
}

const offering: Offering[] = [];

/** Registers what a backend offers: the refusal of a fault names the backends that can inject it. */
export function announce(backend: Offering): void {
  offering.push(backend);
}

/** Those of these backends that can inject all of these, and those that can in a network of its own. */
export function whoInjects(
  kinds: readonly string[],
  backends: readonly Offering[],
): { readonly backends: string[]; readonly inOwnNetwork: string[] } {
  const injects = (each: Offering) => {
    const can = faultsFor(each).kinds();
    return kinds.every((kind) => can.includes(kind));
  };
  const isolated = ({ offers = [], inOwnNetwork = [], name }: Offering) => ({
    name,
    offers: [...offers, ...inOwnNetwork],
  });
  return {
    backends: backends.filter(injects).map(({ name }) => name),
    inOwnNetwork: backends
      .filter((each) => each.inOwnNetwork && injects(isolated(each)))
      .map(({ name }) => name),
  };
}

/** The faults that a backend can inject, also those of a program. */
export interface BackendFaults {
  /** Their kinds, for `Backend.faults`. Never throws. */
  kinds(): string[];
  /**
   * @throws RedisLabError (2) when there is no such fault, with those there are, or when the backend cannot inject it, with those
   * that can
   */
  named(kind: string): Fault;
  /**
   * Undoes the faults that are active on a node, or those of one kind; gives a sentence for each, for `messageOf`.
   * @throws what a fault's `undo` throws: RedisLabError when the node cannot be entered
   */
  undoAll(host: FaultHost, node: NodeModel, kind?: string): Promise<(string | Coded)[]>;
}

export function faultsFor({ name, offers = [] }: Offering): BackendFaults {
  const kinds = () => known.flatMap(({ kind, needs }) => (offers.includes(needs) ? [kind] : []));
  return { kinds, named: (kind) => named(kind, name, offers, kinds()), undoAll };
}

function named(
  kind: string,
  backend: string,
  offers: readonly Offer[],
  kinds: readonly string[],
): Fault {
  const fault = known.find((each) => each.kind === kind);
  const has = kinds.join(', ') || 'none';
  if (!fault) {
    throw usage(
      `There is no fault ${JSON.stringify(kind)}; the backend ${backend} has ${has}.`,
      'fault.unknown',
    );
  }
  const { needs } = fault;
  if (offers.includes(needs)) return fault;
  const others = offering.flatMap((each) => (each.offers?.includes(needs) ? [each.name] : []));
  const isolated = offering.filter((each) => each.inOwnNetwork?.includes(needs));
  const alone = isolated.map(({ name }) => ` So can ${name} with --own-network.`).join('');
  const elsewhere =
    others.length === 0
      ? ''
      : ` The backend ${others.join(' or ')} can: take this lab down, then bring it up there with redis-lab up --backend ${others[0]}.`;
  throw usage(
    `The backend ${backend} cannot inject ${kind}, only ${has}.${elsewhere}${alone}`,
    'fault.not-offered',
  );
}

/** Undoes the faults that are active on a node, or those of one kind; gives a sentence for each. */
export async function undoAll(
  host: FaultHost,
  node: NodeModel,
  kind?: string,
): Promise<(string | Coded)[]> {
  const mended: (string | Coded)[] = [];
  for (const fault of known) {
    if (!fault.undo || !host.offers.includes(fault.needs)) continue;
    if (kind === undefined || fault.kind === kind) {
      mended.push(...[(await fault.undo(host, node)) ?? []].flat());
    }
  }
  return mended;
}
