/** Passwords and users that servers, replicas and Sentinels must have in common. */
import { createHash } from 'node:crypto';
import { compareVersions } from '../../model/releases.js';
import { lowerCase } from '../parse.js';
import { type Conf, type Configuration, linesNamed, settingOf, valueIn } from './configuration.js';
import type { Context } from './context.js';
import { bindOf, isLoopbackOnly } from './endpoint.js';
import { type Line, type Place, placeOf, placeOfArgument, placeOfFile, textAt } from './finding.js';
import { type Group, isAt, type Lab, type Sentinel, type Server } from './lab.js';
import { refusedCommands } from './sentinel-commands.js';
import { passwordOf } from './server.js';

type Adds = Context['findings'];

export function passwordsTogether(context: Context): void {
  const { configuration, lab, findings } = context;
  const isWhole = !configuration.files.some(({ partial, template }) => partial || template);
  if (!isWhole) return;
  const accounts = accountsOf(configuration, lab);
  const all = lab.groups.map((group) => ({ ...group, asked: asked(group, accounts) }));
  for (const group of all) {
    for (const server of group.servers) replica(server, group, lab, accounts, findings);
    together(group, findings);
  }
  for (const sentinel of lab.sentinels) watcher(sentinel, all, accounts, context);
  among(lab, findings);
}

/**
 * The users of each server that has any or a password, as far as files say: its own lines, and the aclfiles of its node.
 * Empty where none has users.
 */
type Accounts = ReadonlyMap<Conf, readonly Line[]>;

function accountsOf({ files }: Configuration, { servers }: Lab): Accounts {
  const aclfiles = files.filter(({ kind }) => kind === 'acl');
  const nodes = new Set(servers.map(({ conf }) => conf.node));
  const found = servers.map(({ conf }) => {
    // One that lies with no server is that of all.
    const own = aclfiles.filter(({ node }) => node === conf.node || !nodes.has(node));
    const isUnseen = own.length === 0 && !['', undefined].includes(valueIn(conf, 'aclfile'));
    return { conf, isUnseen, users: [conf, ...own].flatMap((each) => linesNamed(each, 'user')) };
  });
  if (!found.some(({ users }) => users.length > 0)) return new Map();
  const isKnown = ({ conf, isUnseen, users }: (typeof found)[number]) =>
    !isUnseen && (users.length > 0 || passwordOf(conf) !== '');
  return new Map(found.filter(isKnown).map(({ conf, users }) => [conf, users]));
}

/** A server that has not this user; `default` is there always. */
function lacking(accounts: Accounts, name: string): Conf | undefined {
  if (name === 'default') return undefined;
  return [...accounts.keys()].find(
    (conf) => !accounts.get(conf)?.some((user) => textAt(user, 0) === name),
  );
}

/** What somebody is asked who says no name, and where it stands. */
interface Asked {
  readonly conf: Conf;
  readonly line: Line;
  takes(password: string): boolean;
}

interface Asking extends Group {
  readonly asked: Asked | undefined;
}

/** The first of the servers that ask for a password: all others should ask for the same. */
function asked({ servers }: Group, accounts: Accounts): Asked | undefined {
  for (const { conf } of servers) {
    const user = accounts.get(conf)?.findLast((line) => textAt(line, 0) === 'default');
    if (user) {
      const rules = user.args.slice(1).map(({ text }) => text);
      if (isShut([user])) return { conf, line: user, takes: (each) => isPasswordOf(rules, each) };
      continue;
    }
    const line = settingOf(conf, 'requirepass');
    const password = passwordOf(conf);
    if (line && password) return { conf, line, takes: (each) => each === password };
  }
  return undefined;
}

function isPasswordOf(rules: readonly string[], password: string): boolean {
  if (rules.some((rule) => lowerCase(rule) === 'off')) return false;
  const hash = createHash('sha256').update(password).digest('hex');
  return rules.includes(`>${password}`) || rules.includes(`#${hash}`);
}

/** Each node is a replica one day: the master, too, once it comes back. */
function replica(
  server: Server,
  { servers, names, asked: wanted }: Asking,
  lab: Lab,
  accounts: Accounts,
  findings: Adds,
): void {
  const { conf } = server;
  const set = settingOf(conf, 'masterauth');
  const master = servers.find(
    (each) => server.replicaof && isAt(each, server.replicaof.host, server.replicaof.port, lab),
  );
  const isGroup = names.size > 0 || servers.some(({ replicaof }) => replicaof);
  const bind = bindOf(conf);
  const isApart = !lab.oneHost && !server.replicaof && bind && isLoopbackOnly(bind);
  if (!isGroup || isApart || servers.length < 2) return;
  const named = valueIn(conf, 'masteruser');
  if (named !== undefined) {
    const line = settingOf(conf, 'masteruser');
    const others = servers.filter((each) => each.conf !== conf).map((each) => each.conf);
    const other = lacking(new Map([...accounts].filter(([each]) => others.includes(each))), named);
    if (line && other) {
      findings.add('acl.no-replica-user', conf, placeOf(line), {
        values: { name: named, file: other.name },
      });
    }
    return;
  }
  if (wanted && !set) {
    const place = server.replicaof ? placeOf(server.replicaof.line) : placeOfFile(conf.name);
    findings.add('masterauth.missing', conf, place, {
      values: { file: wanted.conf.name, line: wanted.line.line },
    });
  } else if (set && wanted && !wanted.takes(textAt(set, 0))) {
    findings.add('masterauth.differs', conf, placeOf(set), {
      values: { file: wanted.conf.name, line: wanted.line.line },
    });
  } else if (set && !wanted && master && passwordOf(master.conf) === '' && accounts.size === 0) {
    findings.add('masterauth.needless', conf, placeOf(set), { values: { file: master.conf.name } });
  }
}

