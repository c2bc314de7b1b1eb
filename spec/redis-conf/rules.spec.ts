import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { readCertificate } from '../../lib/redis-conf/certificate.js';
import { EXAMPLES, type Example } from '../../lib/redis-conf/rules/examples.js';
import { RULE_CODES, RULES, type Rule, type Target } from '../../lib/redis-conf/rules/finding.js';
import { refusedCommands } from '../../lib/redis-conf/rules/sentinel-commands.js';
import { checkResult } from '../../lib/report/check.js';
import { rulePage } from '../../lib/report/rule-page.js';
import { checked, codesIn, REDIS_7, read, TODAY } from './support/checked.js';

/** The versions that a rule's example is for. */
function targetsOf({ engine, version }: Rule): readonly Target[] {
  return engine && version ? [{ engine, version }] : TODAY;
}

/** `CODE LINE:COLUMN TEXT`, of what is worse than a hint. */
function told(text: string, name = 'redis.conf', targets: readonly Target[] = TODAY): string[] {
  const lines = text.split('\n');
  return checked({ [name]: text }, targets)
    .findings.filter(({ severity }) => severity !== 'hint')
    .map(({ code, place: { line, column, length } }) => {
      const there = lines[line - 1]?.slice(column - 1, column - 1 + length) ?? '';
      return `${code} ${line}:${column} ${there}`;
    });
}

