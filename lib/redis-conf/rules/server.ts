/** What is wrong with one file of a server, redis.conf or sentinel.conf, by itself. */
import { compareVersions } from '../../model/releases.js';
import { lowerCase } from '../parse.js';
import {
  type Conf,
  type Configuration,
  isUnknown,
  linesNamed,
  settingOf,
  valueIn,
} from './configuration.js';
import { type Context, short } from './context.js';
import {
  bindOf,
  bound,
  isAddress,
  isComment,
  isEverywhere,
  isLoopback,
  isLoopbackOnly,
  usualPort,
} from './endpoint.js';
import {
  type Line,
  placeFrom,
  placeOf,
  placeOfArgument,
  type RuleCode,
  textAt,
} from './finding.js';
import { whereIs } from './where.js';

export function isOn(conf: Conf, name: string): boolean {
  return lowerCase(valueIn(conf, name) ?? '') === 'yes';
}

/** Unset, `""`, or a password; undefined where it is known only later. */
export function passwordOf(conf: Conf): string | undefined {
  return isUnknown(conf, 'requirepass') ? undefined : (valueIn(conf, 'requirepass') ?? '');
}

export function serverRules(conf: Conf, context: Context): void {
  if (conf.kind !== 'redis' && conf.kind !== 'sentinel') return;
  binding(conf, context);
  listening(conf, context);
  replication(conf, context);
  endpoints(conf, context);
  files(conf, context);
  switches(conf, context);
  access(conf, context);
}

const MOST_ADDRESSES = 16;

function binding(conf: Conf, { findings }: Context): void {
  for (const line of linesNamed(conf, 'bind')) {
    if (line.error) continue;
    if (line.args.length > MOST_ADDRESSES) {
      findings.add('bind.too-many', conf, placeOfArgument(line, MOST_ADDRESSES));
    }
    for (const [at, { text: word }] of line.args.entries()) {
      if (isAddress(bound(word)) || word === '*' || word === '-*') continue;
      const place = placeOfArgument(line, at);
      const values = { value: short(word) };
      if (isComment(word)) {
        findings.add('line.comment-behind', conf, placeFrom(line, at), {
          values: { name: line.name },
        });
        break;
      }
      if (at === 0 && (word === '=' || word === ':')) {
        findings.add('line.assigned', conf, placeOf(line), {
          values: { name: line.name, sign: word },
        });
        break;
      }
      if (/,/.test(word)) findings.add('bind.comma', conf, place, { values });
      else if (/\/\d+$/.test(word)) findings.add('bind.network', conf, place, { values });
      else if (/^-?(?:[\w.-]+):\d+$/.test(word)) {
        findings.add('bind.port', conf, place, { values });
      }
    }
  }
}

function listening(conf: Conf, { findings }: Context): void {
  const port = settingOf(conf, 'port');
  const others = ['tls-port', 'unixsocket'].some(
    (name) => isUnknown(conf, name) || !['', '0', undefined].includes(valueIn(conf, name)),
  );
  if (port && textAt(port, 0) === '0' && !others) {
    findings.add('port.none', conf, placeOf(port));
  }
}

function replication(conf: Conf, { findings }: Context): void {
  const line = settingOf(conf, 'replicaof');
  if (!line || line.isTemplate || conf.kind !== 'redis' || line.args.length !== 2) return;
  const [host, port] = [textAt(line, 0), textAt(line, 1)];
  if (lowerCase(host) === 'no') return;
  if (isOn(conf, 'cluster-enabled')) findings.add('replicaof.cluster', conf, placeOf(line));
  const bind = bindOf(conf);
  const own = [valueIn(conf, 'replica-announce-ip'), 'localhost', '127.0.0.1', '::1'];
  const isOwn = own.includes(host) || bind?.addresses.includes(host);
  const isOwnPort = port === (valueIn(conf, 'port') ?? usualPort(conf));
  if (isOwnPort && isOwn && !isUnknown(conf, 'port')) {
    findings.add('replicaof.itself', conf, placeOf(line), { values: { host, port } });
  } else if (port === '26379') {
    findings.add('replicaof.sentinel', conf, placeOfArgument(line, 1));
  }
  const writable = settingOf(conf, 'replica-read-only');
  if (writable && lowerCase(textAt(writable, 0)) === 'no') {
    findings.add('replica.writable', conf, placeOf(writable));
  }
  if (bind && isLoopbackOnly(bind) && !isLoopback(host)) {
    findings.add('bind.loopback-only', conf, placeOf(bind.line), { values: { host: short(host) } });
  }
  if (valueIn(conf, 'requirepass') && !settingOf(conf, 'masterauth') && !conf.partial) {
    findings.add('masterauth.own', conf, placeOf(line));
  }
}

