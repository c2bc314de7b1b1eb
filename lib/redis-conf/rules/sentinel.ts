/** What is wrong with one sentinel.conf, by itself. */
import { lowerCase } from '../parse.js';
import { type Conf, linesNamed, settingOf, valueIn } from './configuration.js';
import { type Context, short } from './context.js';
import { isAddress, usualPort } from './endpoint.js';
import { type Line, placeOf, placeOfArgument, placeOfFile, textAt } from './finding.js';

export function sentinelRules(conf: Conf, context: Context): void {
  if (conf.kind !== 'sentinel') return;
  masters(conf, context);
  hostNames(conf, context);
  announced(conf, context);
  times(conf, context);
  strangers(conf, context);
}

/** Directives of Sentinel whose first argument names a master. */
const OF_MASTERS = [
  ...['auth-pass', 'auth-user', 'client-reconfig-script', 'config-epoch'],
  ...['down-after-milliseconds', 'failover-timeout', 'known-replica', 'known-sentinel'],
  ...['leader-epoch', 'parallel-syncs', 'notification-script', 'rename-command'],
  ...['master-reboot-down-after-period'],
].map((own) => `sentinel ${own}`);

function masters(conf: Conf, { findings }: Context): void {
  const monitors = linesNamed(conf, 'sentinel monitor').filter(({ args }) => args.length > 0);
  const names = new Set<string>();
  const endpoints = new Map<string, string>();
  for (const line of monitors) {
    const [name, endpoint] = [textAt(line, 0), `${textAt(line, 1)} ${textAt(line, 2)}`];
    const place = placeOfArgument(line, 0);
    const other = endpoints.get(endpoint);
    if (names.has(name)) findings.add('sentinel.master-twice', conf, place, { values: { name } });
    else if (other !== undefined && line.args.length > 3) {
      findings.add('sentinel.same-master', conf, place, { values: { name, other } });
    }
    names.add(name);
    endpoints.set(endpoint, name);
    if (line.file !== conf.name && conf.included.includes(line.file)) {
      findings.add('include.monitor', conf, placeOf(line), { values: { name, file: line.file } });
    }
  }
  if (monitors.length === 0) {
    const isLeft = OF_MASTERS.some((own) => conf.named.has(own));
    if (!isLeft && !conf.partial && !conf.template) {
      findings.add('sentinel.no-monitor', conf, placeOfFile(conf.name));
    }
  }
  if (conf.partial || conf.template) return;
  for (const line of OF_MASTERS.flatMap((own) => linesNamed(conf, own))) {
    const name = textAt(line, 0);
    if (line.args.length < 2 || names.has(name)) continue;
    const near = [...names].find((each) => lowerCase(each) === lowerCase(name));
    const values = { name: short(name), names: short([...names].join(', ') || '-') };
    const code = near === undefined ? 'sentinel.master-unknown' : 'sentinel.master-case';
    findings.add(code, conf, placeOfArgument(line, 0), { values });
  }
  const known = new Set<string>();
  for (const line of linesNamed(conf, 'sentinel known-replica')) {
    if (line.args.length < 2) continue;
    const key = `${textAt(line, 0)} ${textAt(line, 1)} ${textAt(line, 2)}`;
    if (known.has(key)) findings.add('sentinel.known-twice', conf, placeOf(line));
    known.add(key);
  }
}

/** Without `resolve-hostnames` names are not looked up, not even `localhost`. */
function hostNames(conf: Conf, { findings }: Context): void {
  const resolves = lowerCase(valueIn(conf, 'sentinel resolve-hostnames') ?? 'no') === 'yes';
  if (conf.template && !conf.last.has('sentinel resolve-hostnames'))
    namesInTemplate(conf, findings);
  const announces = lowerCase(valueIn(conf, 'sentinel announce-hostnames') ?? 'no') === 'yes';
  for (const line of ['monitor', 'known-replica', 'known-sentinel'].flatMap((own) =>
    linesNamed(conf, `sentinel ${own}`),
  )) {
    const host = textAt(line, 1);
    const isShort = line.args.length < (line.name === 'sentinel monitor' ? 4 : 3);
    if (host === '' || isShort || isAddress(host)) continue;
    const values = { value: short(host) };
    const place = placeOfArgument(line, 1);
    if (!resolves && !conf.partial) findings.add('sentinel.host-name', conf, place, { values });
    else if (resolves && !announces && line.name === 'sentinel monitor') {
      findings.add('sentinel.names-mixed', conf, place, { values });
    }
  }
}