describe('the rules of check', () => {
  for (const code of RULE_CODES) {
    const rule = RULES[code];

    it(`${code} is found in its example, as bad as it is, and not in what is nearly so`, () => {
      const { findings } = checked(EXAMPLES[code].example, targetsOf(rule));
      const own = findings.filter((each) => each.code === code);
      expect(own, findings.map((each) => each.code).join()).to.have.length.above(0);
      expect(own[0]?.severity).to.equal(rule.severity);
      expect(codesIn(EXAMPLES[code].silent, targetsOf(rule))).not.to.include(code);
    });

    it(`${code}: its example has no other mistake that is as bad, and what is nearly so has none`, () => {
      const bad = (files: Example['example']) =>
        checked(files, targetsOf(rule))
          .findings.filter(({ severity }) => /fatal|misread|failover/.test(severity))
          .map((each) => each.code)
          .filter((each) => each !== code);
      expect([...new Set(bad(EXAMPLES[code].example))]).to.deep.equal([]);
      expect(bad(EXAMPLES[code].silent)).to.deep.equal([]);
    });
  }

  it('have what is told of each in both languages, with all that fills it', () => {
    for (const language of ['en', 'id']) {
      for (const code of RULE_CODES) {
        const { configuration, found } = read(EXAMPLES[code].example, targetsOf(RULES[code]));
        const result = checkResult(configuration, found, targetsOf(RULES[code]), language);
        expect(result.findings.map((each) => each.code)).to.include(code);
        expect(rulePage(code, language))
          .to.include(code)
          .and.not.match(/\{[a-z]+\}[^\s}]*\n\n/);
      }
    }
  });

  it('stand where the mistake is', () => {
    expect(told('port 6379 # x')).to.deep.equal(['line.comment-behind 1:11 # x']);
    expect(told('\tMaxMemmory  1mb')).to.deep.equal(['directive.misspelt 1:2 MaxMemmory']);
    expect(told('timeout "300s"')).to.deep.equal(['value.unit 1:9 "300s"']);
    expect(told('bind 127.0.0.1 10.0.0.0/8')).to.deep.equal(['bind.network 1:16 10.0.0.0/8']);
    const monitor = 'sentinel monitor m 10.0.0.1 6379 2';
    expect(
      told(`${monitor}\nsentinel down-after-milliseconds m 5s`, 'sentinel.conf'),
    ).to.deep.equal(['sentinel.time-unit 2:36 5s']);
  });

  it('stay silent where a server does as is meant', () => {
    const silent = [
      '# Bind\r\n\tPORT 6379\r\n   # indented\r\nrequirepass "3f9a#81b27d6e"\r\n',
      "slaveof 10.0.0.1 6379\nmin-slaves-to-write 1\nhash-max-ziplist-entries 128\ndbfilename 'a b.rdb'",
      'requirepass 3f9a0c81b27d\nprotected-mode yes\nbind 10.0.0.5',
      'replicaof no one\nsave ""\nsave 900 1\nuser default on nopass sanitize-payload ~* &* +@all',
      `port \${PORT}\nrequirepass {{ password }}\nreplicaof %MASTER% 6379`,
    ];
    for (const text of silent) expect(told(text), text).to.deep.equal([]);
    const sentinel = [
      'sentinel down-after-milliseconds mymaster 5000',
      'sentinel monitor mymaster 10.0.0.1 6379 1',
      'sentinel monitor other 10.0.0.1 6380 1',
      'sentinel auth-pass mymaster 3f9a0c81b27d',
      'sentinel known-slave mymaster 10.0.0.2 6379',
      `sentinel known-sentinel mymaster 10.0.0.3 26379 ${'a'.repeat(40)}`,
      `sentinel known-sentinel mymaster 10.0.0.4 26379 ${'b'.repeat(40)}`,
      'sentinel current-epoch 7',
      'maxmemory 100mb',
      'user default on nopass sanitize-payload ~* &* +@all',
    ].join('\n');
    expect(told(sentinel, 'sentinel.conf')).to.deep.equal([]);
    expect(
      told('[global]\nname = x\nsize = 3\ncolour = blue', 'sentinel.properties'),
    ).to.deep.equal([]);
    expect(told('#!/bin/sh\nset -e\nport 6379 # x\nexit 0\n', 'redis-server')).to.deep.equal([]);
  });

  it('let a Sentinel have a user that there is not, where nobody is asked for a password', () => {
    const files = {
      'redis.conf': 'user watcher on >3f9a0c81b27d +@all ~* &*\n',
      'sentinel.conf': 'sentinel monitor m 10.0.0.1 6379 2\nsentinel auth-user m guard\n',
    };
    expect(codesIn(files)).not.to.include('acl.no-sentinel-user');
    const shut = { ...files, 'redis.conf': `user default off\n${files['redis.conf']}` };
    expect(codesIn(shut)).to.include('acl.no-sentinel-user');
  });

  it('look for the user of a Sentinel on each node that asks', () => {
    const user = 'user watcher on >3f9a0c81b27d +@all ~* &*\n';
    const files = {
      'n1/redis.conf': 'bind 10.0.0.1\naclfile users.acl\n',
      'n1/users.acl': `user default off\n${user}`,
      'n2/redis.conf': 'bind 10.0.0.2\nreplicaof 10.0.0.1 6379\naclfile users.acl\n',
      'n2/users.acl': `user default off\n${user}`,
      'n1/sentinel.conf': 'sentinel monitor m 10.0.0.1 6379 2\nsentinel auth-user m watcher\n',
    };
    expect(codesIn(files)).not.to.include('acl.no-sentinel-user');
    const unseen: Record<string, string> = { ...files };
    delete unseen['n2/users.acl'];
    expect(codesIn(unseen)).not.to.include('acl.no-sentinel-user');
    const without = { ...files, 'n2/users.acl': 'user default off\n' };
    const [found] = checked(without).findings.filter(({ code }) => code === 'acl.no-sentinel-user');
    expect(found?.values).to.deep.equal({ name: 'watcher', file: 'n2/redis.conf' });
    const deaf = {
      ...files,
      'n2/users.acl': 'user default off\nuser watcher on >3f9a0c81b27d +@all\n',
    };
    expect(codesIn(deaf)).to.include('acl.sentinel-channels');
    const shared = {
      ...files,
      'n2/redis.conf': 'bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nrequirepass 3f9a0c81b27d\n',
    };
    delete (shared as Record<string, string>)['n2/users.acl'];
    expect(codesIn(shared)).to.include('acl.no-sentinel-user');
  });

  it('know other comments and signs behind bind', () => {
    expect(told('bind 127.0.0.1 // all')).to.deep.equal(['line.comment-behind 1:16 // all']);
    expect(told('bind = 127.0.0.1')).to.deep.equal(['line.assigned 1:1 bind = 127.0.0.1']);
  });

  it('say once that a template is not filled in', () => {
    for (const text of [
      `port \${A}\nbind \${B}\nrequirepass {{ c }}`,
      '{#\n  a {{ role }}\n#}\nport 6379\n{% if a is defined and\n   b in ["x", "y"] %}\nappendonly yes\n{% endif %}\n',
      '<%\n  port = 6379\n%>\nappendonly yes\n',
      '{# one line #}\nport {REDIS_PORT}\nrequirepass __PASSWORD__\n',
      'port REDIS_PORT\nrequirepass REDIS_PASSWORD\nreplicaof REDIS_MASTER 6379\n',
      'bind 127.0.0.1\nreplicaof %master% 6379\n',
    ]) {
      expect(codesIn({ 'redis.conf': text }), text).to.deep.equal(['file.template']);
    }
    const sentinel = [
      'sentinel monitor mymaster MASTER_HOST MASTER_PORT THE_QUORUM',
      'sentinel down-after-milliseconds mymaster DOWN_AFTER',
    ].join('\n');
    expect(codesIn({ 'sentinel.conf': sentinel })).to.deep.equal(['file.template']);
    // A name or a password may look so.
    expect(told('requirepass MY_LONG_PASSWORD\nport 63x79')).to.deep.equal([
      'value.port 2:6 63x79',
    ]);
  });

  it('know servers of one host by their ports', () => {
    const files = {
      'redis-6379.conf': 'port 6379\n',
      'redis-6380.conf': 'port 6380\nreplicaof 127.0.0.1 6379\n',
      'redis-6479.conf': 'port 6479\n',
      'redis-6480.conf': 'port 6480\nreplicaof 127.0.0.1 6479\n',
      'sentinel-26379.conf': 'port 26379\nsentinel monitor a 127.0.0.1 6379 1\n',
      'sentinel-26479.conf': 'port 26479\nsentinel monitor b 127.0.0.1 6479 1\n',
    };
    const worse = (each: typeof files) =>
      checked(each)
        .findings.filter(({ severity }) => severity !== 'hint')
        .map(({ code, place: { file } }) => `${code} ${file}`);
    expect(worse(files)).to.deep.equal([]);
    const wrong = { ...files, 'sentinel-26379.conf': 'sentinel monitor a 127.0.0.1 6380 1\n' };
    expect(worse(wrong)).to.deep.equal(['sentinel.monitors-replica sentinel-26379.conf']);
  });

  it('take Sentinels with ports of their own for those of one host, a stray file beside them, too', () => {
    const monitor = 'sentinel monitor m 127.0.0.1 6379 2\n';
    const files = {
      'sentinel.conf': `port 26379\n${monitor}`,
      'sentinel-26379.conf': `port 26379\n${monitor}`,
      'sentinel-26380.conf': `port 26380\n${monitor}`,
    };
    expect(codesIn(files)).not.to.include('sentinel.loopback');
  });

  it('do not take a name and an address for two masters, and a quorum that is no number for another one', () => {
    const files = {
      'n1/sentinel.conf':
        'sentinel monitor m redis-master 6379 2\nsentinel resolve-hostnames yes\nsentinel announce-hostnames yes\n',
      'n2/sentinel.conf': 'sentinel monitor m 10.0.0.1 6379 2\n',
      'n3/sentinel.conf': 'sentinel monitor m 10.0.0.1 6379 two\n',
    };
    expect(codesIn(files)).to.deep.equal(['sentinel.quorum']);
  });

  it('tell of a cluster only where a Sentinel may watch it', () => {
    const files = {
      'cluster.conf': 'port 7000\ncluster-enabled yes\n',
      'redis.conf': 'port 6379\n',
      'sentinel.conf': 'sentinel monitor m 10.0.0.1 6379 2\n',
    };
    expect(codesIn(files)).not.to.include('cluster.with-sentinel');
  });

  it('take a file of a server for one, whatever its name', () => {
    const { configuration } = read({
      'redis-sentinel-slave.conf': 'port 6380\nappendonly yes\nreplicaof 10.0.0.1 6379\n',
      'sentinel.conf': 'sentinel monitor m 10.0.0.1 6379 2\nreplicaof 10.0.0.1 6379\n',
      'sentinel-2.conf': 'port 26380\nreplicaof 10.0.0.1 6379\n',
    });
    expect(configuration.files.map(({ kind }) => kind)).to.deep.equal([
      'redis',
      'sentinel',
      'sentinel',
    ]);
  });

  it('take nothing of what distributions put beside for a configuration, and two engines on one host for no group', () => {
    const { configuration, found } = read({
      'etc/default/redis-server': '# Options\nULIMIT=65536\n',
      'etc/default/redis-sentinel': 'ULIMIT=65536\nexport HOME=/var/lib/redis\n',
      'etc/redis/sentinel.conf': 'port 26379\nsentinel monitor mymaster 127.0.0.1 6379 2\n',
      'etc/valkey/sentinel.conf': 'port 26379\nsentinel monitor mymaster 127.0.0.1 6379 2\n',
    });
    expect(configuration.files.map(({ kind }) => kind).slice(0, 2)).to.deep.equal([
      'foreign',
      'foreign',
    ]);
    expect(found.findings.map(({ code }) => code)).not.to.include('sentinel.loopback');
    expect(told('PORT=6379\n')).to.deep.equal(['line.assigned 1:1 PORT=6379']);
  });

  it('take nothing of other programs for a configuration, whatever its name, and no list of nodes of a cluster', () => {
    const { configuration } = read({
      'a/sentinel.conf':
        '# where the daemon is\nnetwork=mainnet\ndb_name=sentinel.db\ndb_driver=sqlite\n',
      'b/sentinel.conf': 'csp.sentinel.api.port=8719\nproject.name=shop\n',
      'c/redis-server.conf': 'UserParameter=redis.info[*],redis-cli info "$1"\n',
      'd/redis-nodes.conf': `${'a'.repeat(40)} :0 myself,master - 0 0 0 connected\nvars currentEpoch 0 lastVoteEpoch 0\n`,
    });
    expect([...new Set(configuration.files.map(({ kind }) => kind))]).to.deep.equal(['foreign']);
    expect(told('port=6379\nappendonly=yes\n')).to.have.lengthOf(2);
  });

  it('compare neither branches of a template, nor what it names only later', () => {
    const files = {
      'redis.conf': '{% if aof %}\nappendonly yes\n{% else %}\nappendonly no\n{% endif %}\n',
      'slave.conf': 'replicaof $MASTER_IP $MASTER_PORT\n',
      'sentinel.conf': 'sentinel monitor m 10.0.0.1 6379 2\n',
    };
    const codes = codesIn(files);
    expect(codes).not.to.include('line.twice').and.not.to.include('sentinel.other-master');
    expect(told('appendonly yes\nport {{ port }}\nappendonly no\n')).to.have.lengthOf(1);
  });

  it('ask for no masterauth of a cluster that lies beside', () => {
    const files = {
      'master.conf': 'requirepass 3f9a0c81b27d\nmasterauth 3f9a0c81b27d\n',
      'slave.conf': 'replicaof 10.0.0.1 6379\nrequirepass 3f9a0c81b27d\nmasterauth 3f9a0c81b27d\n',
      'cluster-7000.conf': 'port 7000\ncluster-enabled yes\n',
    };
    expect(codesIn(files)).not.to.include('masterauth.missing');
    expect(codesIn({ ...files, 'cluster-7000.conf': 'port 7000\n' })).to.include(
      'masterauth.missing',
    );
  });

  it('compare a certificate with what Sentinel gives: an address, or a name where names are announced', () => {
    const { example } = EXAMPLES['tls.names'];
    const asNames = {
      ...example,
      'redis.conf': `replica-announce-ip redis.example.com\n${example['redis.conf']}`,
      'sentinel.conf':
        `sentinel resolve-hostnames yes\nsentinel announce-hostnames yes\n${example['sentinel.conf']}`.replace(
          'mymaster 10.0.0.1',
          'mymaster redis.example.com',
        ),
    };
    expect(codesIn(asNames)).not.to.include('tls.names');
    const { 'sentinel.conf': _, ...alone } = example;
    expect(codesIn(alone)).not.to.include('tls.names');
  });

  it('do not take a certificate before its time, nor a key with a passphrase for a wrong one', () => {
    const read = readCertificate(EXAMPLES['tls.validity'].example['redis.crt'] ?? '');
    expect([read?.from, read?.to]).to.deep.equal(['2020-01-01', '2021-01-01']);
    const at = (day: string) => read?.isValidAt(Date.parse(day));
    expect(['2019-12-31', '2020-06-01', '2021-01-02'].map(at)).to.deep.equal([false, true, false]);
    const locked =
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n';
    expect(read?.fits(locked)).to.equal(undefined);
    expect(
      readCertificate('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
    ).to.equal(undefined);
  });

  describe('where one Sentinel watches two masters', () => {
    const server = (at: string, password: string, more: string) =>
      `bind ${at}\nrequirepass ${password}\nmasterauth ${password}\n${more}`;
    const [one, other] = ['3f9a0c81b27d', '81b27d3f9a0c'];
    const files = {
      'cache1/redis.conf': server('10.0.1.1', one, 'min-replicas-to-write 1\n'),
      'cache2/redis.conf': server('10.0.1.2', one, 'replicaof 10.0.1.1 6379\nreplica-priority 0\n'),
      'cache3/redis.conf': server('10.0.1.3', one, 'replicaof 10.0.1.1 6379\n'),
      'jobs1/redis.conf': server('10.0.2.1', other, 'min-replicas-to-write 1\n'),
      'jobs2/redis.conf': server('10.0.2.2', other, 'replicaof 10.0.2.1 6379\n'),
      'jobs3/redis.conf': server('10.0.2.3', other, 'replicaof 10.0.2.1 6379\n'),
      's/sentinel.conf': [
        `protected-mode no\nsentinel monitor cache 10.0.1.1 6379 1\nsentinel auth-pass cache ${one}`,
        `sentinel monitor jobs 10.0.2.1 6379 1\nsentinel auth-pass jobs ${other}\n`,
      ].join('\n'),
    };
    const worse = (each: Readonly<Record<string, string>>) =>
      checked(each)
        .findings.filter(({ severity }) => severity !== 'hint')
        .map(({ code, place: { file } }) => `${code} ${file}`);
    const without = (...names: string[]) =>
      Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));

    it('they ask for no password of the other one', () => {
      expect(worse(files)).to.deep.equal([]);
      const open = files['jobs1/redis.conf'].replace(/^(requirepass|masterauth).*$/gm, '');
      expect(worse({ ...files, 'jobs1/redis.conf': open })).to.include(
        'masterauth.missing jobs1/redis.conf',
      );
    });

    it('they count the replicas of each', () => {
      expect(worse(without('cache3/redis.conf'))).to.deep.equal([
        'min-replicas.all cache1/redis.conf',
        'priority.all-zero cache2/redis.conf',
      ]);
    });
  });

  it('take the password of the user default for that of a server, in clear and as its hash', () => {
    const hash = createHash('sha256').update('3f9a0c81b27d').digest('hex');
    const monitor = 'protected-mode no\nsentinel monitor m 10.0.0.1 6379 1\n';
    for (const rule of ['>3f9a0c81b27d', `#${hash}`]) {
      const user = `user default on ${rule} ~* &* +@all\n`;
      const files = {
        'a/redis.conf': `bind 10.0.0.1\n${user}`,
        'b/redis.conf': `bind 10.0.0.2\n${user}replicaof 10.0.0.1 6379\n`,
        's/sentinel.conf': monitor,
      };
      expect(codesIn(files), rule).to.include.members(['masterauth.missing', 'auth-pass.missing']);
      const right = {
        'a/redis.conf': `masterauth 3f9a0c81b27d\n${files['a/redis.conf']}`,
        'b/redis.conf': `masterauth 3f9a0c81b27d\n${files['b/redis.conf']}`,
        's/sentinel.conf': `${monitor}sentinel auth-pass m 3f9a0c81b27d\n`,
      };
      const codes = codesIn(right);
      expect(
        codes.filter((code) => /^(?:masterauth|auth-pass)/.test(code)),
        rule,
      ).to.deep.equal([]);
      const wrong = {
        ...right,
        's/sentinel.conf': `${monitor}sentinel auth-pass m 81b27d3f9a0c\n`,
      };
      expect(codesIn(wrong), rule).to.include('auth-pass.differs');
    }
  });

  it('hint at a host name that a template has already, and leave one that it gets only later', () => {
    const monitor = (host: string) => `sentinel monitor m ${host} 6379 $QUORUM\n`;
    const found = (text: string) =>
      checked({ 'sentinel.conf': text })
        .findings.filter(({ code }) => code === 'sentinel.host-name')
        .map(({ severity }) => severity);
    expect(found(monitor('redis-master'))).to.deep.equal(['hint']);
    expect(found(monitor('$HOST'))).to.deep.equal([]);
    expect(found(monitor('REDIS_MASTER'))).to.deep.equal([]);
    expect(found(`sentinel resolve-hostnames yes\n${monitor('redis-master')}`)).to.deep.equal([]);
    expect(found(`sentinel resolve-hostnames $NAMES\n${monitor('redis-master')}`)).to.deep.equal(
      [],
    );
  });

  it('know which commands of a Sentinel a user surely lacks', () => {
    const lacks = (rules: string) => refusedCommands(rules.split(' ')).join(' ');
    expect(lacks('on allchannels +@all')).to.equal('');
    expect(lacks('on allchannels +@all -config')).to.equal('config|rewrite');
    expect(lacks('on +@all -@dangerous')).to.equal('');
    expect(lacks('on +@all -@dangerous -multi')).to.equal('multi');
    expect(lacks('on +@all (-slaveof)')).to.equal('');
    const most = 'on -@all +ping +info +publish +subscribe +MULTI +replicaof +config +client +exec';
    expect(lacks(most)).to.equal('slaveof');
    expect(lacks(`${most} +@admin`)).to.equal('');
  });

  it('know which Valkey sends FAILOVER to make a master, and which does only for a coordinated failover', () => {
    const { example } = EXAMPLES['acl.sentinel-failover'];
    const found = (version: string) =>
      checked(example, [{ engine: 'valkey', version }])
        .findings.filter(({ code }) => code === 'acl.sentinel-failover')
        .map(({ severity, place }) => `${severity} ${place.file}:${place.line}`);
    const each = ['n1', 'n2', 'n3'].map((node) => `${node}/sentinel.conf:2`);
    expect(found('8.1.9')).to.deep.equal([]);
    expect(found('9.0.0')).to.deep.equal(each.map((place) => `failover ${place}`));
    expect(found('9.0.1')).to.deep.equal(each.map((place) => `hint ${place}`));
    expect(codesIn(example)).not.to.include('acl.sentinel-failover');
  });

  it('tell all comments of an aclfile at the first, with their lines', () => {
    const user = 'user reader on nopass ~* +@read';
    const found = (text: string) =>
      checked({ 'users.acl': text })
        .findings.filter(({ code }) => code === 'acl.comment')
        .map(({ place, values }) => ({ line: place.line, ...values }));
    expect(found(`${user}\n # who reads\n${user.replace('reader', 'writer')}\n#\n`)).to.deep.equal([
      { line: 2, count: 2, lines: '2, 4' },
    ]);
    expect(found('# a\n'.repeat(5000))).to.deep.equal([
      { line: 1, count: 5000, lines: '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …' },
    ]);
  });

  it('know an aclfile that lets everybody in', () => {
    const files = {
      'redis.conf': 'bind 0.0.0.0\nprotected-mode no\naclfile users.acl\n',
      'users.acl': 'user default on nopass ~* &* +@all\n',
    };
    expect(codesIn(files)).to.include('open.everybody');
    const hash = `#${'a'.repeat(64)}`;
    for (const rule of ['off', hash, '>3f9a0c81b27d']) {
      const shut = { ...files, 'users.acl': `user default on ${rule} ~* &* +@all\n` };
      expect(codesIn(shut), rule).not.to.include('open.everybody');
    }
    expect(codesIn({ 'redis.conf': files['redis.conf'] })).not.to.include('open.everybody');
  });

  it('know nothing of what modules bring along, where one is loaded', () => {
    const lines = 'ldap.auth_mode bind\nsearch-threads 4\n';
    expect(told(`loadmodule /usr/lib/valkey/ldap.so\n${lines}`)).to.deep.equal([]);
    expect(told(lines)).to.have.lengthOf(2);
    expect(told('loadmodule /usr/lib/valkey/ldap.so\nmaxmemmory 1mb\n')).to.have.lengthOf(1);
  });

  it('tell of a port that was cut short once', () => {
    const files = {
      'a/redis.conf': 'bind 10.0.0.2\nprotected-mode no\nreplicaof 10.0.0.1 637\n',
      'a/sentinel.conf': 'sentinel monitor m 10.0.0.1 6379 1\n',
    };
    expect(codesIn(files)).to.include('port.cut-short').and.not.to.include('sentinel.other-master');
  });

  it('take no quorum for a port', () => {
    const codes = codesIn({ 'sentinel.conf': 'sentinel monitor mymaster  6379 2\n' });
    expect(codes).to.deep.equal(['arguments.few']);
  });

  it('ask no masterauth of a server that only its own host reaches', () => {
    const files = {
      'a.conf': 'bind 10.0.0.1\nrequirepass 3f9a0c81b27d\nmasterauth 3f9a0c81b27d\n',
      'b.conf': 'replicaof 10.0.0.1 6379\nrequirepass 3f9a0c81b27d\nmasterauth 3f9a0c81b27d\n',
      'cache.conf': 'bind 127.0.0.1\nappendonly yes\n',
    };
    expect(codesIn(files)).not.to.include('masterauth.missing');
  });

  it('follow the version', () => {
    expect(told('hide-user-data-from-log yes', 'redis.conf', [REDIS_7])).to.have.lengthOf(1);
    expect(told('hide-user-data-from-log yes')).to.deep.equal([]);
    const [hint] = checked({ 'redis.conf': 'primaryauth 3f9a0c81b27d' }).findings;
    expect(hint).to.deep.include({ severity: 'hint', targets: [TODAY[0]] });
  });

  it('find nothing worse than a hint in what generate writes', () => {
    const folder = path.resolve(import.meta.dirname, '../../generated/nodes');
    const files = Object.fromEntries(
      readdirSync(folder).flatMap((node) =>
        ['redis.conf', 'sentinel.conf', 'redis-server.service', 'redis-sentinel.service'].map(
          (name) => [`${node}/${name}`, readFileSync(path.join(folder, node, name), 'utf8')],
        ),
      ),
    );
    expect(Object.keys(files)).to.have.length.above(6);
    expect(checked(files).findings.filter(({ severity }) => severity !== 'hint')).to.deep.equal([]);
  });
});
