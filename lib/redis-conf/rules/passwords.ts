/** Passwords and users that servers, replicas and Sentinels must have in common. */
import { type Conf, linesNamed, settingOf, valueIn } from './configuration.js';
import type { Context } from './context.js';
import { type Line, placeOf, placeOfArgument, placeOfFile, textAt } from './finding.js';
import { isAt, type Lab, type Sentinel, type Server } from './lab.js';
import { passwordOf } from './server.js';

type Adds = Context['findings'];

export function passwordsTogether({ configuration, lab, findings }: Context): void {
  const users = configuration.files.flatMap((conf) => linesNamed(conf, 'user'));
  const isWhole = !configuration.files.some(({ partial, template }) => partial || template);
  if (!isWhole) return;
  for (const server of lab.servers) replica(server, lab, users, findings);
  for (const sentinel of lab.sentinels) watcher(sentinel, lab, users, findings);
  among(lab, findings);
}

/** A password that servers ask for. */
function asked({ servers }: Lab): { password: string; conf: Conf; line: Line } | undefined {
  for (const { conf } of servers) {
    const line = settingOf(conf, 'requirepass');
    const password = passwordOf(conf);
    if (line && password) return { password, conf, line };
  }
  return undefined;
}

/** Each node is a replica one day: the master, too, once it comes back. */
function replica(server: Server, lab: Lab, users: readonly Line[], findings: Adds): void {
  const { conf } = server;
  const set = settingOf(conf, 'masterauth');
  const master = lab.servers.find(
    (each) => server.replicaof && isAt(each, server.replicaof.host, server.replicaof.port),
  );
  const wanted = asked(lab);
  const isGroup = lab.sentinels.length > 0 || lab.servers.some(({ replicaof }) => replicaof);
  if (!isGroup || lab.servers.length < 2) return;
  const named = valueIn(conf, 'masteruser');
  if (named !== undefined) {
    const line = settingOf(conf, 'masteruser');
    if (line && users.length > 0 && !users.some((user) => textAt(user, 0) === named)) {
      findings.add('acl.no-replica-user', conf, placeOf(line), { values: { name: named } });
    }
    return;
  }
  if (wanted && !set) {
    const place = server.replicaof ? placeOf(server.replicaof.line) : placeOfFile(conf.name);
    findings.add('masterauth.missing', conf, place, {
      values: { file: wanted.conf.name, line: wanted.line.line },
    });
  } else if (set && wanted && textAt(set, 0) !== wanted.password) {
    findings.add('masterauth.differs', conf, placeOf(set), {
      values: { file: wanted.conf.name, line: wanted.line.line },
    });
  } else if (set && !wanted && master && passwordOf(master.conf) === '' && users.length === 0) {
    findings.add('masterauth.needless', conf, placeOf(set), { values: { file: master.conf.name } });
  }
}

function watcher(sentinel: Sentinel, lab: Lab, users: readonly Line[], findings: Adds): void {
  const { conf } = sentinel;
  const wanted = asked(lab);
  for (const { name, line } of sentinel.monitors) {
    const of = (directive: string) =>
      linesNamed(conf, directive).findLast((each) => textAt(each, 0) === name);
    const [pass, user] = [of('sentinel auth-pass'), of('sentinel auth-user')];
    if (user) {
      account(conf, user, users, wanted !== undefined || isShut(users), findings);
    } else if (wanted && !pass) {
      findings.add('auth-pass.missing', conf, placeOf(line), {
        values: { name, file: wanted.conf.name, line: wanted.line.line },
      });
    } else if (pass && wanted && textAt(pass, 1) !== wanted.password) {
      findings.add('auth-pass.differs', conf, placeOfArgument(pass, 1), {
        values: { name, file: wanted.conf.name, line: wanted.line.line },
      });
    }
  }
}

/** Whether `default` is off, or has a password. */
function isShut(users: readonly Line[]): boolean {
  return users.some(
    ({ args: [name, ...rules] }) =>
      name?.text === 'default' && rules.some(({ text }) => /^(?:off$|[>#])/i.test(text)),
  );
}

/** The user that a Sentinel is for a server. */
function account(
  conf: Conf,
  line: Line,
  users: readonly Line[],
  isAsked: boolean,
  findings: Adds,
): void {
  if (users.length === 0) return;
  const name = textAt(line, 1);
  const user = users.find((each) => textAt(each, 0) === name);
  const place = placeOfArgument(line, 1);
  if (!user) {
    // A server that asks nobody for a password refuses the name, and takes the Sentinel for default.
    if (name !== 'default' && isAsked)
      findings.add('acl.no-sentinel-user', conf, place, { values: { name } });
    return;
  }
  const rules = user.args.slice(1).map((word) => word.text.toLowerCase());
  const hears = rules.some((rule) => rule === 'allchannels' || rule.startsWith('&'));
  if (!hears) {
    findings.add('acl.sentinel-channels', conf, place, {
      values: { name, file: user.file, line: user.line },
    });
  }
}

/** Sentinels that ask each other for passwords. */
function among({ sentinels, servers }: Lab, findings: Adds): void {
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
  const passwords = new Set(servers.map(({ conf }) => passwordOf(conf)).filter(Boolean));
  const [first, second] = servers.filter(({ conf }) => passwordOf(conf));
  const line = second && settingOf(second.conf, 'requirepass');
  if (passwords.size > 1 && first && line) {
    findings.add('password.differs', second.conf, placeOf(line), {
      values: { file: first.conf.name },
    });
  }
}
