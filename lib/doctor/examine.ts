/** All checks of a host for a lab, run at the same time. */
import { type BackendName, backends, PREFERRED, WITH_MACHINES } from '../backends/registry.js';
import { sleep } from '../clock.js';
import type { LabModel } from '../model/model.js';
import { type Message, message } from '../report/messages.js';
import { type Check, type CheckCode, subjectOf } from './check.js';
import { access } from './checks/access.js';
import { addresses, addressesOfIncus } from './checks/addresses.js';
import { box, cloudInit, onArm } from './checks/box.js';
import { cache } from './checks/cache.js';
import { configurations } from './checks/configurations.js';
import { vagrantHome } from './checks/home.js';
import { hostOnly } from './checks/host-only.js';
import { hyperV, kvm } from './checks/in-the-way.js';
import { incus } from './checks/incus.js';
import { compiler, local } from './checks/local.js';
import { network, ports } from './checks/network.js';
import { node } from './checks/node.js';
import { clock, proxy, source } from './checks/outside.js';
import { packages } from './checks/package.js';
import { ofPreflight } from './checks/preflight.js';
import { libvirt, plugin, provider } from './checks/provider.js';
import { diskOfData, diskOfMachines, memory } from './checks/room.js';
import { tried } from './checks/tried.js';
import { ssh, vagrant } from './checks/vagrant.js';
import { virtualBox } from './checks/virtualbox.js';
import { virtualisation } from './checks/virtualisation.js';
import { CLASS_LOOKS } from './class/looks.js';
import { Facts } from './facts.js';
import type { Host } from './host.js';
import type { Look } from './look.js';
import { thisHost } from './this-host.js';

export interface ExamineOptions {
  /** Only what matters for this one. Default: for all of them. */
  readonly backend?: BackendName | undefined;
  /** Of these, by their codes in {@link CHECKS}, those for which this is true. Default: all. */
  readonly wanted?: (code: string) => boolean;
  /** Stops at the first that is bad: enough to know whether all is well. Default false. */
  readonly untilBad?: boolean;
  /** Ends every program that is asked; throws its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the machine that we run on. */
  readonly host?: Host;
  /** Besides, whether a server of the backend has what so many labs of a class need. Default: there is no class. */
  readonly labs?: number | undefined;
  /** How long one check has, milliseconds. Default 20000. */
  readonly deadlineMs?: number;
}

const VAGRANT = ['vagrant'] as const;

/** In the order in which they are shown. */
const LOOKS: readonly Look<CheckCode>[] = [
  { code: 'node', about: PREFERRED, check: node },
  { code: 'tried', about: PREFERRED, check: tried },
  { code: 'vagrant', about: VAGRANT, check: vagrant },
  { code: 'vagrant.home', about: VAGRANT, check: vagrantHome },
  { code: 'provider', about: VAGRANT, check: provider },
  { code: 'virtualbox', about: VAGRANT, check: virtualBox },
  { code: 'vagrant-libvirt', about: VAGRANT, check: plugin },
  { code: 'libvirt', about: VAGRANT, check: libvirt },
  {
    code: 'virtualisation',
    about: ['vagrant', 'incus'],
    check: virtualisation,
  },
  { code: 'hyper-v', about: VAGRANT, check: hyperV },
  { code: 'kvm-beside-virtualbox', about: VAGRANT, check: kvm },
  {
    code: 'virtualbox.host-only-range',
    about: VAGRANT,
    check: hostOnly,
  },
  { code: 'network', about: VAGRANT, check: network },
  { code: 'network.addresses', about: VAGRANT, check: addresses },
  { code: 'ssh-ports', about: VAGRANT, check: ports },
  { code: 'box', about: VAGRANT, check: box },
  { code: 'box.cloud-init', about: VAGRANT, check: cloudInit },
  { code: 'box.arm', about: VAGRANT, check: onArm },
  { code: 'package', about: ['vagrant', 'incus'], check: packages },
  { code: 'ssh', about: VAGRANT, check: ssh },
  { code: 'incus', about: ['incus'], check: incus },
  { code: 'incus.addresses', about: ['incus'], check: addressesOfIncus },
  { code: 'redis-server', about: ['local'], check: local },
  { code: 'compiler', about: ['local'], check: compiler },
  { code: 'configurations', about: PREFERRED, check: configurations },
  { code: 'access', about: PREFERRED, check: access },
  { code: 'memory', about: PREFERRED, check: memory },
  { code: 'disk.machines', about: VAGRANT, check: diskOfMachines },
  { code: 'disk', about: ['local'], check: diskOfData },
  { code: 'source', about: WITH_MACHINES, check: source },
  { code: 'cache', about: PREFERRED, check: cache },
  { code: 'proxy', about: PREFERRED, check: proxy },
  { code: 'clock', about: WITH_MACHINES, check: clock },
];

/** @internal Codes of the checks; some speak of more than one thing, under further codes. */
export const CHECKS: readonly string[] = LOOKS.map(({ code }) => code);

/** For a backend without checks of its own, what its preflight says. */
function others(): Look[] {
  return backends().flatMap(({ name, describe }) => {
    if (LOOKS.some(({ about }) => about.length === 1 && about[0] === name)) return [];
    const why = message('backend.runs-nodes', { describe });
    const say = subjectOf(name, [name], name, why);
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
  const facts = new Facts(host, lab, options.labs);
  const isAbout = ({ about }: Pick<Check, 'about'>) =>
    backend === undefined || about.includes(backend);
  const found: Check[][] = [];
  let onBad = () => {};
  const bad = new Promise<void>((resolve) => {
    onBad = resolve;
  });
  const ofClass = options.labs === undefined ? [] : CLASS_LOOKS;
  const looks = [...LOOKS, ...others(), ...ofClass]
    .filter((look) => isAbout(look) && wanted(look.code))
    .map(async ({ code, name, about, check }, index) => {
      const checks = await inTime(
        check(facts, backend !== undefined),
        deadlineMs,
        signal,
        (late) => {
          const title = name ?? message(`${code as CheckCode}.name`);
          return [subjectOf(code, about, title, message('asked.hangs')).poor(late)];
        },
      );
      // Some are about several backends, with a result for each.
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
  late: (seen: Message) => Check[],
): Promise<Check[]> {
  const done = new AbortController();
  const any = both(signal, done.signal);
  const limit = async () => {
    await sleep(deadlineMs, any);
    return late(message('asked.within', { seconds: deadlineMs / 1000 }));
  };
  try {
    return await Promise.race([check, limit()]);
  } finally {
    done.abort();
  }
}
