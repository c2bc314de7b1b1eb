/** What `doctor --report` writes: what was seen here, for those who mend redis-lab, and nothing of whose machine it is. */
import os from 'node:os';
import { literal } from '../literal.js';
import type { DoctorReport } from '../report/types.generated.js';
import { version } from '../version.js';
import type { Host } from './host.js';

/** @internal Names that stay on this machine. */
export interface PrivateNames {
  readonly users: readonly string[];
  /** Folders of users, absolute. */
  readonly homes: readonly string[];
  /** With their domain or without, and addresses. */
  readonly hosts: readonly string[];
}

/** The first line of each; a file that begins otherwise is not ours to replace. */
export const REPORT_TITLE = '# redis-lab doctor: report';

export function reportFile(
  report: DoctorReport,
  host: Pick<Host, 'platform' | 'arch' | 'release' | 'nodeVersion'>,
  names: PrivateNames,
): string {
  const { backend, why, checks } = report;
  const lines = checks.map(
    ({ state, code, about, seen }) => `${state} ${code} (${about.join(', ')}): ${seen}`,
  );
  const text = [
    '',
    `redis-lab ${version}, Node ${host.nodeVersion}, ${host.platform} ${host.arch} ${host.release}`,
    '',
    'Instead of names of users, hosts and their folders it says USER, HOST and ~. Read it before you send it.',
    '',
    '```text',
    ...lines.map((line) => line.replaceAll(/\s+/g, ' ').replaceAll('```', "'''")),
    '',
    `${backend ?? 'no backend'}: ${why}`,
    '```',
    '',
  ].join('\n');
  return `${REPORT_TITLE}\n${withoutNames(text, names)}`;
}

/** Accounts that say nothing of a person, and words of ours. */
const ANYBODY = [
  'root',
  'redis',
  'valkey',
  'vagrant',
  'ubuntu',
  'debian',
  'incus',
  'lxd',
  'local',
  'libvirt',
  'node',
  'user',
];

/** @internal */
export function withoutNames(text: string, { users, homes, hosts }: PrivateNames): string {
  let left = text
    // Secrets first, since names may be a part of them.
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/gi, '$1***@')
    .replaceAll(
      /\b(pass(?:word|wd)?|secret|token|api[-_]?key)(["']?\s*[=:]\s*)(?!\*\*\*)[^\s,;]+/gi,
      '$1$2***',
    )
    .replaceAll(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, 'MAIL');
  // The longest first: one may be the begin of another.
  for (const home of longestFirst(homes.flatMap((each) => [each, each.replaceAll('\\', '/')]))) {
    left = left.replaceAll(new RegExp(`${literal(home)}(?![\\w.-])`, 'gi'), '~');
  }
  left = left.replaceAll(/([\\/])(home|users)([\\/])[^\\/\s:'",;]+/gi, '$1$2$3USER');
  for (const host of longestFirst(
    hosts.filter((each) => !/^localhost(?:\.|$)|^127\./.test(each)),
  )) {
    const pattern = `(?<![\\w.-])${literal(host)}(?:\\.[a-z][\\w-]*)*(?![\\w-])`;
    left = left.replaceAll(new RegExp(pattern, 'gi'), 'HOST');
  }
  for (const user of longestFirst(users.filter((each) => !ANYBODY.includes(each.toLowerCase())))) {
    left = left.replaceAll(
      new RegExp(`(?<![\\p{L}\\d_])${literal(user)}(?![\\p{L}\\d_])`, 'giu'),
      'USER',
    );
  }
  return left
    .replaceAll(/\b(?:[\da-f]{2}[:-]){5}[\da-f]{2}\b/gi, 'MAC')
    .replaceAll(/(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)/g, (ip) =>
      isPublic(ip) ? 'ADDRESS' : ip,
    )
    .replaceAll(/(?<![\w:])[23][\da-f]{3}:[\da-f:]+/gi, 'ADDRESS');
}

/** Addresses of private networks are what labs collide with, and nobody's own. */
function isPublic(ip: string): boolean {
  return !/^(?:0|10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|2(?:2[4-9]|[3-5]\d))\./.test(
    ip,
  );
}

function longestFirst(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => name.length > 1).sort((a, b) => b.length - a.length);
}

/** Those of this machine: whoever is at work, and hosts that the environment names, such as a proxy. */
export function privateNames(env: Readonly<Record<string, string | undefined>>): PrivateNames {
  const given = (...names: string[]) => names.flatMap((name) => env[name] || []);
  const users = given('USER', 'LOGNAME', 'USERNAME', 'SUDO_USER');
  const homes = [os.homedir(), ...given('HOME', 'USERPROFILE')];
  try {
    const { username, homedir } = os.userInfo();
    users.push(username);
    homes.push(homedir);
  } catch {
    // A user without an entry has no name either.
  }
  const urls = Object.entries(env).flatMap(([name, value]) =>
    value && /proxy$|_url$|^(?:docker_host|incus_remote)$/i.test(name) ? value.split(',') : [],
  );
  const named = [
    os.hostname(),
    ...given('HOSTNAME', 'COMPUTERNAME', 'USERDOMAIN'),
    ...urls.flatMap(hostOf),
  ];
  // Where a name has a domain, its first part is known by itself.
  const hosts = named.flatMap((name) =>
    /^[\d.:]+$/.test(name) ? name : [name, name.split('.')[0] ?? ''],
  );
  return { users, homes: homes.filter((home) => home.length > 1), hosts };
}

function hostOf(url: string): string[] {
  const [, host] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@\s]*@)?([^\s/:@]+)/i.exec(url.trim()) ?? [];
  return host ? [host.replace(/^\*?\./, '')] : [];
}
