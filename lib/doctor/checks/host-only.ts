/** The networks that VirtualBox lets a host have with its machines. */
import { isIP } from 'node:net';
import type { Remedy } from '../../backends/backend.js';
import { CIDR, IPV4, prefixOf, toNetwork } from '../../model/ipv4.js';
import { type Message, message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import { type Facts, isNew } from '../facts.js';
import { requireSuccess } from '../host.js';
import { steps } from '../install-hints.js';

/** Plural: VirtualBox silently ignores a `network.conf`. */
const FOLDER = '/etc/vbox';
const FILE = `${FOLDER}/networks.conf`;

/** What is allowed without the file. */
const DEFAULT = '192.168.56.0/21';

const NETWORKS = subject('virtualbox.host-only-range', ['vagrant']);

export async function hostOnly(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const { cidr } = lab.network;
  if (host.platform === 'win32' || (await facts.provider())?.name !== 'virtualbox') return [];
  const virtualBox = await facts.virtualBox();
  if (virtualBox === undefined || 'flaw' in virtualBox) {
    return [
      NETWORKS.poor(
        message('virtualbox.host-only-range.unknown'),
        message('asked.see', { command: 'VBoxManage --version' }),
      ),
    ];
  }
  const free = freeText(host.platform, virtualBox.version);
  if (free !== undefined) return [NETWORKS.good(free)];
  const text = host.read(FILE);
  const unread = text === undefined ? [] : unreadIn(text);
  if (unread.length > 0) {
    const seen = message('virtualbox.host-only-range.unread', {
      file: FILE,
      words: unread.join(' '),
    });
    const fix = steps('virtualbox.host-only-range.unread.fix', [`sudo nano ${FILE}`]);
    return [NETWORKS.bad(seen, fix)];
  }
  const allowed = text === undefined ? [DEFAULT] : rangesIn(text);
  const inside = allowed.find((each) => within(cidr, each));
  if (inside !== undefined) {
    return [NETWORKS.good(message('virtualbox.host-only-range.inside', { cidr, inside }))];
  }
  const seen =
    text === undefined
      ? message('virtualbox.host-only-range.no-file', { file: FILE, allowed: DEFAULT, cidr })
      : allowed.length === 0
        ? message('virtualbox.host-only-range.nothing', { file: FILE, cidr })
        : message('virtualbox.host-only-range.outside', {
            file: FILE,
            allowed: allowed.join(', '),
            cidr,
          });
  const lines = linesFor(cidr, text);
  const fix = steps('virtualbox.host-only-range.fix', [
    `sudo mkdir -p ${FOLDER}`,
    ...lines.map((line) => `echo '${line}' | sudo tee -a ${FILE}`),
  ]);
  return [NETWORKS.bad(seen, fix, host.canBeRoot ? allow(facts, lines, text) : undefined)];
}

/** Why nothing is refused; undefined where it is. */
function freeText(platform: NodeJS.Platform, version: string): Message | undefined {
  if (!isNew(version, '6.1.28')) return message('virtualbox.host-only-range.any', { version });
  if (platform !== 'darwin' || !isNew(version, '7.0.0')) return undefined;
  return message('virtualbox.host-only-range.any-on-macos', { version });
}

/**
 * `* 10.0.0.0/8 192.168.0.0/16`; other lines are ignored. As VirtualBox reads it, which wants a blank after the asterisk, and
 * takes a carriage return for a part of the last word.
 */
function wordsIn(text: string): string[] {
  return [...text.matchAll(/^[ \t]*\*[ \t]([^\n]*)/gm)].flatMap(([, words = '']) =>
    words.split(/[ \t]+/).filter((word) => word.trim() !== ''),
  );
}

/** `10.0.0.0/255.0.0.0` is `10.0.0.0/8`; without either, one address. */
function rangesIn(text: string): string[] {
  return wordsIn(text).flatMap((word) => {
    const [address = '', mask = '32'] = word.split('/');
    const range = `${address}/${IPV4.test(mask) ? prefixOf(mask) : mask}`;
    return CIDR.test(range) ? [range] : [];
  });
}

/** What Vagrant's `IPAddr.new` raises on, whatever network a lab has: a comma, a range with a hyphen, a word. */
function unreadIn(text: string): string[] {
  return wordsIn(text).filter((word) => {
    const [address = '', prefix, ...more] = word.trim().split('/');
    const isMask = prefix === undefined || IPV4.test(prefix) || /^\d{1,3}$/.test(prefix);
    const most = isIP(address) === 6 ? 128 : 32;
    const isIn = prefix === undefined || IPV4.test(prefix) || Number(prefix) <= most;
    return isIP(address) === 0 || more.length > 0 || !isMask || !isIn;
  });
}

function within(inner: string, outer: string): boolean {
  const [a, b] = [toNetwork(inner), toNetwork(outer)];
  return a.prefix >= b.prefix && toNetwork(`${a.address}/${b.prefix}`).cidr === b.cidr;
}

/** A new file replaces the default, which other machines may rely on. */
function linesFor(cidr: string, text: string | undefined): string[] {
  return [...(text === undefined ? [`* ${DEFAULT}`] : []), `* ${cidr}`];
}

function allow({ host }: Facts, lines: readonly string[], text: string | undefined): Remedy {
  return {
    describe: message('virtualbox.host-only-range.remedy', {
      each: lines.map((line) => ({ line })),
      file: FILE,
    }),
    run: async ({ signal }) => {
      const broken = text !== undefined && text !== '' && !text.endsWith('\n');
      const input = `${broken ? '\n' : ''}${lines.join('\n')}\n`;
      for (const [program, args, options] of [
        ['mkdir', ['-p', FOLDER], {}],
        ['tee', ['-a', FILE], { input }],
      ] as const) {
        const file = host.program(program) ?? program;
        const answer = await host.asRoot(file, args, { ...options, signal });
        requireSuccess(`${program} ${args.join(' ')}`, answer);
      }
    },
  };
}