/** Where masters are, and what others are told of where this server is. */
function endpoints(conf: Conf, { findings }: Context): void {
  const isSentinel = conf.kind === 'sentinel';
  const name = isSentinel ? 'sentinel monitor' : 'replicaof';
  const at = isSentinel ? 1 : 0;
  const masters = linesNamed(conf, name).filter(
    (line) => isSentinel || (line === settingOf(conf, name) && lowerCase(textAt(line, 0)) !== 'no'),
  );
  for (const line of masters) {
    const port = textAt(line, at + 1);
    if (line.args.length === (isSentinel ? 4 : 2) && /^[1-9]\d{0,2}$/.test(port)) {
      findings.add('port.cut-short', conf, placeOfArgument(line, at + 1), { values: { port } });
    }
  }
  const announced = settingOf(conf, isSentinel ? 'sentinel announce-ip' : 'replica-announce-ip');
  const named: [Line, number][] = masters.map((line) => [line, at]);
  if (announced) named.push([announced, 0]);
  for (const [line, place] of named) {
    const value = textAt(line, place);
    if (line.isTemplate || !isEverywhere(value)) continue;
    const values = { name: line.name, value };
    findings.add('address.everywhere', conf, placeOfArgument(line, place), { values });
  }
  const isOneHost = masters.every((line) => isLoopback(textAt(line, at)));
  if (announced && isLoopback(textAt(announced, 0)) && !isOneHost) {
    const values = { name: announced.name, value: textAt(announced, 0) };
    findings.add('announce.loopback', conf, placeOfArgument(announced, 0), { values });
  }
}

