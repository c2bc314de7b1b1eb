/** The routes of a machine, as each system's own program or file lists them. */
import { CIDR, IPV4, toNumber } from '../model/ipv4.js';
import { linuxRoutes } from '../process/linux-routes.js';
import { message } from '../report/messages.js';
import type { Facts, Flaw } from './facts.js';
import { outputOf, type Range, saidBy } from './host.js';

/** Routes with their interface; default routes are left out. */
export async function routesOf(facts: Facts): Promise<readonly Range[] | Flaw> {
  const { host } = facts;
  if (host.platform === 'linux') {
    const text = host.read('/proc/net/route');
    return text === undefined
      ? { flaw: message('asked.unreadable', { file: '/proc/net/route' }) }
      : linuxRoutes(text);
  }
  const [name, args] =
    host.platform === 'win32'
      ? ['route', ['print', '-4']]
      : (['netstat', ['-rn', '-f', 'inet']] as const);
  const answer = await facts.says(name, args);
  if (answer === undefined) return { flaw: message('asked.no-program', { program: name }) };
  const text = outputOf(answer);
  if (text === undefined)
    return { flaw: message('asked.of', { program: name, said: saidBy(answer) }) };
  return host.platform === 'win32' ? windowsRoutes(text) : macRoutes(text);
}

/** `192.168.56  link#21  UC  vboxnet0`: octets that are zero at the end are left out, and so is their mask. */
function macRoutes(text: string): Range[] {
  return text.split('\n').flatMap((line) => {
    const [destination = '', , , name = ''] = line.trim().split(/\s+/);
    const [, short = '', length] =
      /^(\d{1,3}(?:\.\d{1,3}){0,3})(?:\/(\d+))?$/.exec(destination) ?? [];
    if (short === '') return [];
    const octets = short.split('.');
    const address = [...octets, '0', '0', '0'].slice(0, 4).join('.');
    return range(name, address, length === undefined ? octets.length * 8 : Number(length));
  });
}

/** `192.168.100.0  255.255.255.0  On-link  192.168.100.1  281`: the titles are translated, the numbers are not. */
function windowsRoutes(text: string): Range[] {
  return text.split('\n').flatMap((line) => {
    const [destination = '', mask = '', , name = ''] = line.trim().split(/\s{2,}|\s(?=\d)/);
    if (!IPV4.test(destination) || !IPV4.test(mask)) return [];
    return range(name, destination, bitsOf(toNumber(mask)));
  });
}

function range(name: string, address: string, bits: number): Range[] {
  const cidr = `${address}/${bits}`;
  return bits > 0 && CIDR.test(cidr) ? [{ name, cidr }] : [];
}

function bitsOf(mask: number): number {
  return [...(mask >>> 0).toString(2)].filter((bit) => bit === '1').length;
}
