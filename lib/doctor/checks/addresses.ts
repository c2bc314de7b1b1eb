/** Whether packets to the lab's addresses go to its network, and no other machine answers there. */
import { networkName } from '../../backends/incus/names.js';
import type { BackendName } from '../../backends/registry.js';
import { isClient, machinesOf } from '../../model/model.js';
import { type Message, message } from '../../report/messages.js';
import { type Check, type Subject, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { outputOf } from '../host.js';
import { comesFirst, type Way, waysTo } from '../kernel-routes.js';
import { labInterfaces, type Owner, ownerOf } from '../own-network.js';
import { routesOf } from '../routes.js';

const VAGRANT = subject('network.addresses', ['vagrant']);
const INCUS = subject('incus.addresses', ['incus']);

export async function addresses(facts: Facts): Promise<Check[]> {
  const { isOwn } = await ownerOf(facts);
  return look(facts, VAGRANT, 'vagrant', isOwn);
}

export async function addressesOfIncus(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const { remote, hostAddress } = lab.incus;
  const client = host.program('incus') ?? host.program('lxc');
  // Only a server of this machine has a bridge here.
  const isHere = host.platform === 'linux' && client !== undefined && remote === 'local';
  if (!isHere || hostAddress === false) return [];
  return look(facts, INCUS, 'incus', (name) => name === networkName(lab));
}

async function look(
  facts: Facts,
  say: Subject,
  backend: BackendName,
  isOwn: Owner['isOwn'],
): Promise<Check[]> {
  const { host, lab } = facts;
  const { own, asleep } = labInterfaces(facts, await routesOf(facts), isOwn);
  const mine = [...own, ...asleep][0]?.name;
  // Elsewhere there is one table of routes, in which the lab's own network wins once it is there.
  if (mine === undefined && host.platform !== 'linux') return [];
  const ways = await waysTo(
    facts,
    machinesOf(lab).map(({ ip }) => ip),
  );
  if ('flaw' in ways) {
    const fix = message('network.addresses.unknown.fix', { cidr: lab.network.cidr });
    return [say.poor(message('network.addresses.unknown', { said: ways.flaw }), fix)];
  }
  for (const way of ways) {
    const why = await whyElsewhere(facts, way, mine, isOwn);
    if (why) return [say.bad(why, message(...fixOf(why)))];
  }
  if (mine === undefined) return [say.good(message('network.addresses.free'))];
  const taken = await strangersAt(facts, backend, mine);
  if (taken === undefined) return [say.good(message('network.addresses.own', { name: mine }))];
  return [say.bad(taken, message('network.addresses.taken.fix'))];
}

function fixOf({ code, values }: Message): Parameters<typeof message> {
  if (code !== 'network.addresses.ours') return ['network.addresses.elsewhere.fix'];
  return ['network.addresses.ours.fix', values];
}

/** Why packets to an address do not, or will not, go to the lab's network. */
async function whyElsewhere(
  facts: Facts,
  { address, name = '', isOurs, table, refusal }: Way,
  mine: string | undefined,
  isOwn: Owner['isOwn'],
): Promise<Message | undefined> {
  if (refusal !== undefined) {
    return message('network.addresses.refused', { address, said: refusal });
  }
  if (isOurs) {
    const owner = facts.host.interfaces().find(({ cidr }) => cidr.startsWith(`${address}/`));
    return message('network.addresses.ours', { address, name: owner?.name ?? name });
  }
  if (mine !== undefined) {
    if (isOwn(name)) return undefined;
    return message('network.addresses.elsewhere', { address, name, own: mine });
  }
  // What the usual table says is judged with its routes.
  if (table === undefined || !(await comesFirst(facts, table, facts.lab.network.prefix))) {
    return undefined;
  }
  return message('network.addresses.table', { address, name, table });
}

/** Addresses that are asked at the same time. */
const AT_ONCE = 64;

const SSH_PORT = 22;

/** A machine on the lab's own network that has one of its addresses and is not of this lab. */
async function strangersAt(
  facts: Facts,
  backend: BackendName,
  name: string,
): Promise<Message | undefined> {
  const { host, lab } = facts;
  const isUp = await host.has(backend, lab);
  const machines = machinesOf(lab);
  for (let first = 0; first < machines.length; first += AT_ONCE) {
    const found = await Promise.all(
      machines.slice(first, first + AT_ONCE).map(async (machine) => {
        const { ip, labMac } = machine;
        const servers = isClient(machine) ? [] : [machine.redisPort, machine.sentinelPort];
        const answers = await host.answers(ip, [SSH_PORT, ...servers]);
        const card = await cardAt(facts, ip, name);
        if (!answers && card?.isReached !== true) return undefined;
        const isOurs = card === undefined || card.mac === labMac;
        if (isUp && isOurs) return undefined;
        return card
          ? message('network.addresses.card', { address: ip, mac: card.mac })
          : message('network.addresses.taken', { address: ip });
      }),
    );
    const stranger = found.find((each) => each !== undefined);
    if (stranger) return stranger;
  }
  return undefined;
}

interface Card {
  /** `08:00:27:00:00:01` */
  readonly mac: string;
  /** It has just answered; known on Linux only. */
  readonly isReached?: boolean;
}

/** The network card that this machine last saw at an address. */
async function cardAt(facts: Facts, ip: string, name: string): Promise<Card | undefined> {
  const isLinux = facts.host.platform === 'linux';
  const answer = isLinux
    ? await facts.says('ip', ['-j', 'neigh', 'show', 'to', ip, 'dev', name])
    : await facts.says('arp', facts.host.platform === 'win32' ? ['-a', ip] : ['-n', ip]);
  const text = (answer && outputOf(answer)) ?? '';
  // macOS leaves out a leading zero of an octet, Windows writes hyphens.
  const [mac] = /\b[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5}\b/i.exec(text) ?? [];
  if (mac === undefined) return undefined;
  return {
    mac: mac
      .toLowerCase()
      .split(/[:-]/)
      .map((octet) => octet.padStart(2, '0'))
      .join(':'),
    ...(isLinux ? { isReached: text.includes('"REACHABLE"') } : {}),
  };
}
