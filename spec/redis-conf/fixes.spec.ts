import { expect } from 'chai';
import fc from 'fast-check';
import { mending } from '../../lib/lab/fix.js';
import { diffLines } from '../../lib/redis-conf/fixes/diff.js';
import { Patch } from '../../lib/redis-conf/fixes/edit.js';
import { withoutAnySecrets } from '../../lib/report/conf-secrets.js';
import { checked } from './support/checked.js';
import { damaged, RIGHT } from './support/damaged.js';

async function mended(text: string, name = 'redis.conf', options = {}): Promise<string> {
  const { after } = await mending([{ name, text }], options);
  return after.texts.get(name) ?? '';
}

const MONITOR = 'sentinel monitor mymaster 10.0.0.1 6379 2';
const DOWN = 'sentinel down-after-milliseconds mymaster';

/** What is written, and what becomes of it. */
const CERTAIN: readonly (readonly [before: string, after: string])[] = [
  ['\tport 6379 # usual', '\t# usual\n\tport 6379'],
  ['logfile "/a b"  #kept', '#kept\nlogfile "/a b"'],
  ['logfile "/a"#kept', '#kept\nlogfile "/a"'],
  ['bind 127.0.0.1 # mine', '# mine\nbind 127.0.0.1'],
  ['port 6379 // mine', '# mine\nport 6379'],
  ['requirepass 3f9a0c81b27d # mine', '# mine\nrequirepass 3f9a0c81b27d'],
  ['// why', '# // why'],
  ['; port 1', '# ; port 1'],
  ['/* why */', '# /* why */'],
  ['port = 6379', 'port 6379'],
  ['port=6379', 'port 6379'],
  ['port: 6379', 'port 6379'],
  ['\ufeff# head\nport 6379', '# head\nport 6379'],
  ['port\u00a06379', 'port 6379'],
  ['port \u200b6379', 'port 6379'],
  ['appendonly “yes”', 'appendonly "yes"'],
  ['dbfilename ‘a.rdb’', "dbfilename 'a.rdb'"],
  ['port 6379\rappendonly yes', 'port 6379\nappendonly yes'],
  ['dbfilename "a.rdb', 'dbfilename "a.rdb"'],
  ["dbfilename a.rdb'", "dbfilename 'a.rdb'"],
  ['maxmemmory 100mb', 'maxmemory 100mb'],
  ['appednonly yes', 'appendonly yes'],
  ['maxmemory 2 gb', 'maxmemory 2gb'],
  ['replicaof 10.0.0.1:6379', 'replicaof 10.0.0.1 6379'],
  ['protected-mode off', 'protected-mode no'],
  ['appendonly TRUE', 'appendonly yes'],
  ['timeout 5min', 'timeout 300'],
  ['repl-timeout 60000ms', 'repl-timeout 60'],
  ['busy-reply-threshold 5s', 'busy-reply-threshold 5000'],
  ['bind 127.0.0.1, -::1', 'bind 127.0.0.1 -::1'],
  ['bind 127.0.0.1,127.0.0.2', 'bind 127.0.0.1 127.0.0.2'],
  ['port: 6379 # usual', '# usual\nport 6379'],
];

const CERTAIN_OF_SENTINEL: typeof CERTAIN = [
  [`${DOWN} 5s`, `${DOWN} 5000`],
  [`${DOWN} 5000s`, `${DOWN} 5000`],
  [`${DOWN} 30_000`, `${DOWN} 30000`],
  [`${DOWN} 5e3`, `${DOWN} 5000`],
  [`${DOWN} 5000ms # why`, `# why\n${DOWN} 5000`],
  ['down-after-milliseconds mymaster 5000', `${DOWN} 5000`],
  ['down-after-miliseconds mymaster 5s # why', `# why\n${DOWN} 5000`],
  ['sentinel parallel-sync mymaster 1', 'sentinel parallel-syncs mymaster 1'],
  ['sentinel parallel-syncs mymaster 1;', 'sentinel parallel-syncs mymaster 1'],
];

/** What somebody may have meant in more than one way. */
const LEFT = [
  'requirepass abc #def',
  'requirepass "abc',
  'masterauth “abc”',
  '/* why',
  '--port 6379',
  'dbfilename: a.rdb,',
  'dbfilename my\u00a0dump.rdb',
  'dir "/a b',
  'dir "/a # b',
  'maxmemory 50%',
  'maxmemory 256m',
  'maxmemory 2 m',
  'appendonly maybe',
  'timeout 5m',
  'timeout 1.5',
  'timeout 1500ms',
  'busy-reply-threshold 5000s',
  'repl-diskles-sync-dela 5',
  'savee 900 1',
  'port 637900',
  'replicaof ::1:6379',
  'bind 10.0.0.0/8',
  'bind eth0,eth1',
  'gopher-enabled no',
  'slaveof 10.0.0.1 6379',
  'min-slaves-to-write 1',
  'dbfilename \ufffd.rdb # x',
];

const LEFT_OF_SENTINEL = [
  `${DOWN} 5`,
  `${DOWN} 1.5`,
  `${DOWN} 5m`,
  `${DOWN} 5ms`,
  `${DOWN} 1h`,
  'sentinel parallel-syncs mymaster 0',
  'sentinel parallel-syncs MyMaster 1',
];