function files(conf: Conf, { configuration, findings }: Context): void {
  const where = whereIs(conf, configuration);
  const log = settingOf(conf, 'logfile');
  const base = (file: string) => file.slice(file.lastIndexOf('/') + 1);
  const value = log ? textAt(log, 0) : '';
  if (log && value !== '' && base(value) === base(conf.name)) {
    findings.add('logfile.own-file', conf, placeOfArgument(log, 0), {
      values: { value: short(value) },
    });
  }
  for (const line of conf.cycles) findings.add('include.cycle', conf, placeOf(line));
  for (const line of conf.unseen) {
    const value = textAt(line, 0);
    const isHere = value.startsWith('/') && !/[*?[]/.test(value) && where === 'here';
    const isAbsent = isHere && conf.disk.lacks(value) === 'absent';
    findings.add(isAbsent ? 'include.absent' : 'include.unseen', conf, placeOf(line), {
      values: { value: short(value) },
    });
  }
}

const SWITCHES: readonly (readonly [name: string, code: RuleCode])[] = [
  ['enable-debug-command', 'enable.debug'],
  ['enable-module-command', 'enable.module'],
  ['enable-protected-configs', 'enable.protected-configs'],
];

function switches(conf: Conf, { findings }: Context): void {
  for (const [name, code] of SWITCHES) {
    const line = settingOf(conf, name);
    if (line && lowerCase(textAt(line, 0)) === 'yes') findings.add(code, conf, placeOf(line));
  }
  const defragments = settingOf(conf, 'activedefrag');
  if (defragments && lowerCase(textAt(defragments, 0)) === 'yes') {
    findings.add('activedefrag.build', conf, placeOf(defragments));
  }
  const lag = settingOf(conf, 'min-replicas-max-lag');
  for (const line of [lag, settingOf(conf, 'timeout'), settingOf(conf, 'repl-timeout')]) {
    if (line && /^[1-9]\d*000$/.test(textAt(line, 0)) && Number(textAt(line, 0)) >= 10_000) {
      const values = { name: line.name, value: textAt(line, 0) };
      findings.add('value.seconds', conf, placeOfArgument(line, 0), {
        values,
        reads: `${textAt(line, 0)} s`,
      });
    }
  }
}

const COMMON = new Set([
  ...['foobared', 'password', 'passw0rd', 'secret', 'redis', 'redis123', 'admin', 'root', 'test'],
  ...['123456', '12345678', '123456789', '1234', '12345', 'qwerty', 'changeme', 'mypassword'],
  ...['mypass', 'yourpassword', 'your_password', 'yourpass', 'pass', 'admin123', 'abc123', '123'],
  ...['password123', 'strongpassword', 'your-password', 'rahasia', 'topsecret', 'p@ssw0rd'],
]);

const LEAST_PASSWORD = 8;

function access(conf: Conf, { configuration, findings, targets }: Context): void {
  const set = settingOf(conf, 'requirepass');
  const password = passwordOf(conf);
  if (set && password) {
    const isWeak = COMMON.has(lowerCase(password)) || password.length < LEAST_PASSWORD;
    if (isWeak) findings.add('password.weak', conf, placeOf(set));
  }
  const users = linesNamed(conf, 'user');
  const fallback = users.find((line) => textAt(line, 0) === 'default');
  const words = fallback?.args.slice(1).map((word) => lowerCase(word.text)) ?? [];
  if (set && password && words.includes('nopass') && fallback) {
    findings.add('acl.no-password', conf, placeOf(fallback), { values: { line: set.line } });
  }
  const aclfile = settingOf(conf, 'aclfile');
  if (aclfile && users[0])
    findings.add('acl.both', conf, placeOf(users[0]), { values: { line: aclfile.line } });
  if (set && password && aclfile && textAt(aclfile, 0) !== '') {
    findings.add('acl.file-wins', conf, placeOf(set), { values: { line: aclfile.line } });
  }
  const isShut = words.includes('off') || words.some((word) => /^[>#]/.test(word));
  if (conf.partial || conf.template) return;
  const isAsked = aclfile ? !isOpenIn(conf, configuration) : password !== '' || isShut;
  if (!isAsked) open(conf, { findings, targets });
}

/** Whether the aclfile of a server lets everybody in: without its line, the user `default` needs no password. */
function isOpenIn(conf: Conf, { files }: Configuration): boolean {
  const [own, ...others] = files.filter(({ kind, node }) => kind === 'acl' && node === conf.node);
  if (!own || others.length > 0) return false;
  const rules = linesNamed(own, 'user').find((line) => textAt(line, 0) === 'default')?.args ?? [];
  return !rules.slice(1).some(({ text }) => /^(?:off$|[>#])/i.test(text));
}

/** Nobody is asked for a password. */
function open(conf: Conf, { findings, targets }: Pick<Context, 'findings' | 'targets'>): void {
  const mode = settingOf(conf, 'protected-mode');
  const isOff = mode && lowerCase(textAt(mode, 0)) === 'no';
  const bind = bindOf(conf);
  const words = bind?.addresses ?? [];
  const isOne = (word: string) => /^[^,/]+$/.test(word) && !/^[\w.-]+:\d+$/.test(word);
  const beyond = words.filter((word) => !isLoopback(word) && isOne(word));
  const isAlone = words.length > 0 && beyond.length === 0;
  if (isOff && !isAlone) {
    const place = placeOf(mode);
    if (conf.kind === 'sentinel') findings.add('open.sentinel', conf, place);
    else if (words.length === 0 || words.some(isEverywhere))
      findings.add('open.everybody', conf, place);
    else
      findings.add('open.network', conf, place, {
        values: { addresses: short(beyond.join(', ')) },
      });
    return;
  }
  // Since 7.0 an explicit bind no longer switches protected mode off.
  const since = targets.filter(
    ({ engine, version }) => engine === 'valkey' || compareVersions(version, '7.0.0') >= 0,
  );
  if (isOff || since.length === 0) return;
  if (conf.kind === 'sentinel') {
    if (mode && !isAlone) findings.add('protected.sentinel', conf, placeOf(mode));
  } else if (bind && beyond.length > 0) {
    findings.add('protected.server', conf, placeOf(bind.line), { targets: since });
  }
}