function watcher(
  sentinel: Sentinel,
  all: readonly Asking[],
  accounts: Accounts,
  context: Context,
): void {
  const { findings } = context;
  const { conf } = sentinel;
  for (const { name, line } of sentinel.monitors) {
    const { servers, asked: wanted } = all.find(({ names }) => names.has(name)) ?? NONE;
    const last = (directive: string) => sentinel.of(directive, name).at(-1);
    const [pass, user] = [last('sentinel auth-pass'), last('sentinel auth-user')];
    if (user) {
      const own = servers.map((each) => each.conf);
      account(conf, user, new Map([...accounts].filter(([each]) => own.includes(each))), context);
    } else if (wanted && !pass) {
      findings.add('auth-pass.missing', conf, placeOf(line), {
        values: { name, file: wanted.conf.name, line: wanted.line.line },
      });
    } else if (pass && wanted && !wanted.takes(textAt(pass, 1))) {
      findings.add('auth-pass.differs', conf, placeOfArgument(pass, 1), {
        values: { name, file: wanted.conf.name, line: wanted.line.line },
      });
    }
  }
}

const NONE: Asking = { servers: [], names: new Set(), asked: undefined };

/** Whether `default` is off, or has a password. */
function isShut(users: readonly Line[]): boolean {
  return users.some(
    ({ args: [name, ...rules] }) =>
      name?.text === 'default' && rules.some(({ text }) => /^(?:off$|[>#])/i.test(text)),
  );
}

/** The user that a Sentinel is for servers: each of them is the master one day. */
function account(conf: Conf, line: Line, accounts: Accounts, context: Context): void {
  const { findings } = context;
  const name = textAt(line, 1);
  const place = placeOfArgument(line, 1);
  // A server that asks nobody for a password refuses the name, and takes the Sentinel for default.
  const asking = [...accounts].filter(([each, users]) => passwordOf(each) !== '' || isShut(users));
  const other = lacking(new Map(asking), name);
  if (other) {
    findings.add('acl.no-sentinel-user', conf, place, { values: { name, file: other.name } });
  }
  const users = [...accounts.values()].flat().filter((user) => textAt(user, 0) === name);
  const deaf = users.find(({ args }) => !args.slice(1).some(({ text }) => HEARS.test(text)));
  if (deaf) {
    findings.add('acl.sentinel-channels', conf, place, {
      values: { name, file: deaf.file, line: deaf.line },
    });
  }
  for (const user of users) {
    const refused = refusedCommands(rulesOf(user));
    if (refused.length === 0) continue;
    const commands = refused.map((command) => `+${command}`).join(' ');
    findings.add('acl.sentinel-commands', conf, place, {
      values: { name, commands, file: user.file, line: user.line },
    });
    break;
  }
  withoutFailover(conf, place, users, context);
}

/**
 * Valkey 9.0.0 sends FAILOVER ABORT in the transaction by which it makes a master, 9.0.1 and later only where a coordinated failover
 * is under way.
 */
function withoutFailover(
  conf: Conf,
  place: Place,
  users: readonly Line[],
  { findings, targets }: Pick<Context, 'findings' | 'targets'>,
): void {
  const sends = targets.filter(
    ({ engine, version }) => engine === 'valkey' && compareVersions(version, '9.0.0') >= 0,
  );
  const user = users.find((each) => refusedCommands(rulesOf(each), ['failover']).length > 0);
  if (!user) return;
  const name = textAt(user, 0);
  const isHint = !sends.some(({ version }) => compareVersions(version, '9.0.0') === 0);
  const values = { name, file: user.file, line: user.line };
  findings.add('acl.sentinel-failover', conf, place, { values, targets: sends, isHint });
}

function rulesOf({ args }: Line): readonly string[] {
  return args.slice(1).map(({ text }) => text);
}

/** Gives channels to a user. */
const HEARS = /^(?:allchannels$|&)/i;

/** Sentinels that ask each other for passwords. */
function among({ sentinels }: Lab, findings: Adds): void {
  if (sentinels.length < 2) return;
  for (const { conf } of sentinels) {
    const own = settingOf(conf, 'requirepass');
    if (own && textAt(own, 0) !== '' && !settingOf(conf, 'sentinel sentinel-pass')) {
      const other = sentinels.find((each) => passwordOf(each.conf) !== textAt(own, 0));
      if (other) {
        findings.add('sentinel.password', conf, placeOf(own), {
          values: { file: other.conf.name },
        });
      }
    }
  }
}

/** Sentinels have one password for all nodes of a master. */
function together({ servers, names }: Group, findings: Adds): void {
  if (names.size === 0) return;
  const passwords = new Set(servers.map(({ conf }) => passwordOf(conf)).filter(Boolean));
  const [first, second] = servers.filter(({ conf }) => passwordOf(conf));
  const line = second && settingOf(second.conf, 'requirepass');
  if (passwords.size > 1 && first && line) {
    findings.add('password.differs', second.conf, placeOf(line), {
      values: { file: first.conf.name },
    });
  }
}
