/** The faults there are. One more is a file beside these and a line here; a program registers its own. */
import { usage } from '../errors.js';
import type { NodeModel } from '../model/model.js';
import type { Coded } from '../report/messages.js';
import { BACKEND_NAMES, type BackendName, factsOf, type Offer } from '../spec/backends.js';
import { crash } from './crash.js';
import type { Fault, FaultHost } from './fault.js';
import { hang } from './hang.js';
import { partition } from './partition.js';
import { powerOff } from './power-off.js';

const known: Fault[] = [crash, hang, partition, powerOff];

/** All of them, also those of a program. */
export function allFaults(): readonly Fault[] {
  return known;
}

/**
 * Adds a fault of one's own: from then on `running.inject()` in the same process knows it, and `running.heal()` its undo.
 * @throws RedisLabError (2) for a kind that there is, or that is no word of lower-case letters and hyphens; for something
 * that no backend offers
 */
export function registerFault(fault: Fault): void {
  const { kind, needs } = fault;
  if (!/^[a-z]+(?:-[a-z]+)*$/.test(kind)) {
    throw usage(
      `${JSON.stringify(kind)} is no name for a fault: use lower-case letters and hyphens, such as slow-link.`,
    );
  }
  if (known.some((each) => each.kind === kind)) throw usage(`There is a fault ${kind} already.`);
  if (backendsWith(needs).length === 0) {
    throw usage(`The fault ${kind} needs ${JSON.stringify(needs)}, which no backend offers.`);
  }
  known.push(fault);
}

/** Kinds of the faults that a backend can inject. */
export function faultKinds(backend: BackendName): string[] {
  return known.flatMap(({ kind, needs }) =>
    factsOf(backend).offers.includes(needs) ? [kind] : [],
  );
}

/** @throws RedisLabError (2) when there is no such fault: which there are; or the backend cannot inject it: which ones can */
export function faultFor(kind: string, backend: BackendName): Fault {
  const fault = known.find((each) => each.kind === kind);
  if (!fault) {
    throw usage(
      `There is no fault ${JSON.stringify(kind)}; the backend ${backend} has ${faultKinds(backend).join(', ')}.`,
    );
  }
  if (factsOf(backend).offers.includes(fault.needs)) return fault;
  const others = backendsWith(fault.needs);
  throw usage(
    `The backend ${backend} cannot inject ${kind}, only ${faultKinds(backend).join(', ')}. The backend ${others.join(' or ')} can: take this lab down, then bring it up there with redis-lab up --backend ${others[0]}.`,
  );
}

function backendsWith(offer: Offer): BackendName[] {
  return BACKEND_NAMES.filter((name) => factsOf(name).offers.includes(offer));
}

/** Undoes on a node what faults know to undo; gives what to say of each. */
export async function undoAll(host: FaultHost, node: NodeModel): Promise<(string | Coded)[]> {
  const mended: (string | Coded)[] = [];
  for (const fault of known) {
    if (!fault.undo || !host.offers.includes(fault.needs)) continue;
    const told = await fault.undo(host, node);
    if (told !== undefined) mended.push(told);
  }
  return mended;
}
