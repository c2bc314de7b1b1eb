import { expect } from 'chai';
import type { Engine } from '../../lib/model/releases.js';
import {
  accepts,
  readSignature,
  type Signature,
  synopsis,
} from '../../lib/redis-conf/arguments.js';
import { table } from '../../lib/redis-conf/directives.generated.js';
import {
  classOf,
  currentName,
  directiveStatus,
  knownDirectives,
  signatureOf,
} from '../../lib/redis-conf/directives.js';
import { goodValues } from './samples.js';

const kind = (engine: Engine, version: string, name: string) =>
  directiveStatus(engine, version, name).kind;

describe('directives', () => {
  it('knows a directive in any case', () => {
    expect(directiveStatus('redis', '7.0.15', 'maxmemory')).to.deep.equal({ kind: 'known' });
    expect(directiveStatus('redis', '7.0.15', 'MaxMemory')).to.deep.equal({ kind: 'known' });
    expect(directiveStatus('redis', '7.0.15', 'maxmemmory')).to.deep.equal({ kind: 'unknown' });
    expect(directiveStatus('redis', '7.0.15', 'constructor')).to.deep.equal({ kind: 'unknown' });
  });

  it('says which version brought one that came later', () => {
    expect(directiveStatus('redis', '6.2.14', 'enable-debug-command')).to.deep.equal({
      kind: 'since',
      version: '7.0',
    });
    expect(kind('redis', '7.0.0', 'enable-debug-command')).to.equal('known');
    expect(directiveStatus('valkey', '8.1.9', 'hash-seed')).to.deep.equal({
      kind: 'since',
      version: '9.1',
    });
  });

  it('tells the releases of one branch apart', () => {
    expect(directiveStatus('redis', '6.2.1', 'replica-announced')).to.deep.equal({
      kind: 'since',
      version: '6.2.2',
    });
    expect(kind('redis', '6.2.2', 'replica-announced')).to.equal('known');
    expect(kind('redis', '6.2.14', 'replica-announced')).to.equal('known');
  });

  it('follows a security fix through the branches that got it', () => {
    const at = (engine: Engine, version: string) => {
      const status = directiveStatus(engine, version, 'lua-enable-deprecated-api');
      return 'version' in status ? status.version : status.kind;
    };
    expect(at('redis', '6.2.19')).to.equal('6.2.20');
    expect(at('redis', '6.2.20')).to.equal('known');
    expect(at('redis', '7.0.15')).to.equal('7.2.11');
    expect(at('redis', '7.4.10')).to.equal('known');
    expect(at('redis', '8.2.1')).to.equal('8.2.2');
    expect(at('redis', '8.4.0')).to.equal('known');
    expect(at('valkey', '7.2.9')).to.equal('7.2.11');
    expect(at('valkey', '8.1.3')).to.equal('8.1.4');
    expect(at('valkey', '9.0.0')).to.equal('known');
  });

  it('says which version removed one', () => {
    expect(kind('redis', '6.2.14', 'gopher-enabled')).to.equal('known');
    expect(directiveStatus('redis', '7.0.0', 'gopher-enabled')).to.deep.equal({
      kind: 'until',
      version: '7.0',
    });
    expect(kind('valkey', '7.2.5', 'gopher-enabled')).to.equal('unknown');
  });

  it('keeps the old names, the ignored ones and those outside the table of settings', () => {
    const names = 'slaveof slave-read-only hash-max-ziplist-entries list-max-ziplist-value';
    const others = 'io-threads-do-reads lua-replicate-commands include user rename-command';
    for (const name of `${names} ${others}`.split(' ')) {
      expect(kind('redis', '8.8.1', name), name).to.equal('known');
      expect(kind('valkey', '9.1.1', name), name).to.equal('known');
    }
  });

  it('does not know the directives of modules, nor the dotted ones', () => {
    for (const name of [
      'search-timeout',
      'ts-encoding',
      'bf-error-rate',
      'cf-bucket-size',
      'a.b',
    ]) {
      expect(kind('redis', '8.8.1', name), name).to.equal('unknown');
    }
  });

  it('lets Valkey start from what Redis 7.2 knew, and part from there', () => {
    expect(knownDirectives('valkey', '7.2.5')).to.deep.equal(knownDirectives('redis', '7.2.4'));
    expect(kind('valkey', '9.1.1', 'lookahead')).to.equal('unknown');
    expect(kind('redis', '8.8.1', 'primaryauth')).to.equal('unknown');
    expect(kind('redis', '8.8.1', 'io-threads-always-active')).to.equal('unknown');
  });

  it('has as many directives as each source', () => {
    const counts = (engine: Engine, versions: string) =>
      versions.split(' ').map((version) => knownDirectives(engine, version).length);
    expect(
      counts('redis', '6.2.0 6.2.14 7.0.15 7.2.6 7.4.1 8.0.2 8.2.0 8.4.0 8.6.3 8.8.1'),
    ).to.deep.equal([171, 176, 205, 210, 217, 220, 224, 231, 235, 240]);
    expect(counts('valkey', '7.2.5 8.0.1 8.1.1 9.0.4 9.1.2')).to.deep.equal([
      210, 231, 247, 260, 265,
    ]);
  });

  it('is a table in order, of one class for each name, that says what each takes', () => {
    const rows = table
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(rows.map(([name]) => name)).to.deep.equal(rows.map(([name]) => name).sort());
    const numbers = /^(?:0|\d+\.\d+(?:\.\d+)?)(?:,\d+\.\d+(?:\.\d+)?)*(?:-\d+\.\d+)?$|^-$/;
    for (const [name = '', kind = '', redis, valkey, takes = '', ...more] of rows) {
      expect(name).to.match(/^(?:sentinel )?[a-z][a-z0-9_-]*$/);
      expect(kind, name).to.equal(classOf(name));
      expect(['owned', 'path', 'script', 'door', 'free']).to.include(kind);
      expect(redis, name).to.match(numbers);
      expect(valkey, name).to.match(numbers);
      expect(more, name).to.deep.equal([]);
      const [, other] = /^= (.*)$/.exec(takes) ?? [];
      if (other === undefined) {
        expect(
          accepts(readSignature(takes), goodValues(readSignature(takes))[0] ?? []),
          name,
        ).to.equal(true);
      } else {
        expect(classOf(other), name).to.equal(kind);
        expect(currentName(other), name).to.equal(other);
        expect(currentName(name.toUpperCase())).to.equal(other);
      }
    }
  });

  it('knows what one takes under all its names, and from which version on', () => {
    const takes = (engine: Engine, version: string, name: string, ...values: string[]) => {
      const signature = signatureOf(engine, version, name);
      return signature && accepts(signature, values);
    };
    expect(takes('redis', '7.0.15', 'loglevel', 'nothing')).to.equal(false);
    expect(takes('redis', '7.2.0', 'loglevel', 'NOTHING')).to.equal(true);
    expect(takes('valkey', '7.2.0', 'loglevel', 'nothing')).to.equal(true);
    expect(takes('valkey', '8.1.1', 'maxmemory-policy', 'allkeys-lrm')).to.equal(false);
    expect(takes('redis', '8.8.1', 'maxmemory-policy', 'allkeys-lrm')).to.equal(true);
    expect(takes('redis', '6.2.14', 'hash-max-ziplist-entries', '5')).to.equal(true);
    expect(takes('redis', '6.2.14', 'hash-max-listpack-entries', '5')).to.equal(undefined);
    expect(takes('redis', '7.0.15', 'primaryauth', 'x')).to.equal(undefined);
    expect(takes('redis', '7.0.15', 'SlaveOf', '10.0.0.1', '6379')).to.equal(true);
    expect(takes('redis', '7.0.15', 'replicaof', '10.0.0.1:6379')).to.equal(false);
    expect(
      takes('redis', '6.2.14', 'client-output-buffer-limit', 'normal', '0', '0', '0'),
    ).to.equal(true);
    expect(
      takes('redis', '7.0.15', 'client-output-buffer-limit', 'normal 1mb 0 0 pubsub 0 0 9'),
    ).to.equal(true);
    expect(takes('redis', '7.0.15', 'sentinel down-after-milliseconds', 'mymaster', '5s')).to.equal(
      true,
    );
    expect(takes('redis', '7.0.15', 'sentinel down-after-milliseconds', '5000')).to.equal(false);
    expect(takes('redis', '6.2.14', 'notify-keyspace-events', 'KEAn')).to.equal(false);
    expect(takes('redis', '7.0.15', 'notify-keyspace-events', 'KEAn')).to.equal(true);
    expect(takes('valkey', '8.1.1', 'notify-keyspace-events', 'all')).to.equal(false);
    expect(takes('redis', '7.0.15', 'proc-title-template', '')).to.equal(false);
    expect(signatureOf('redis', '7.0.15', 'save')?.addsUp).to.equal(true);
    expect(signatureOf('redis', '7.0.15', 'port')?.addsUp).to.equal(false);
    const usage = (name: string) => synopsis(signatureOf('redis', '7.0.15', name) as Signature);
    expect(usage('timeout')).to.equal('SECONDS');
    expect(usage('io-threads')).to.equal('NUMBER(1..128)');
    expect(usage('list-max-listpack-size')).to.equal('NUMBER(..)');
    expect(usage('sentinel known-sentinel')).to.equal('NAME ADDRESS PORT [TEXT]');
    expect(usage('sentinel monitor')).to.equal('NAME ADDRESS PORT NUMBER(1..)');
    expect(usage('replicaof')).to.equal('ADDRESS PORT');
    expect(usage('client-output-buffer-limit')).to.equal(
      'normal|replica|slave|pubsub SIZE SIZE SECONDS …',
    );
  });

  it('knows what stands in a sentinel.conf only', () => {
    expect(knownDirectives('redis', '6.2.14', 'sentinel')).to.have.lengthOf(23);
    expect(knownDirectives('redis', '7.0.15', 'sentinel')).to.include(
      'sentinel master-reboot-down-after-period',
    );
    expect(knownDirectives('valkey', '8.1.1', 'sentinel')).to.have.lengthOf(25);
  });

  it('says what each can do, in any case, whatever the engine', () => {
    expect(classOf('PORT')).to.equal('owned');
    expect(classOf('UnixSocket')).to.equal('path');
    expect(classOf('primaryauth')).to.equal('door');
    expect(classOf('loadmodule')).to.equal('script');
    expect(classOf('maxmemory')).to.equal('free');
    expect(classOf('sentinel notification-script')).to.equal('script');
    expect(classOf('Sentinel AUTH-PASS')).to.equal('door');
    expect(classOf('sentinel config-epoch')).to.equal('free');
    for (const name of ['maxmemmory', 'constructor', '', 'notification-script', 'sentinel port']) {
      expect(classOf(name), name).to.equal(undefined);
    }
    // U+212A in lower case is an ASCII k, for JavaScript and not for Redis.
    expect(classOf('tcp-backlog')).to.equal('free');
    expect(classOf('tcp-bac\u212alog')).to.equal(undefined);
  });

  it('calls nothing free whose name says that it is a file or a secret', () => {
    const harmless = new Set(['hide-user-data-from-log', 'max-new-tls-connections-per-cycle']);
    for (const engine of ['redis', 'valkey'] as const) {
      for (const name of knownDirectives(engine, '99.0.0')) {
        if (classOf(name) !== 'free' || harmless.has(name)) continue;
        expect(name).not.to.match(
          /file(?!s)|dir(?:$|name)|path|socket|module|script|auth|acl(?!log)|user(?!-(?:del|flush))|pass|bind|(?<!im)port|announce|protected|tls|^enable-|^cluster-(?!comp)/,
        );
      }
    }
  });
});