describe('fixes of check', () => {
  for (const [before, after] of CERTAIN) {
    it(`make ${JSON.stringify(after)} of ${JSON.stringify(before)}`, async () => {
      expect(await mended(before)).to.equal(after);
    });
  }

  for (const [before, after] of CERTAIN_OF_SENTINEL) {
    it(`make ${JSON.stringify(after)} of ${JSON.stringify(before)} in sentinel.conf`, async () => {
      const text = await mended(`${MONITOR}\n${before}\n`, 'sentinel.conf');
      expect(text).to.equal(`${MONITOR}\n${after}\n`);
    });
  }

  for (const line of LEFT) {
    it(`leave ${JSON.stringify(line)} to the person`, async () => {
      expect(await mended(line)).to.equal(line);
    });
  }

  for (const line of LEFT_OF_SENTINEL) {
    it(`leave ${JSON.stringify(line)} in sentinel.conf to the person`, async () => {
      const text = `${MONITOR}\n${line}`;
      expect(await mended(text, 'sentinel.conf')).to.equal(text);
    });
  }

  it('mend the quorum, a joined address, and a unit without --sentinel', async () => {
    expect(await mended('sentinel monitor m 10.0.0.1:6379 2;', 'sentinel.conf')).to.equal(
      'sentinel monitor m 10.0.0.1 6379 2',
    );
    const unit = '[Service]\nExecStart=/usr/bin/redis-server /etc/redis/sentinel.conf';
    expect(await mended(unit, 'redis.service')).to.equal(`${unit} --sentinel`);
  });

  it('take the name that the chosen server has, and leave it where only some lack it', async () => {
    const text = 'primaryauth 3f9a0c81b27d';
    expect(await mended(text, 'redis.conf', { engine: 'redis' })).to.equal(
      'masterauth 3f9a0c81b27d',
    );
    expect(await mended(text)).to.equal(text);
  });

  it('leave a line alone that a server would refuse after them all the same', async () => {
    for (const line of ['prot 6379 # x', 'maxmemory = most', 'hz = # x']) {
      expect(await mended(line), line).to.equal(line);
    }
  });

  it('keep line endings and a last line without one', async () => {
    expect(await mended('port 6379 # x\r\nappendonly on\r\n')).to.equal(
      '# x\r\nport 6379\r\nappendonly no\r\n'.replace('no', 'yes'),
    );
    expect(await mended('port = 6379')).to.equal('port 6379');
  });

  it('make a right configuration of one that was damaged, and find nothing any more', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, async ({ name, text, right }) => {
        const after = await mended(text, name);
        expect(withoutComments(after)).to.deep.equal(withoutComments(right));
        const bad = checked({ [name]: after }).findings.filter((each) => each.severity !== 'hint');
        expect(bad.map(({ code }) => code)).to.deep.equal([]);
      }),
    );
  });

  it('change nothing in what is right', async () => {
    for (const [name, text] of Object.entries(RIGHT)) {
      expect(await mended(text, name)).to.equal(text);
      expect(checked({ [name]: text }).findings.map((each) => each.severity)).not.to.include(
        'fatal',
      );
    }
  });

  it('keep bytes that are no UTF-8 in other lines', () => {
    const bytes = Buffer.from('# caf\xe9\r\nport = 1\n', 'latin1');
    const patch = new Patch(bytes.toString('utf8'));
    patch.apply([[{ line: 2, column: 5, length: 3, text: ' ' }]]);
    expect(patch.patched(bytes)?.toString('latin1')).to.equal('# caf\xe9\r\nport 1\n');
    expect(patch.patched(Buffer.from('# other\r\nport = 1\n'))).to.equal(undefined);
  });
});

describe('the diff of check --fix', () => {
  function diffOf(text: string, lines: readonly number[]): string[] {
    const patch = new Patch(text);
    patch.apply(lines.map((line) => [{ line, column: 1, length: 0, text: '# new\n' }]));
    return diffLines(patch.cells).map(({ sign, text: shown }) => `${sign}${shown}`);
  }
  const ten = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`).join('\n');

  it('has three lines around each change, and counts lines of both sides', () => {
    expect(diffOf(`${ten}\n`, [2, 15])).to.deep.equal([
      '@@@ -1,5 +1,6 @@',
      ' line 1',
      '-line 2',
      '+# new',
      '+line 2',
      ...[3, 4, 5].map((at) => ` line ${at}`),
      '@@@ -12,7 +13,8 @@',
      ...[12, 13, 14].map((at) => ` line ${at}`),
      '-line 15',
      '+# new',
      '+line 15',
      ...[16, 17, 18].map((at) => ` line ${at}`),
    ]);
  });

  it('joins what touches, and is empty where nothing changed', () => {
    expect(diffOf(ten, [2, 8]).filter((line) => line.startsWith('@'))).to.deep.equal([
      '@@@ -1,11 +1,13 @@',
    ]);
    expect(diffOf(ten, [])).to.deep.equal([]);
  });

  it('shows no password', () => {
    expect(withoutAnySecrets('user a on oops >word ~* +@all')).to.equal(
      'user a on **** >**** ~* +@all',
    );
    expect(withoutAnySecrets('masterauth = word')).to.equal('masterauth = ****');
    expect(
      withoutAnySecrets('ExecStart=/usr/bin/redis-server --requirepass word --port 1'),
    ).to.equal('ExecStart=/usr/bin/redis-server --requirepass ****** --port 1');
    expect(withoutAnySecrets('Environment=REDISCLI_AUTH=word')).to.equal(
      'Environment=REDISCLI_AUTH=******',
    );
  });
});

function withoutComments(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}
