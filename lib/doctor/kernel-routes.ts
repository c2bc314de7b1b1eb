/** Where the kernel would send packets to an address, by all routing tables; nothing is sent. */
import { IPV4, toNumber } from '../model/ipv4.js';
import { message } from '../report/messages.js';
import type { Facts, Flaw } from './facts.js';
import { outputOf, saidBy } from './host.js';
import { powershell } from './windows.js';

export interface Way {
  readonly address: string;
  /** Of the interface; undefined where nothing is sent. */
  readonly name?: string;
  /** This machine itself has the address. */
  readonly isOurs?: true;
  /** Address of the router. */
  readonly gateway?: string;
  /** The routing table of Linux that decided, unless it is `main`. */
  readonly table?: string;
  /** Why it is not sent. */
  readonly refusal?: string;
}

/** One for each address; those that no route leads to are left out. */
export async function waysTo(
  facts: Facts,
  addresses: readonly string[],
): Promise<readonly Way[] | Flaw> {
  switch (facts.host.platform) {
    case 'linux':
      return onLinux(facts, addresses);
    case 'win32':
      return onWindows(facts, addresses);
    default:
      return onMac(facts, addresses);
  }
}

async function onLinux(facts: Facts, addresses: readonly string[]): Promise<Way[] | Flaw> {
  const ip = facts.host.program('ip');
  if (ip === undefined) return { flaw: message('asked.no-program', { program: 'ip' }) };
  const input = addresses.map((address) => `route get ${address}\n`).join('');
  const answer = await facts.host.run(ip, ['-j', '-force', '-batch', '-'], { input });
  if (!answer.ended) return { flaw: saidBy(answer) };
  const found = jsonLines(answer.stdout).map(
    ({ dst, dev, gateway, table, type }): Way => ({
      address: String(dst),
      ...(typeof dev === 'string' ? { name: dev } : {}),
      ...(typeof gateway === 'string' ? { gateway } : {}),
      ...(type === 'local' ? { isOurs: true } : {}),
      ...(table === undefined ? {} : { table: String(table) }),
    }),
  );
  // `RTNETLINK answers: Permission denied`, then `Command failed -:2`
  const failures = [...answer.stderr.matchAll(/^(.*)\nCommand failed -:(\d+)$/gm)].flatMap(
    ([, said = '', line]): Way[] => {
      const address = addresses[Number(line) - 1];
      if (address === undefined || said.includes('Network is unreachable')) return [];
      return [{ address, refusal: said.replace('RTNETLINK answers: ', '') }];
    },
  );
  if (found.length + failures.length === 0 && !answer.stderr.includes('Network is unreachable')) {
    return { flaw: message('asked.of', { program: 'ip', said: saidBy(answer) }) };
  }
  return [...found, ...failures];
}

/** Each answer is a list of its own. */
function jsonLines(text: string): Record<string, unknown>[] {
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('[')) return [];
    return JSON.parse(line) as Record<string, unknown>[];
  });
}

/** Whether Linux consults a table before `main`, which has the route of the lab's own network. */
export async function comesFirst(facts: Facts, table: string, prefix: number): Promise<boolean> {
  const answer = await facts.says('ip', ['-j', 'rule']);
  const text = answer && outputOf(answer);
  if (text === undefined) return true;
  const rules = jsonLines(text.replaceAll('\n', ''));
  // A rule for some senders, or for marked packets only, does not settle it for all.
  const settles = rules.findIndex(
    (rule) =>
      rule['table'] === 'main' &&
      rule['src'] === 'all' &&
      !['dst', 'iif', 'oif', 'fwmark', 'tos', 'not'].some((key) => key in rule) &&
      Number(rule['suppress_prefixlen'] ?? -1) < prefix,
  );
  const own = rules.findIndex((rule) => String(rule['table']) === table);
  return settles < 0 || own < settles;
}

/** `route -n get`: lines `  interface: en0`. */
async function onMac(facts: Facts, addresses: readonly string[]): Promise<Way[] | Flaw> {
  const ways: Way[] = [];
  for (const address of addresses) {
    const answer = await facts.says('route', ['-n', 'get', address]);
    if (answer === undefined) return { flaw: message('asked.no-program', { program: 'route' }) };
    if (!answer.ended) return { flaw: saidBy(answer) };
    const value = (key: string) => new RegExp(`^\\s*${key}: (\\S+)`, 'm').exec(answer.stdout)?.[1];
    const [name, gateway] = [value('interface'), value('gateway')];
    // `not in table`
    if (name === undefined) continue;
    ways.push({
      address,
      name,
      ...(name === 'lo0' ? { isOurs: true as const } : {}),
      ...(gateway !== undefined && IPV4.test(gateway) ? { gateway } : {}),
    });
  }
  return ways;
}

async function onWindows(facts: Facts, addresses: readonly string[]): Promise<Way[] | Flaw> {
  const list = addresses.map((address) => `'${address}'`).join(',');
  const script =
    `${list} | ForEach-Object { $a = $_; Find-NetRoute -RemoteIPAddress $a -ErrorAction SilentlyContinue | Where-Object NextHop | ` +
    'Select-Object -First 1 | ForEach-Object { @{ address = $a; name = $_.InterfaceAlias; gateway = $_.NextHop } | ConvertTo-Json -Compress } }';
  const text = await powershell(facts, script);
  if (typeof text !== 'string') return text;
  return text.split('\n').flatMap((line): Way[] => {
    if (!line.startsWith('{')) return [];
    const { address, name, gateway } = JSON.parse(line) as Record<string, string>;
    if (address === undefined || name === undefined) return [];
    const isHandedOn = gateway !== undefined && IPV4.test(gateway) && toNumber(gateway) !== 0;
    return [{ address, name, ...(isHandedOn ? { gateway } : {}) }];
  });
}
