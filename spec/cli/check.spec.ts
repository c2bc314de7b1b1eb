/** `redis-lab check`, as a process. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
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
    expect(await codes('binary.conf')).to.deep.equal(['file.foreign']);
    expect(await codes('in')).to.include.members(['include.cycle', 'include.unseen']);
    expect(await codes('links')).to.deep.equal(['include.unseen']);
  });
});
