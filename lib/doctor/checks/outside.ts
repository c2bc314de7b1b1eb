/** What a lab gets from elsewhere, and what stands between. */

import { PREFERRED, WITH_MACHINES } from '../../backends/registry.js';
import { releaseOf, sourceName } from '../../cache/names.js';
import type { LabModel } from '../../model/model.js';
import { sourceProblem } from '../../spec/source.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import type { Reached } from '../host.js';
import { steps, systemOf } from '../install-hints.js';

const PROXY = subject(
  'proxy',
  'Proxy',
  PREFERRED,
  'Vagrant, package managers and what redis-lab downloads go through it; the machines do not.',
);

const VARIABLES = ['https_proxy', 'http_proxy', 'all_proxy'];

/** Those that the environment names, as `NAME=VALUE`. */
export function proxies({ host }: Pick<Facts, 'host'>): string[] {
  return VARIABLES.flatMap((name) => [name.toUpperCase(), name]).flatMap((name) => {
    const value = host.env[name];
    return value ? [`${name}=${withoutPassword(value)}`] : [];
  });
}

export async function proxy(facts: Facts): Promise<Check[]> {
  const set = proxies(facts);
  if (set.length === 0) return [PROXY.good('none is set')];
  return [
    PROXY.poor(
      `set: ${[...new Set(set)].join(', ')}`,
      'Where nothing else leads out, machines cannot install packages. Those of Vagrant get the proxy with the plugin vagrant-proxyconf, the images of Incus with: incus config set core.proxy_https URL',
    ),
  ];
}

function withoutPassword(value: string): string {
  return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
}

const SOURCE = subject(
  'source',
  'Source of Redis',
  WITH_MACHINES,
  'The first node compiles Redis from it, the first time.',
);

/** Whether the source leads anywhere; undefined where nobody needs it. */
async function reached(facts: Facts): Promise<Reached | 'kept' | undefined> {
  const { host, lab } = facts;
  const [url] = lab.redis.source.urls;
  if (lab.redis.install !== 'source' || url === undefined) return undefined;
  return (await host.kept(lab)) === undefined ? host.reach(url) : 'kept';
}

export async function source(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const problem = sourceProblem(lab.redis);
  if (problem) {
    return [
      SOURCE.bad(`${problem.seen} ${problem.message}`, `In the description, ${problem.fix}.`),
    ];
  }
  const [url = ''] = lab.redis.source.urls;
  const answer = await reached(facts);
  if (answer === undefined) return [];
  const release = `${lab.redis.engine} ${lab.redis.version}`;
  if (answer === 'kept') {
    return [SOURCE.good(`the cache has ${await host.kept(lab)} of ${release}`)];
  }
  if (answer.reached) return [SOURCE.good(`${new URL(url).host} answers`)];
  return [
    SOURCE.poor(
      `the cache has none of ${release}, and ${url} cannot be reached from here (${answer.failure})`,
      steps(`Where there is Internet, download ${url}; bring the file here, and have it kept:`, [
        `redis-lab cache add ${fileOf(lab, url)}`,
      ]),
    ),
  ];
}

function fileOf({ redis }: LabModel, url: string): string {
  const name = url.split('/').at(-1);
  return name?.endsWith('.tar.gz') ? name : (sourceName(releaseOf(redis)).split('/').at(-1) ?? '');
}

const CLOCK = subject(
  'clock',
  'Clock',
  WITH_MACHINES,
  'Machines begin with it. Where it is wrong, certificates and lists of packages seem expired, or from the future.',
);

const POOR_MS = 5 * 60_000;
const BAD_MS = 24 * 3_600_000;

export async function clock(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  const set = setClock(facts);
  const answer = await reached(facts);
  const url = new URL(facts.lab.redis.source.urls[0] ?? 'https://localhost').host;
  if (typeof answer === 'object' && answer.reached && answer.dateMs !== undefined) {
    const off = host.epochMs() - answer.dateMs;
    if (Math.abs(off) < POOR_MS) return [CLOCK.good(`agrees with that of ${url}`)];
    const seen = `${spoken(off)} that of ${url}`;
    return [Math.abs(off) < BAD_MS ? CLOCK.poor(seen, set) : CLOCK.bad(seen, set)];
  }
  const wrong = /CERT_(?:NOT_YET_VALID|HAS_EXPIRED)/;
  if (typeof answer === 'object' && !answer.reached && wrong.test(answer.failure)) {
    return [CLOCK.bad(`at ${today(host.epochMs())} the certificate of ${url} is not valid`, set)];
  }
  const asked = await facts.says('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  const synchronised = asked?.ended && asked.code === 0 ? asked.stdout.trim() : undefined;
  if (synchronised === 'yes') return [CLOCK.good('synchronised, says timedatectl')];
  if (synchronised === 'no') {
    return [CLOCK.poor('not synchronised, says timedatectl, and no server was asked', set)];
  }
  const seen = `it shows ${today(host.epochMs())}, and there was nothing to compare it with`;
  return [CLOCK.poor(seen, set.replace(/^Set it/, 'If that is wrong, set it'))];
}

function spoken(off: number): string {
  const minutes = Math.round(Math.abs(off) / 60_000);
  const much = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
  return `${much} ${off > 0 ? 'ahead of' : 'behind'}`;
}

function today(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function setClock({ host }: Facts): string {
  switch (systemOf(host)) {
    case 'windows':
      return steps('Set it, in a PowerShell as administrator:', ['w32tm /resync']);
    case 'macos':
      return steps('Set it:', ['sudo sntp -sS time.apple.com']);
    default:
      return steps('Set it, and keep it so:', ['sudo timedatectl set-ntp true']);
  }
}
