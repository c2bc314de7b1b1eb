/** What a lab downloads, and what may prevent that. */
import { PREFERRED, WITH_MACHINES } from '../../backends/registry.js';
import { releaseOf, sourceName } from '../../cache/names.js';
import type { LabModel } from '../../model/model.js';
import { knownVersions } from '../../model/releases.js';
import { type Message, message } from '../../report/messages.js';
import { sourceProblem } from '../../spec/source.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import type { Reached } from '../host.js';
import { steps, systemOf } from '../install-hints.js';

const PROXY = subject('proxy', PREFERRED);

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
  if (set.length === 0) return [PROXY.good(message('proxy.none'))];
  return [
    PROXY.poor(
      message('proxy.set', { proxies: [...new Set(set)].join(', ') }),
      message('proxy.set.fix'),
    ),
  ];
}

function withoutPassword(value: string): string {
  return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
}

const SOURCE = subject('source', WITH_MACHINES);

/** Whether the address of the source answers; undefined where no source is needed. */
async function reached(facts: Facts): Promise<Reached | 'kept' | undefined> {
  const { host, lab } = facts;
  const [url] = lab.redis.source.urls;
  if (lab.redis.install !== 'source' || url === undefined) return undefined;
  return (await host.kept(lab)) === undefined ? host.reach(url) : 'kept';
}

export async function source(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  if (sourceProblem(lab.redis)) {
    const versions = knownVersions(lab.redis.engine).join(', ');
    const seen = message('source.no-digest', {
      engine: lab.redis.engine,
      version: lab.redis.version,
    });
    return [SOURCE.bad(seen, message('source.no-digest.fix', { versions }))];
  }
  const [url = ''] = lab.redis.source.urls;
  const answer = await reached(facts);
  if (answer === undefined) return [];
  const { engine, version } = lab.redis;
  if (answer === 'kept') {
    const what = (await host.kept(lab)) ?? '';
    return [SOURCE.good(message('source.kept', { what, engine, version }))];
  }
  if (answer.reached) return [SOURCE.good(message('source.answers', { host: new URL(url).host }))];
  return [
    SOURCE.poor(
      message('source.unreached', { engine, version, url, said: answer.failure }),
      steps(message('source.unreached.fix', { url }), [`redis-lab cache add ${fileOf(lab, url)}`]),
    ),
  ];
}

function fileOf({ redis }: LabModel, url: string): string {
  const name = url.split('/').at(-1);
  return name?.endsWith('.tar.gz') ? name : (sourceName(releaseOf(redis)).split('/').at(-1) ?? '');
}

const CLOCK = subject('clock', WITH_MACHINES);

const POOR_MS = 5 * 60_000;
const BAD_MS = 24 * 3_600_000;

export async function clock(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  const set = setClock(facts, true);
  const answer = await reached(facts);
  const url = new URL(facts.lab.redis.source.urls[0] ?? 'https://localhost').host;
  if (typeof answer === 'object' && answer.reached && answer.dateMs !== undefined) {
    const off = host.epochMs() - answer.dateMs;
    if (Math.abs(off) < POOR_MS) return [CLOCK.good(message('clock.agrees', { host: url }))];
    const seen = message(off > 0 ? 'clock.ahead' : 'clock.behind', {
      time: spoken(off),
      host: url,
    });
    return [Math.abs(off) < BAD_MS ? CLOCK.poor(seen, set) : CLOCK.bad(seen, set)];
  }
  const now = today(host.epochMs());
  const wrong = ['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED'];
  if (typeof answer === 'object' && !answer.reached && wrong.includes(answer.code ?? '')) {
    return [CLOCK.bad(message('clock.certificate', { now, host: url }), set)];
  }
  const asked = await facts.says('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  const synchronised = asked?.ended && asked.code === 0 ? asked.stdout.trim() : undefined;
  if (synchronised === 'yes') return [CLOCK.good(message('clock.synchronised'))];
  if (synchronised === 'no') {
    return [CLOCK.poor(message('clock.not-synchronised'), set)];
  }
  return [CLOCK.poor(message('clock.alone', { now }), setClock(facts, false))];
}

function spoken(off: number): Message {
  const minutes = Math.round(Math.abs(off) / 60_000);
  return minutes < 120
    ? message('clock.minutes', { count: minutes })
    : message('clock.hours', { count: Math.round(minutes / 60) });
}

function today(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function setClock({ host }: Facts, isWrong: boolean): Message {
  switch (systemOf(host)) {
    case 'windows':
      return steps(isWrong ? 'clock.set-in-powershell' : 'clock.if-wrong-in-powershell', [
        'w32tm /resync',
      ]);
    case 'macos':
      return steps(isWrong ? 'clock.set' : 'clock.if-wrong', ['sudo sntp -sS time.apple.com']);
    default:
      return steps(isWrong ? 'clock.set-for-good' : 'clock.if-wrong-for-good', [
        'sudo timedatectl set-ntp true',
      ]);
  }
}
