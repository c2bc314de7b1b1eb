/** `redis-lab check`, as a process. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { EXAMPLES } from '../../lib/redis-conf/rules/examples.js';
import { scratchFiles } from '../readers/support/scratch.js';
import { redisLab } from '../support/cli.js';

/** What the old course page has people write. */
const COURSE = {
  'master/redis.conf': [
    '#bind 127.0.0.1 #commentkan pada bagian ini',
    'protected-mode no',
    'port 6379 ',
    'logfile "/home/vagrant/redis-stable/redis.log" #tempat menyimpan redis-server log',
  ].join('\n'),
  'slave1/redis.conf': 'protected-mode no\nport 6379 \nslaveof 192.168.33.10 637\n',
  'slave1/sentinel.conf': [
    'protected-mode no',
    'port 26379',
    'sentinel monitor mymaster 192.168.33.13 6379 2',
    'sentinel down-after-milliseconds mymaster 5000s',
  ].join('\n'),
};

function manyMasters(count: number): string {
  const lines = Array.from({ length: count }, (_, at) => {
    const address = `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
    return `sentinel monitor m${at} ${address} 6379 1\nsentinel config-epoch m${at} 1`;
  });
  return lines.join('\n');
}

describe('redis-lab check', () => {
  it('tells of each mistake of the course page by node, with its line and a marker, and ends with 1', async () => {
    const folder = scratchFiles('check', COURSE);
    const { exitCode, stdout } = await redisLab(folder, ['check', '.']);
    expect(exitCode).to.equal(1);
    expect(stdout).to.include(
      [
        'master',
        '',
        '  master/redis.conf:4:48  fatal  line.comment-behind',
        '    4 | logfile "/home/vagrant/redis-stable/redis.log" #tempat menyimpan redis-server log',
        `      | ${' '.repeat(47)}${'^'.repeat(34)}`,
        '    A comment stands behind the value of logfile.',
      ].join('\n'),
    );
    for (const code of [
      'port.cut-short',
      'sentinel.time-unit',
      'sentinel.other-master',
      'open.everybody',
    ]) {
      expect(stdout, code).to.include(code);
    }
    const { stdout: indonesian } = await redisLab(folder, ['check', '.', '--lang', 'id']);
    expect(indonesian).to.include('Sentinel membaca 5000s sebagai 5000 ms.');
  });

  it('reads what is piped in, for one version, as JSON; and SARIF', async () => {
    const folder = scratchFiles('check', {});
    const input = 'port 6379\nmaxmemmory 1mb\n';
    const options = { input, stdin: 'pipe' } as const;
    const args = ['check', '-', '--kind', 'redis', '--engine', 'redis', '--version', '7.2'];
    const { exitCode, stdout } = await redisLab(folder, [...args, '--json'], options);
    expect(exitCode).to.equal(1);
    const result = JSON.parse(stdout);
    expect(result.targets).to.deep.equal([{ engine: 'redis', version: '7.2.15' }]);
    expect(result.findings).to.have.lengthOf(1);
    expect(result.findings[0]).to.include({
      code: 'directive.misspelt',
      line: 2,
      column: 1,
      length: 10,
    });
    expect(result.findings[0].fix).to.equal('Write maxmemory.');
    const sarif = JSON.parse((await redisLab(folder, [...args, '--sarif'], options)).stdout);
    expect(sarif.runs[0].results[0]).to.deep.include({
      ruleId: 'directive.misspelt',
      level: 'error',
    });
  });

  it('ends with 0 where only hints are left, and with 2 where nothing can be read', async () => {
    const folder = scratchFiles('check', { 'redis.conf': 'port 6379\n', 'empty/a.txt': 'x' });
    const good = await redisLab(folder, ['check', 'redis.conf']);
    expect(good).to.include({ exitCode: 0, stderr: '' });
    expect(good.stdout).to.match(
      /^Nothing is wrong\. Checked: 1 file, for Redis \S+ and Valkey \S+\.$/,
    );
    for (const [args, says] of [
      [['check', 'absent.conf', 'also.conf'], 'also.conf'],
      [['check', 'empty'], 'has no redis.conf'],
      [['check', 'redis.conf', '--version', 'new'], '"new" is no version'],
      [['check', 'redis.conf', '--version', '5.0'], 'the oldest is'],
      [['check'], 'Name a file or a folder'],
      [['check', '--explain', 'line.boom'], 'Did you mean line.bom?'],
    ] as const) {
      const { exitCode, stderr } = await redisLab(folder, args);
      expect(exitCode, args.join(' ')).to.equal(2);
      expect(stderr).to.include(says);
    }
    const page = await redisLab(folder, ['check', '--explain', 'line.bom', '--lang', 'id']);
    expect(page.exitCode).to.equal(0);
    expect(page.stdout).to.include('byte order mark').and.to.include('\\ufeffport 6379');
  });

  it('ends with 2 for a folder in which nothing is a configuration, and for a key alone', async () => {
    const { example } = EXAMPLES['tls.names'];
    const folder = scratchFiles('check', {
      'in/other.conf': 'colour=blue\n',
      'redis.key': example['redis.key'] ?? '',
    });
    for (const name of ['in', 'redis.key']) {
      const { exitCode, stderr } = await redisLab(folder, ['check', name]);
      expect(exitCode, stderr).to.equal(2);
      expect(stderr).to.include('cannot be read as a configuration');
    }
  });

  it('ends with 2 for what is no configuration, and reads one that has nothing but a mistake', async () => {
    const folder = scratchFiles('check', {
      'class.csv': 'name,mark\nA. Student,12\n',
      'sentinel.conf': '# of another program\nrpcuser=a\nrpcpassword=b\nnetwork=main\ndb_name=x\n',
      'other.conf': 'listen 80;\nserver_name a;\n',
      'mine.conf': 'maxmemmory 1mb\n',
      'redis.conf': 'port 6379\n',
    });
    for (const name of ['class.csv', 'sentinel.conf', 'other.conf']) {
      const { exitCode, stdout, stderr } = await redisLab(folder, ['check', name]);
      expect({ exitCode, stdout }, name).to.deep.equal({ exitCode: 2, stdout: '' });
      expect(stderr).to.include(`${name} cannot be read as a configuration`).and.include('--kind');
    }
    expect((await redisLab(folder, ['check', 'mine.conf'])).stdout).to.include(
      'did you mean maxmemory',
    );
    const { exitCode, stdout } = await redisLab(folder, ['check', 'redis.conf', 'class.csv']);
    expect(exitCode).to.equal(0);
    expect(stdout).to.include('file.foreign');
  });

  it('shows no password, and no character that speaks to the terminal', async () => {
    const folder = scratchFiles('check', {
      'redis.conf': 'requirepass s3cr\u001b[31met # mine\nuser a on >t0psecret off off oops\n',
    });
    const { stdout } = await redisLab(folder, ['check', 'redis.conf']);
    expect(stdout).not.to.match(/s3cr|t0psecret/);
    expect(stdout).not.to.include('\u001b');
    expect(stdout).to.include('line.comment-behind');
  });

  it('ends soon with what is made to stop it', async () => {
    const folder = scratchFiles('check', {
      'long.conf': 'port 6379\n'.repeat(100_000),
      'redis-wrong.conf': `port 6379\n${'maxmemmory 1mb\n'.repeat(100_000)}`,
      'large.conf': '# '.padEnd(10_000_000, 'x'),
      'braces.conf': 'port 6379\n{% {{\n'.repeat(90_000),
      'openings.conf': `port 6379\nrequirepass ${'{{'.repeat(1_200_000)}`,
      'quotes.conf': '"\n'.repeat(1_000_000),
      'masters.conf': manyMasters(30_000),
      'binary.conf': '\u0001\u0002\u0003\u0004'.repeat(1_000),
      'in/a.conf': 'include a.conf\ninclude b.conf\n',
      'in/b.conf': 'include a.conf\ninclude /etc/passwd\ninclude ../long.conf\ninclude *.conf\n',
    });
    mkdirSync(path.join(folder, 'links'));
    symlinkSync('/etc/passwd', path.join(folder, 'links/x.conf'));
    writeFileSync(path.join(folder, 'links/redis.conf'), 'include x.conf\n');
    const codes = async (name: string) => {
      const { stdout } = await redisLab(folder, ['check', name, '--json']);
      return [...new Set(JSON.parse(stdout).findings?.map(({ code }: { code: string }) => code))];
    };
    expect(await codes('long.conf')).to.deep.equal([]);
    expect(await codes('redis-wrong.conf')).to.deep.equal(['directive.misspelt']);
    expect((await redisLab(folder, ['check', 'large.conf'])).stderr).to.include('no more are read');
    expect(await codes('braces.conf')).to.deep.equal(['line.prose']);
    expect(await codes('openings.conf')).to.deep.equal([]);
    expect((await redisLab(folder, ['check', 'quotes.conf'])).stderr).to.include('200000 lines');
    expect(await codes('masters.conf')).to.deep.equal([]);
    const binary = await redisLab(folder, ['check', 'binary.conf']);
    expect(binary.exitCode).to.equal(2);
    expect(binary.stderr).to.include('binary.conf cannot be read as a configuration');
    expect(await codes('in')).to.include.members(['include.cycle', 'include.unseen']);
    expect(await codes('links')).to.deep.equal(['include.unseen']);
  });

  it('sees certificates and keys beside the configuration or as files of their own, and scripts where a unit names it', async () => {
    const { example } = EXAMPLES['tls.key-differs'];
    const conf = (example['redis.conf'] ?? '').replace(
      / (\S+\.(?:crt|key))$/gm,
      ' /etc/redis/tls/$1',
    );
    const keys = Object.entries(example).filter(([name]) => name !== 'redis.conf');
    const folder = scratchFiles('check', {
      'n1/redis.conf': conf,
      ...Object.fromEntries(keys.map(([name, text]) => [`n1/tls/${name}`, text])),
      'lone/redis.conf': conf,
      'm/sentinel.conf': 'sentinel monitor m 10.0.0.1 6379 2\n',
    });
    const codes = async (...names: string[]) => {
      const { stdout } = await redisLab(folder, ['check', ...names, '--json']);
      const { findings } = JSON.parse(stdout) as { findings: { code: string; severity: string }[] };
      return findings.filter(({ severity }) => severity === 'fatal').map(({ code }) => code);
    };
    expect(await codes('n1')).to.deep.equal(['tls.key-differs']);
    expect(await codes('n1/redis.conf')).to.deep.equal(['tls.key-differs']);
    // What lies elsewhere is not looked for, unless the server of this machine reads the file.
    expect(await codes('lone/redis.conf')).to.deep.equal([]);
    const given = keys.map(([name]) => `n1/tls/${name}`);
    expect(await codes('n1/redis.conf', ...given)).to.deep.equal(['tls.key-differs']);
    const script = path.join(folder, 'm/notify.sh');
    const sentinel = path.join(folder, 'm/sentinel.conf');
    appendFileSync(sentinel, `sentinel notification-script m ${script}\n`);
    expect(await codes('m')).to.deep.equal([]);
    const start = `[Service]\nUser=redis\nExecStart=/usr/bin/redis-sentinel ${realpathSync(sentinel)}\n`;
    writeFileSync(path.join(folder, 'm/redis-sentinel.service'), start);
    expect(await codes('m')).to.include('sentinel.no-script');
    writeFileSync(script, '#!/bin/sh\n');
    expect(await codes('m')).to.include('sentinel.not-executable');
    chmodSync(script, 0o755);
    expect((await codes('m')).filter((code) => code.startsWith('sentinel.'))).to.deep.equal([]);
  });

  it('ends soon with pipes, devices, and includes that come to as many as one likes', async () => {
    const next = (at: number) => `include f${at + 1}.conf\n`.repeat(4);
    const chain = Array.from({ length: 15 }, (_, at) => [`in/f${at}.conf`, next(at)]);
    const folder = scratchFiles('check', {
      ...Object.fromEntries(chain),
      'in/f15.conf': 'port 6379\n',
      'beside/valkey.conf': 'include pipe.conf\ninclude /dev/zero\n',
    });
    const { stdout } = await redisLab(folder, ['check', 'in/f0.conf', '--json']);
    expect(JSON.parse(stdout).findings[0]).to.deep.include({ code: 'include.unseen' });
    if (process.platform !== 'linux') return;
    for (const name of ['pipe.conf', 'beside/redis.conf', 'beside/pipe.conf']) {
      execFileSync('mkfifo', [path.join(folder, name)], { timeout: 60_000 });
    }
    for (const [name, says] of [
      ['pipe.conf', 'it is a pipe'],
      ['/dev/zero', 'it is a device'],
      ['/dev/null', 'cannot be read as a configuration'],
    ] as const) {
      const { exitCode, stderr } = await redisLab(folder, ['check', name]);
      expect(exitCode, name).to.equal(2);
      expect(stderr).to.include(says);
    }
    const beside = await redisLab(folder, ['check', 'beside', '--json']);
    const { files, findings } = JSON.parse(beside.stdout);
    expect(files.map(({ name }: { name: string }) => name)).to.deep.equal(['beside/valkey.conf']);
    expect(findings.map(({ code }: { code: string }) => code)).to.deep.equal([
      'include.unseen',
      'include.unseen',
    ]);
  });

  it('--fix shows a diff, and changes nothing; with --write it mends, keeps the rest, and tells what is left', async () => {
    const folder = scratchFiles('check', COURSE);
    chmodSync(path.join(folder, 'slave1/sentinel.conf'), 0o600);
    const diff = await redisLab(folder, ['check', '.', '--fix']);
    expect(diff.exitCode).to.equal(1);
    expect(diff.stdout).to.equal(
      [
        '--- master/redis.conf',
        '+++ master/redis.conf',
        '@@ -1,4 +1,5 @@',
        ' #bind 127.0.0.1 #commentkan pada bagian ini',
        ' protected-mode no',
        ' port 6379 ',
        '-logfile "/home/vagrant/redis-stable/redis.log" #tempat menyimpan redis-server log',
        '+#tempat menyimpan redis-server log',
        '+logfile "/home/vagrant/redis-stable/redis.log"',
        '--- slave1/sentinel.conf',
        '+++ slave1/sentinel.conf',
        '@@ -1,4 +1,4 @@',
        ' protected-mode no',
        ' port 26379',
        ' sentinel monitor mymaster 192.168.33.13 6379 2',
        '-sentinel down-after-milliseconds mymaster 5000s',
        '+sentinel down-after-milliseconds mymaster 5000',
      ].join('\n'),
    );
    expect(diff.stderr).to.include('Can be mended: 2.').and.to.include('Nothing was changed');
    const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
    for (const [file, text] of Object.entries(COURSE)) expect(read(file)).to.equal(text);
    const done = await redisLab(folder, ['check', '.', '--fix', '--write']);
    expect(done.exitCode).to.equal(1);
    expect(done.stderr).to.equal('master/redis.conf: 1 mended\nslave1/sentinel.conf: 1 mended');
    expect(done.stdout).to.include('sentinel.other-master').and.not.to.include('time-unit');
    expect(read('slave1/sentinel.conf')).to.match(/ 5000$/);
    expect(read('slave1/redis.conf')).to.equal(COURSE['slave1/redis.conf']);
    expect(statSync(path.join(folder, 'slave1/sentinel.conf')).mode & 0o777).to.equal(0o600);
    const again = await redisLab(folder, ['check', '.', '--fix']);
    expect(again).to.include({ exitCode: 1, stdout: '' });
    expect(again.stderr).to.include('Nothing here can be mended for certain.');
  });

  it('--fix --write gives what is piped in mended on standard output, and the rest on standard error', async () => {
    const folder = scratchFiles('check', {});
    const options = { input: 'port = 6379\r\nmaxmemory 256m\r\n', stdin: 'pipe' } as const;
    const args = ['check', '-', '--kind', 'redis', '--fix', '--write'];
    const { exitCode, stdout, stderr } = await redisLab(folder, args, options);
    expect(stdout).to.equal('port 6379\r\nmaxmemory 256m');
    expect(stderr).to.include('size.decimal').and.not.to.include('line.assigned');
    expect(exitCode).to.equal(1);
    const bytes = {
      input: Buffer.from('port = 6379\n# caf\xe9\n', 'latin1'),
      stdin: 'pipe',
    } as const;
    expect((await redisLab(folder, args, bytes)).stderr).to.include('is not UTF-8');
    for (const wrong of [
      ['-', 'a.conf', '--fix', '--write'],
      ['-', '--fix', '--write', '--json'],
      ['a.conf', '--write'],
      ['a.conf', '--fix', '--json'],
      ['a.conf', '--fix', '--sarif'],
    ]) {
      expect(
        (await redisLab(folder, ['check', ...wrong], options)).exitCode,
        wrong.join(' '),
      ).to.equal(2);
    }
  });

  it('gives the edits of each finding, also as fixes of SARIF, and what it mended as JSON', async () => {
    const folder = scratchFiles('check', { 'redis.conf': ' port 6379 # x\nappendonly on\n' });
    const { stdout } = await redisLab(folder, ['check', 'redis.conf', '--json']);
    expect(JSON.parse(stdout).findings.map(({ edits }: { edits: unknown }) => edits)).to.deep.equal(
      [
        [
          { line: 1, column: 1, length: 0, text: ' # x\n' },
          { line: 1, column: 11, length: 4, text: '' },
        ],
        [{ line: 2, column: 12, length: 2, text: 'yes' }],
      ],
    );
    const sarif = JSON.parse((await redisLab(folder, ['check', 'redis.conf', '--sarif'])).stdout);
    expect(sarif.runs[0].results[1].fixes[0].artifactChanges).to.deep.equal([
      {
        artifactLocation: { uri: 'redis.conf' },
        replacements: [
          {
            deletedRegion: { startLine: 2, startColumn: 12, endColumn: 14 },
            insertedContent: { text: 'yes' },
          },
        ],
      },
    ]);
    const args = ['check', 'redis.conf', '--fix', '--write', '--json'];
    const done = JSON.parse((await redisLab(folder, args)).stdout);
    expect(done).to.deep.include({ verdict: 'passed', findings: [] });
    expect(done.fixed).to.deep.equal([{ file: 'redis.conf', count: 2 }]);
  });

  it('--fix --write writes nothing where one of the files cannot be written', async () => {
    const files = { 'a/redis.conf': 'port = 6379\n', 'b/redis.conf': 'port = 6380\n' };
    const folder = scratchFiles('check', files);
    symlinkSync('redis.conf', path.join(folder, 'b/same.conf'));
    const args = ['check', 'a', 'b', 'b/same.conf', '--fix', '--write'];
    const { exitCode, stderr } = await redisLab(folder, args);
    expect(exitCode).to.equal(2);
    expect(stderr).to.include('was named twice').and.to.include('Nothing was changed.');
    for (const [file, text] of Object.entries(files)) {
      expect(readFileSync(path.join(folder, file), 'utf8')).to.equal(text);
      expect(readdirSync(path.join(folder, path.dirname(file))).join()).not.to.include('.tmp');
    }
  });
});
