/** Everything that a host has and lacks for a lab, looked at all at once. */

import { type BackendName, backends, PREFERRED, WITH_MACHINES } from '../backends/registry.js';
import { sleep } from '../clock.js';
import type { LabModel } from '../model/model.js';
import { type Check, subject } from './check.js';
import { access } from './checks/access.js';
import { box, cloudInit, onArm } from './checks/box.js';
import { cache } from './checks/cache.js';
import { hostOnly } from './checks/host-only.js';
import { hyperV, kvm } from './checks/in-the-way.js';
import { incus } from './checks/incus.js';
import { compiler, local } from './checks/local.js';
import { network, ports } from './checks/network.js';
import { node } from './checks/node.js';
import { clock, proxy, source } from './checks/outside.js';
import { ofPreflight } from './checks/preflight.js';
import { libvirt, plugin, provider } from './checks/provider.js';
import { diskOfData, diskOfMachines, memory } from './checks/room.js';
import { ssh, vagrant } from './checks/vagrant.js';
import { virtualBox } from './checks/virtualbox.js';
import { virtualisation } from './checks/virtualisation.js';
import { Facts } from './facts.js';
import type { Host } from './host.js';
import { thisHost } from './this-host.js';

export interface ExamineOptions {
  /** Only what matters for this one. Default: for all of them. */
  readonly backend?: BackendName | undefined;
  /** Of these, by their codes in {@link CHECKS}, those for which this is true. Default: all. */
  readonly wanted?: (code: string) => boolean;
  /** Ends with the first that is bad: for those who only ask whether all is well. Default false. */
  readonly untilBad?: boolean;
  /** Ends every program that is asked; throws its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the machine that we run on. */
  readonly host?: Host;
  /** How long one check has, milliseconds. Default 20000. */
  readonly deadlineMs?: number;
}

interface Look {
  /** What it is known by, as are the checks that it gives, or the first of them. */
  readonly code: string;
  /** For when it does not come to an end. */
  readonly name: string;
  readonly about: readonly BackendName[];
  readonly check: (facts: Facts, asked: boolean) => Promise<Check[]>;
}

const VAGRANT = ['vagrant'] as const;

/** In the order in which they are told. */
const LOOKS: readonly Look[] = [
  { code: 'node', name: 'Node', about: PREFERRED, check: node },
  { code: 'vagrant', name: 'Vagrant', about: VAGRANT, check: vagrant },
  { code: 'provider', name: 'Provider', about: VAGRANT, check: provider },
  { code: 'virtualbox', name: 'VirtualBox', about: VAGRANT, check: virtualBox },
  { code: 'vagrant-libvirt', name: 'Plugin vagrant-libvirt', about: VAGRANT, check: plugin },
  { code: 'libvirt', name: 'libvirt', about: VAGRANT, check: libvirt },
  {
    code: 'virtualisation',
    name: 'Virtualisation',
    about: ['vagrant', 'incus'],
    check: virtualisation,
  },
  { code: 'hyper-v', name: 'Hyper-V', about: VAGRANT, check: hyperV },
  { code: 'kvm-beside-virtualbox', name: 'KVM beside VirtualBox', about: VAGRANT, check: kvm },
  {
    code: 'virtualbox.host-only-range',
    name: 'VirtualBox networks',
    about: VAGRANT,
    check: hostOnly,
  },
  { code: 'network', name: 'Network', about: VAGRANT, check: network },
  { code: 'ssh-ports', name: 'SSH ports', about: VAGRANT, check: ports },
  { code: 'box', name: 'Box', about: VAGRANT, check: box },
  { code: 'box.cloud-init', name: 'cloud-init in the box', about: VAGRANT, check: cloudInit },
  { code: 'box.arm', name: 'Box for ARM', about: VAGRANT, check: onArm },
  { code: 'ssh', name: 'ssh', about: VAGRANT, check: ssh },
  { code: 'incus', name: 'Incus', about: ['incus'], check: incus },
  { code: 'redis-server', name: 'Redis server', about: ['local'], check: local },
  { code: 'compiler', name: 'Compiler', about: ['local'], check: compiler },
  { code: 'access', name: 'Access', about: PREFERRED, check: access },
  { code: 'memory', name: 'Memory', about: PREFERRED, check: memory },
  { code: 'disk.machines', name: 'Disk for machines', about: VAGRANT, check: diskOfMachines },
  { code: 'disk', name: 'Disk', about: ['local'], check: diskOfData },
  { code: 'source', name: 'Source of Redis', about: WITH_MACHINES, check: source },
  { code: 'cache', name: 'Cache', about: PREFERRED, check: cache },
  { code: 'proxy', name: 'Proxy', about: PREFERRED, check: proxy },
  { code: 'clock', name: 'Clock', about: WITH_MACHINES, check: clock },
];

/** @internal Codes of the checks; some speak of more than one thing, under further codes. */
export const CHECKS: readonly string[] = LOOKS.map(({ code }) => code);

/** For a backend that no check is about alone, what its own preflight says. */
function others(): Look[] {
  return backends().flatMap(({ name, describe }) => {
    if (LOOKS.some(({ about }) => about.length === 1 && about[0] === name)) return [];
    const say = subject(name, name, [name], `It runs the nodes: ${describe}.`);
    const check = async (facts: Facts) => ofPreflight(say, name, facts);
    return [{ code: name, name, about: [name], check }];
  });
}

const DEADLINE_MS = 20_000;

/**
 * Looks at this host for a lab; nothing is changed. What could not be found out is `poor`.
 * @throws the signal's reason
 */
export async function examine(lab: LabModel, options: ExamineOptions = {}): Promise<Check[]> {
  const { backend, wanted = () => true, untilBad = false, signal } = options;
  const { deadlineMs = DEADLINE_MS } = options;
  const done = new AbortController();
  const host = options.host ?? thisHost(both(signal, done.signal));
  const facts = new Facts(host, lab);
  const isAbout = ({ about }: Pick<Check, 'about'>) =>
    backend === undefined || about.includes(backend);
  const found: Check[][] = [];
  let onBad = () => {};
  const bad = new Promise<void>((resolve) => {
    onBad = resolve;
  });
  const looks = [...LOOKS, ...others()]
    .filter((look) => isAbout(look) && wanted(look.code))
    .map(async ({ code, name, about, check }, index) => {
      const checks = await inTime(
        check(facts, backend !== undefined),
        deadlineMs,
        signal,
        (late) => [
          subject(
            code,
            name,
            about,
            'Something that this asks hangs, and would stop up as well.',
          ).poor(late),
        ],
      );
      // Some that are about more than one speak of each apart.
      found[index] = checks.filter(isAbout);
      if (untilBad && found[index].some(({ state }) => state === 'bad')) onBad();
    });
  await Promise.race([Promise.all(looks), bad])
    // Nothing that was asked outlives the answer.
    .finally(() => done.abort());
  signal?.throwIfAborted();
  return found.flat();
}

function both(signal: AbortSignal | undefined, other: AbortSignal): AbortSignal {
  return signal ? AbortSignal.any([signal, other]) : other;
}

async function inTime(
  check: Promise<Check[]>,
  deadlineMs: number,
  signal: AbortSignal | undefined,
  late: (seen: string) => Check[],
): Promise<Check[]> {
  const done = new AbortController();
  const any = both(signal, done.signal);
  const limit = async () => {
    await sleep(deadlineMs, any);
    return late(`could not be found out within ${deadlineMs / 1000} s`);
  };
  try {
    return await Promise.race([check, limit()]);
  } finally {
    done.abort();
  }
}
