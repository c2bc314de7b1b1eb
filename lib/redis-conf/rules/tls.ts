/** TLS of one server, and the certificate that it shows. */
import { type Certificate, isPem, readCertificate } from '../certificate.js';
import { lowerCase } from '../parse.js';
import { type Conf, isUnknown, settingOf, valueIn } from './configuration.js';
import { type Context, short } from './context.js';
import { isAddress, usualPort } from './endpoint.js';
import { type Line, placeOf, placeOfArgument, placeOfFile, textAt } from './finding.js';
import { isAt, type Lab } from './lab.js';
import { isOn, passwordOf } from './server.js';
import { whereIs } from './where.js';

export function tlsRules(conf: Conf, context: Context): void {
  if (conf.kind !== 'redis' && conf.kind !== 'sentinel') return;
  const { findings } = context;
  const port = settingOf(conf, 'tls-port');
  if (!port || ['0', ''].includes(textAt(port, 0)) || isUnknown(conf, 'tls-port')) return;
  if (!settingOf(conf, 'tls-cert-file') && !conf.partial) {
    findings.add('tls.no-certificate', conf, placeOf(port));
  }
  const certificate = settingOf(conf, 'tls-cert-file');
  const isSet = (name: string) =>
    isUnknown(conf, name) || ![undefined, ''].includes(valueIn(conf, name));
  if (certificate && !isSet('tls-key-file')) {
    findings.add('tls.no-key', conf, placeOf(certificate));
  }
  const asks =
    lowerCase(valueIn(conf, 'tls-auth-clients') ?? 'yes') !== 'no' ||
    isOn(conf, 'tls-replication') ||
    isOn(conf, 'tls-cluster');
  if (certificate && asks && !isSet('tls-ca-cert-file') && !isSet('tls-ca-cert-dir')) {
    findings.add('tls.no-authority', conf, placeOf(port));
  }
  const plain = settingOf(conf, 'port');
  const own = plain ? textAt(plain, 0) : usualPort(conf);
  if (!isUnknown(conf, 'port') && own !== '0') {
    const place = plain ? placeOf(plain) : placeOfFile(conf.name);
    findings.add('tls.plain-port', conf, place, { values: { port: own } });
  }
  const protocols = settingOf(conf, 'tls-protocols');
  const old = /\bTLSv1(?:\.1)?(?![.\d])/i;
  if (protocols && old.test(protocols.args.map((word) => word.text).join(' '))) {
    findings.add('tls.old-protocol', conf, placeOf(protocols));
  }
  const clients = settingOf(conf, 'tls-auth-clients');
  if (clients && lowerCase(textAt(clients, 0)) === 'no' && passwordOf(conf) === '') {
    findings.add('tls.anybody', conf, placeOf(clients));
  }
  const follows = conf.kind === 'sentinel' || settingOf(conf, 'replicaof') !== undefined;
  if (
    follows &&
    own === '0' &&
    !isOn(conf, 'tls-replication') &&
    !isUnknown(conf, 'tls-replication')
  ) {
    findings.add('tls.no-replication', conf, placeOf(port));
  }
  certificates(conf, context);
}

/** What it shows to others, and how they take it. */
function certificates(conf: Conf, context: Context): void {
  const { configuration, findings, lab } = context;
  const where = whereIs(conf, configuration);
  const read = (name: string) => {
    const line = settingOf(conf, name);
    const file = line && !line.isTemplate ? textAt(line, 0) : '';
    const found = file === '' ? undefined : conf.disk.read(file, where);
    if (line && found === 'absent') {
      findings.add('tls.no-file', conf, placeOfArgument(line, 0), {
        values: { name, value: short(file) },
      });
    }
    return line && found && found !== 'absent' ? { line, file, text: found.text } : undefined;
  };
  const [own, key, authority] = ['tls-cert-file', 'tls-key-file', 'tls-ca-cert-file'].map(read);
  const certificate = own && readCertificate(own.text);
  const unreadable = ({ line, file }: { line: Line; file: string }) => {
    const values = { name: line.name, value: short(file) };
    findings.add('tls.unreadable', conf, placeOfArgument(line, 0), { values });
  };
  if (authority && !readCertificate(authority.text)) unreadable(authority);
  if (key && !isPem(key.text)) unreadable(key);
  else if (key && certificate?.fits(key.text) === false) {
    const values = { file: short(own?.file ?? '') };
    findings.add('tls.key-differs', conf, placeOfArgument(key.line, 0), { values });
  }
  if (own && !certificate) unreadable(own);
  if (own && certificate) shown(conf, own.line, certificate, context, lab);
}

function shown(
  conf: Conf,
  line: Line,
  certificate: Certificate,
  { findings }: Context,
  lab: Lab,
): void {
  const place = placeOfArgument(line, 0);
  const { from, to } = certificate;
  if (conf.disk.at > 0 && !certificate.isValidAt(conf.disk.at)) {
    findings.add('tls.validity', conf, place, { values: { from, to } });
  }
  const isAsked = lowerCase(valueIn(conf, 'tls-auth-clients') ?? 'yes') !== 'no';
  const goesOut = isOn(conf, 'tls-replication') && !settingOf(conf, 'tls-client-cert-file');
  if (isAsked && goesOut && !certificate.isClients) {
    findings.add('tls.client-usage', conf, place);
  }
  const missing = given(conf, lab).find((host) => !certificate.isFor(host));
  if (missing !== undefined) {
    const names = short(certificate.names.join(', ') || '-');
    findings.add('tls.names', conf, place, { values: { address: missing, names } });
  }
}

/** What Sentinel tells clients of where a server is: of the master what it was told itself, unless it looks the name up. */
function given(conf: Conf, lab: Lab): readonly string[] {
  const server = lab.servers.find((each) => each.conf === conf);
  if (!server) return [];
  const monitored = lab.sentinels.flatMap((sentinel) =>
    sentinel.monitors
      .slice(0, MOST_MASTERS)
      .filter(({ host, port }) => isAt(server, host, port, lab) && isTold(host, sentinel.conf))
      .map(({ host }) => host),
  );
  if (monitored.length > 0) return monitored;
  return lab.sentinels.length > 0 ? server.addresses : [];
}

function isTold(host: string, sentinel: Conf): boolean {
  return isAddress(host) || isOn(sentinel, 'sentinel announce-hostnames');
}

const MOST_MASTERS = 100;
