/** systemd units that start a server. */
import { type Conf, type Configuration, isUnknown, valueIn } from './configuration.js';
import type { Context } from './context.js';
import type { Place } from './finding.js';
import { isOn } from './server.js';

interface Setting {
  readonly value: string;
  readonly place: Place;
}

/** The settings of a unit by name; of one given twice, the last. */
function settings(conf: Conf): Map<string, Setting> {
  const found = new Map<string, Setting>();
  for (const [index, text] of conf.text.entries()) {
    const [, indent = '', name, value = ''] = /^(\s*)([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(text) ?? [];
    if (name === undefined) continue;
    const place = {
      file: conf.name,
      line: index + 1,
      column: indent.length + 1,
      length: text.trim().length,
    };
    found.set(name, { value, place });
  }
  return found;
}

/** Whom a unit runs a server on a file as; undefined for one that does not name the file, or says a number or nobody. */
export function userOn(unit: Conf, file: string): string | undefined {
  const own = settings(unit);
  const words = own.get('ExecStart')?.value.split(/\s+/) ?? [];
  const user = own.get('User')?.value ?? '';
  return words.includes(file) && /^[a-z_][\w-]*$/i.test(user) ? user : undefined;
}

const SENTINEL = /(?:redis|valkey)-sentinel\b|--sentinel\b/;

const LEAST_RESTART_MS = 5_000;

export function unitRules(conf: Conf, { configuration, findings }: Context): void {
  if (conf.kind !== 'unit') return;
  const unit = settings(conf);
  const start = unit.get('ExecStart');
  if (!start || !/(?:redis|valkey)-(?:server|sentinel)/.test(start.value)) return;
  const isSentinel = SENTINEL.test(start.value);
  const named = /(\S*sentinel\S*\.conf)/.exec(start.value)?.[1];
  if (!isSentinel && named !== undefined) {
    findings.add('unit.no-sentinel', conf, start.place, { values: { value: named } });
  }
  const type = unit.get('Type')?.value ?? 'simple';
  const started = startedBy(conf, configuration, isSentinel || named !== undefined);
  const forks = /--daemonize\s+yes/.test(start.value) || (started && isOn(started, 'daemonize'));
  const stays = /--daemonize\s+no/.test(start.value);
  if (forks && !stays && type !== 'forking') {
    findings.add('unit.forks', conf, unit.get('Type')?.place ?? start.place, { values: { type } });
  }
  if (type === 'forking' && (stays || (started && !isOn(started, 'daemonize') && !forks))) {
    findings.add('unit.never-forks', conf, unit.get('Type')?.place ?? start.place);
  }
  const supervised = /--supervised\s+(?:systemd|auto)/.test(start.value);
  const says = started && /^(?:systemd|auto)$/i.test(valueIn(started, 'supervised') ?? '');
  if (type === 'notify' && !supervised && started && !started.partial && !says) {
    findings.add('unit.no-notice', conf, unit.get('Type')?.place ?? start.place);
  }
  const limit = unit.get('LimitNOFILE');
  if (limit && started) files(conf, limit, started, findings);
  const user = unit.get('User');
  if (
    (!user || user.value === 'root' || user.value === '0') &&
    unit.get('DynamicUser') === undefined
  ) {
    findings.add('unit.root', conf, user?.place ?? start.place);
  }
  const restart = unit.get('Restart');
  if (restart && restart.value !== 'no' && !isSentinel) {
    restarts(conf, restart, unit.get('RestartSec'), started, findings);
  }
}

function restarts(
  conf: Conf,
  restart: Setting,
  after: Setting | undefined,
  started: Conf | undefined,
  findings: Context['findings'],
): void {
  if (started && keepsNothing(started)) {
    findings.add('unit.restarts-empty', conf, restart.place, { values: { file: started.name } });
  } else if (milliseconds(after?.value ?? '100ms') < LEAST_RESTART_MS) {
    findings.add('unit.restarts-soon', conf, (after ?? restart).place);
  }
}

/** Files that a server opens besides those of its clients. */
const OWN_FILES = 32;

function files(conf: Conf, limit: Setting, started: Conf, findings: Context['findings']): void {
  if (isUnknown(started, 'maxclients') || !/^\d+$/.test(limit.value)) return;
  const clients = Number(valueIn(started, 'maxclients') ?? 10_000);
  const fits = Number(limit.value) - OWN_FILES;
  if (started.kind !== 'redis' || clients <= fits || fits < 1) return;
  findings.add('unit.few-files', conf, limit.place, {
    values: { limit: limit.value, clients, fits, needed: clients + OWN_FILES },
    reads: `maxclients ${fits}`,
  });
}

/** Neither a snapshot nor a log of writes is there when it starts again. */
function keepsNothing(conf: Conf): boolean {
  const isOff = valueIn(conf, 'save') === '';
  return isOff && !isOn(conf, 'appendonly') && !conf.partial && !conf.template;
}

/** The configuration of the same node that the unit starts. */
function startedBy(conf: Conf, { files }: Configuration, isSentinel: boolean): Conf | undefined {
  const kind = isSentinel ? 'sentinel' : 'redis';
  const same = files.filter((each) => each.kind === kind && each.node === conf.node);
  return same.length === 1 ? same[0] : undefined;
}

function milliseconds(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  const units: Readonly<Record<string, number>> = {
    ms: 1,
    '': 1000,
    s: 1000,
    sec: 1000,
    min: 60_000,
    m: 60_000,
    h: 3_600_000,
  };
  return [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/g)].reduce(
    (sum, [, number, unit = '']) => sum + Number(number) * (units[unit] ?? 1000),
    0,
  );
}