/** `sentinel monitor mymaster redis-master 6379 $QUORUM`: what stands there already is a name. */
function namesInTemplate(conf: Conf, findings: Context['findings']): void {
  const unfilled = ({ name, isTemplate, args }: Line) =>
    name === 'sentinel monitor' && isTemplate && args.length === 4;
  for (const line of conf.lines.filter(unfilled)) {
    const value = textAt(line, 1);
    if (isAddress(value) || !/^[a-z][a-z0-9.-]*$/.test(value)) continue;
    const place = placeOfArgument(line, 1);
    findings.add('sentinel.host-name', conf, place, {
      values: { value: short(value) },
      isHint: true,
    });
  }
}

/** What it tells others of where it is. */
function announced(conf: Conf, { findings }: Context): void {
  const line = settingOf(conf, 'sentinel announce-ip');
  const host = textAt(line, 0);
  if (!line || line.isTemplate || host === '') return;
  const place = placeOfArgument(line, 0);
  if (!isAddress(host)) {
    const resolves = lowerCase(valueIn(conf, 'sentinel resolve-hostnames') ?? 'no') === 'yes';
    const values = { value: short(host) };
    if (!resolves && !conf.partial) findings.add('announce.name', conf, place, { values });
  }
  const port = valueIn(conf, 'sentinel announce-port');
  const isMaster = (each: Line) => textAt(each, 1) === host && textAt(each, 2) === port;
  if (port !== undefined && linesNamed(conf, 'sentinel monitor').some(isMaster)) {
    const values = { value: short(`${host}:${port}`) };
    findings.add('announce.master', conf, place, { values });
  }
}

const LEAST_MS = 100;
const SHORT_MS = 1_000;
const LONG_MS = 300_000;
const LONG_FAILOVER_MS = 600_000;

function times(conf: Conf, { findings }: Context): void {
  const downs = new Map<string, number>();
  for (const line of linesNamed(conf, 'sentinel down-after-milliseconds')) {
    const ms = milliseconds(line);
    if (ms === undefined) continue;
    downs.set(textAt(line, 0), ms);
    const told = { values: { value: ms }, reads: `${ms} ms` };
    const place = placeOfArgument(line, 1);
    if (ms < LEAST_MS) findings.add('sentinel.down-after-seconds', conf, place, told);
    else if (ms < SHORT_MS) findings.add('sentinel.down-after-short', conf, place, told);
    else if (ms > LONG_MS) findings.add('sentinel.down-after-long', conf, place, told);
  }
  for (const line of linesNamed(conf, 'sentinel failover-timeout')) {
    const ms = milliseconds(line);
    if (ms === undefined) continue;
    const after = downs.get(textAt(line, 0)) ?? 30_000;
    const values = { value: ms, after };
    const place = placeOfArgument(line, 1);
    if (ms < SHORT_MS) {
      findings.add('sentinel.failover-seconds', conf, place, { values, reads: `${ms} ms` });
    } else if (ms < after) findings.add('sentinel.failover-short', conf, place, { values });
    else if (ms > LONG_FAILOVER_MS) findings.add('sentinel.failover-long', conf, place, { values });
  }
  for (const line of linesNamed(conf, 'sentinel parallel-syncs')) {
    if (/^[+-]?0*$/.test(textAt(line, 1)) && line.args.length === 2) {
      findings.add('sentinel.no-syncs', conf, placeOfArgument(line, 1));
    }
  }
}

/** What is no plain number is told as such. */
function milliseconds(line: Line): number | undefined {
  const value = textAt(line, 1);
  return /^\d{1,15}$/.test(value) && Number(value) > 0 ? Number(value) : undefined;
}

/** What does not belong there, or leads to itself. */
function strangers(conf: Conf, { findings }: Context): void {
  const follows = settingOf(conf, 'replicaof');
  const isNone = follows && lowerCase(textAt(follows, 0)) === 'no';
  if (follows && !isNone && follows.args.length === 2) {
    findings.add('sentinel.replicaof', conf, placeOf(follows));
  }
  const port = valueIn(conf, 'port') ?? usualPort(conf);
  for (const line of linesNamed(conf, 'sentinel monitor')) {
    if (textAt(line, 2) === port && !['0', '6379'].includes(port)) {
      const values = { port };
      findings.add('sentinel.monitors-sentinel', conf, placeOfArgument(line, 2), { values });
    }
  }
  const scripts = settingOf(conf, 'sentinel deny-scripts-reconfig');
  if (scripts && lowerCase(textAt(scripts, 0)) === 'no') {
    findings.add('sentinel.scripts', conf, placeOf(scripts));
  }
}
