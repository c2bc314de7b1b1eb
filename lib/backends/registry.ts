/** The backends. Adding one takes a folder beside these and a line here; a program registers its own. */
import { usage } from '../errors.js';
import { type Fault, OFFERS } from '../faults/fault.js';
import { announce, faultsFor } from '../faults/registry.js';
import type { LabModel } from '../model/model.js';
import { NOTED } from '../workspace/lab-notes.js';
import type { Backend } from './backend.js';
import type { BackendDescriptor } from './descriptor.js';
import { incus } from './incus/descriptor.js';
import { local } from './local/descriptor.js';
import { vagrant } from './vagrant/descriptor.js';

/** In the order in which `auto` prefers them. */
const OURS = [vagrant, incus, local] as const;

/** `local`, `incus`, `vagrant`, or a backend that a program has registered. */
export type BackendName = (typeof OURS)[number]['name'] | (string & {});

const WORDS = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const LONGEST_NAME = 64;

/** Including those that a program has registered. */
const known: BackendDescriptor[] = [...OURS];

for (const each of known.toReversed()) {
  announce(each);
  NOTED.add(each.name);
}

/** In the order in which `auto` prefers them. Grows when a program registers one. */
export const PREFERRED: readonly BackendName[] = OURS.map(({ name }) => name);

/** Those whose nodes are machines. Grows as well. */
export const WITH_MACHINES: readonly BackendName[] = known.filter(isOfMachines).map(nameOf);

/** Redis-lab's own, in the order of lists: the nearest to this machine first. */
export const BACKEND_NAMES: readonly BackendName[] = [...PREFERRED].reverse();

/** For the help: `vagrant: virtual machines; …`. */
export const BACKENDS_DESCRIBED = OURS.map(({ name, describe }) => `${name}: ${describe}`).join(
  '; ',
);

/** All of them, in the order in which `auto` prefers them. */
export function backends(): readonly BackendDescriptor[] {
  return known;
}

/** Without duplicates, in the order of lists. */
export function byNearness(names: readonly BackendName[]): BackendName[] {
  const rank = (name: BackendName) => {
    const at = BACKEND_NAMES.indexOf(name);
    return at < 0 ? BACKEND_NAMES.length : at;
  };
  return [...new Set(names)].toSorted((a, b) => rank(a) - rank(b));
}

/**
 * Adds a backend of your own: from then on, `lab.up({ backend })` and everything else in this process knows it by its name.
 * `name`, `describe` and `create` are needed; the rest has defaults. The command `redis-lab` knows only its own backends.
 * @throws RedisLabError (2) for a name that exists, `auto`, or one that is not of at most 64 lower-case letters, digits and
 * hyphens; without `create`; for an offer that no fault knows
 */
export function registerBackend(descriptor: BackendDescriptor): void {
  const { name, create, offers = [] } = descriptor;
  const isWord = typeof name === 'string' && name.length <= LONGEST_NAME && WORDS.test(name);
  if (!isWord || name === 'auto') {
    throw usage(
      `${JSON.stringify(name)} is no name for a backend: use lower-case letters, digits and hyphens, such as cloud-vms.`,
      'backend.name',
    );
  }
  if (known.some((each) => each.name === name))
    throw usage(`There is a backend ${name} already.`, 'backend.name');
  if (typeof create !== 'function') throw usage(`The backend ${name} has no create().`);
  const strange = offers.filter((each) => !OFFERS.includes(each));
  if (strange.length > 0) {
    throw usage(
      `The backend ${name} offers ${strange.join(', ')} to faults; there are ${OFFERS.join(', ')}.`,
    );
  }
  known.push(descriptor);
  announce(descriptor);
  (PREFERRED as BackendName[]).push(name);
  if (isOfMachines(descriptor)) (WITH_MACHINES as BackendName[]).push(name);
}

/** Undefined for a backend that this process does not know. */
export function descriptorOf(name: BackendName): BackendDescriptor | undefined {
  return known.find((each) => each.name === name);
}

/**
 * The backend `name` for a lab.
 * @throws RedisLabError (2) when there is none of this name, or its `create` gives one of another name
 */
export async function backendNamed(name: BackendName, lab: LabModel): Promise<Backend> {
  const found = descriptorOf(name);
  if (found) {
    const made = await found.create(lab, faultsFor(found));
    if (made.name === found.name) return made;
    throw usage(
      `The backend ${found.name} makes one that is called ${JSON.stringify(made.name)}: what is noted of its labs would be lost. Give both the same name.`,
      'backend.name',
    );
  }
  throw usage(
    `There is no backend ${JSON.stringify(name)}; there are ${byNearness(known.map(nameOf)).join(', ')}. One that a program has registered is known to that program only.`,
    'backend.unknown',
  );
}

/** @throws RedisLabError (2) when there is no such fault, or the backend cannot inject it */
export function faultNamed(kind: string, backend: BackendName): Fault {
  return faultsFor(descriptorOf(backend) ?? { name: backend }).named(kind);
}

function isOfMachines({ nodes }: BackendDescriptor): boolean {
  return nodes === 'machines';
}

function nameOf({ name }: BackendDescriptor): BackendName {
  return name;
}
