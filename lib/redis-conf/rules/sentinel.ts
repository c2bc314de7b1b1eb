/** What is wrong with one sentinel.conf, by itself. */
import { currentName } from '../directives.js';
import { lowerCase } from '../parse.js';
import { type Conf, linesNamed, settingOf, valueIn } from './configuration.js';
import { type Context, judged, short } from './context.js';
import { isAddress, isLoopback } from './endpoint.js';
import { type Line, placeOf, placeOfArgument, placeOfFile } from './finding.js';

const text = (line: Line, at: number) => line.args[at]?.text ?? '';

export function sentinelRules(conf: Conf, context: Context): void {
  if (conf.kind !== 'sentinel') return;
  masters(conf, context);
  hostNames(conf, context);
  times(conf, context);
  strangers(conf, context);
}

/** Directives of Sentinel whose first argument names a master. */
function isOfMaster({ name }: Line): boolean {
  return MASTERS.has(currentName(name));
}

const MASTERS = new Set(
  [
    ...[
      'auth-pass',
      'auth-user',
      'client-reconfig-script',
      'config-epoch',
      'down-after-milliseconds',
    ],
    ...['failover-timeout', 'known-replica', 'known-sentinel', 'leader-epoch', 'parallel-syncs'],
    ...['notification-script', 'rename-command', 'master-reboot-down-after-period'],
  ].map((own) => `sentinel ${own}`),
);

function masters(conf: Conf, { findings }: Context): void {
  const monitors = linesNamed(conf, 'sentinel monitor').filter(({ args }) => args.length > 0);
  const names = new Set<string>();
  const endpoints = new Map<string, string>();
  for (const line of monitors) {
    const [name, endpoint] = [text(line, 0), `${text(line, 1)} ${text(line, 2)}`];
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
    const others = judged(conf.lines).filter(isOfMaster);
    if (others.length === 0 && !conf.partial && !conf.template) {
      findings.add('sentinel.no-monitor', conf, placeOfFile(conf.name));
    }
  }
  if (conf.partial || conf.template) return;
  const known = new Set<string>();
  for (const line of judged(conf.lines)) {
    if (!isOfMaster(line) || line.args.length < 2) continue;
    const name = text(line, 0);
    if (!names.has(name)) {
      const near = [...names].find((each) => lowerCase(each) === lowerCase(name));
      const values = { name: short(name), names: short([...names].join(', ') || '-') };
      const code = near === undefined ? 'sentinel.master-unknown' : 'sentinel.master-case';
      findings.add(code, conf, placeOfArgument(line, 0), { values });
    }
    if (currentName(line.name) !== 'sentinel known-replica') continue;
    const key = `${name} ${text(line, 1)} ${text(line, 2)}`;
    if (known.has(key)) findings.add('sentinel.known-twice', conf, placeOf(line));
    known.add(key);
  }
}

/** Without `resolve-hostnames` names are not looked up, not even `localhost`. */
function hostNames(conf: Conf, { findings }: Context): void {
  const resolves = lowerCase(valueIn(conf, 'sentinel resolve-hostnames') ?? 'no') === 'yes';
  const announces = lowerCase(valueIn(conf, 'sentinel announce-hostnames') ?? 'no') === 'yes';
  const hosts = [
    ...linesNamed(conf, 'sentinel monitor').map((line) => [line, 1] as const),
    ...linesNamed(conf, 'sentinel known-replica').map((line) => [line, 1] as const),
    ...linesNamed(conf, 'sentinel known-sentinel').map((line) => [line, 1] as const),
  ].filter(([line, at]) => text(line, at) !== '' && !isAddress(text(line, at)));
  for (const [line, at] of hosts) {
    const values = { value: short(text(line, at)) };
    const place = placeOfArgument(line, at);
    if (!resolves && !conf.partial) findings.add('sentinel.host-name', conf, place, { values });
    else if (resolves && !announces && line.name === 'sentinel monitor') {
      findings.add('sentinel.names-mixed', conf, place, { values });
    }
  }
}

const LEAST_MS = 100;
const SHORT_MS = 1_000;
const LONG_MS = 300_000;
const LONG_FAILOVER_MS = 600_000;

function times(conf: Conf, { findings }: Context): void {
  for (const line of linesNamed(conf, 'sentinel down-after-milliseconds')) {
    const ms = milliseconds(line);
    if (ms === undefined) continue;
    const told = { values: { value: ms }, reads: `${ms} ms` };
    const place = placeOfArgument(line, 1);
    if (ms < LEAST_MS) findings.add('sentinel.down-after-seconds', conf, place, told);
    else if (ms < SHORT_MS) findings.add('sentinel.down-after-short', conf, place, told);
    else if (ms > LONG_MS) findings.add('sentinel.down-after-long', conf, place, told);
  }
  for (const line of linesNamed(conf, 'sentinel failover-timeout')) {
    const ms = milliseconds(line);
    if (ms === undefined) continue;
    const down = linesNamed(conf, 'sentinel down-after-milliseconds').findLast(
      (each) => text(each, 0) === text(line, 0),
    );
    const after = (down && milliseconds(down)) ?? 30_000;
    const values = { value: ms, after };
    const place = placeOfArgument(line, 1);
    if (ms < SHORT_MS) {
      findings.add('sentinel.failover-seconds', conf, place, { values, reads: `${ms} ms` });
    } else if (ms < after) findings.add('sentinel.failover-short', conf, place, { values });
    else if (ms > LONG_FAILOVER_MS) findings.add('sentinel.failover-long', conf, place, { values });
  }
  for (const line of linesNamed(conf, 'sentinel parallel-syncs')) {
    if (/^[+-]?0*$/.test(text(line, 1)) && line.args.length === 2) {
      findings.add('sentinel.no-syncs', conf, placeOfArgument(line, 1));
    }
  }
}

/** What is no plain number is told as such. */
function milliseconds(line: Line): number | undefined {
  const value = text(line, 1);
  return /^\d{1,15}$/.test(value) && Number(value) > 0 ? Number(value) : undefined;
}

const OWN_PORT = '26379';

/** What does not belong there, or leads to itself. */
function strangers(conf: Conf, { findings }: Context): void {
  const follows = settingOf(conf, 'replicaof');
  const isNone = follows && lowerCase(text(follows, 0)) === 'no';
  if (follows && !isNone && follows.args.length === 2) {
    findings.add('sentinel.replicaof', conf, placeOf(follows));
  }
  const port = valueIn(conf, 'port') ?? OWN_PORT;
  for (const line of linesNamed(conf, 'sentinel monitor')) {
    if (text(line, 2) === port && !['0', '6379'].includes(port)) {
      const values = { port };
      findings.add('sentinel.monitors-sentinel', conf, placeOfArgument(line, 2), { values });
    } else if (/^[1-9]\d{0,2}$/.test(text(line, 2))) {
      const values = { port: text(line, 2) };
      findings.add('port.cut-short', conf, placeOfArgument(line, 2), { values });
    }
  }
  const scripts = settingOf(conf, 'sentinel deny-scripts-reconfig');
  if (scripts && lowerCase(text(scripts, 0)) === 'no') {
    findings.add('sentinel.scripts', conf, placeOf(scripts));
  }
  const announced = settingOf(conf, 'sentinel announce-ip');
  const isOneHost = linesNamed(conf, 'sentinel monitor').every((line) => isLoopback(text(line, 1)));
  if (announced && isLoopback(text(announced, 0)) && !isOneHost) {
    findings.add('announce.loopback', conf, placeOfArgument(announced, 0), {
      values: { name: announced.name, value: text(announced, 0) },
    });
  }
}
