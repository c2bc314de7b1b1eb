import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { buildLab } from '../../lib/lab/lab.js';
import { labFiles } from '../../lib/render/lab-files.js';
import { readSpec } from '../../lib/spec/read.js';
import { BIN, type Outcome, ROOT, redisLab, redisLabProcess } from '../support/cli.js';
import { skip } from '../support/skip.js';

describe('redis-lab', function () {
  this.timeout(30_000);
  let folder: string;
  const at = (...names: string[]) => path.join(folder, ...names);
  const run = (...args: string[]): Promise<Outcome> => redisLab(folder, args);

  before(() => {
    if (!existsSync(BIN)) throw new Error(`${BIN} is missing: npm run build`);
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-spec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe('generate', () => {
    it('writes the whole default lab into generated, and is then up to date', async () => {
      const first = await run('generate');
      expect(first).to.deep.include({ exitCode: 0, stderr: '' });
      for (const file of labFiles(buildLab().model)) {
        const found = readFileSync(at('generated', file.path));
        expect(found.equals(Buffer.from(file.content as string)), file.path).to.equal(true);
      }
      expect((await run('generate')).stdout).to.match(/^generated: \d+ unchanged$/);
      expect(await run('generate', '--check')).to.deep.equal({
        exitCode: 0,
        stdout: 'generated is up to date',
        stderr: '',
      });
    });

    it('leaves the committed default lab as it is', async () => {
      expect(await redisLab(ROOT, ['generate', '--check'])).to.deep.equal({
        exitCode: 0,
        stdout: 'generated is up to date',
        stderr: '',
      });
    });

    it('says which machines were made from an earlier description, and what to do', async () => {
      await run('generate', '--set', 'name=one');
      for (const node of ['master', 'slave9']) {
        const machine = at('generated/.vagrant/machines', node, 'virtualbox');
        mkdirSync(machine, { recursive: true });
        writeFileSync(path.join(machine, 'id'), 'f00');
        writeFileSync(path.join(machine, 'redis-lab-seed.sha256'), '0'.repeat(64));
      }
      const { stdout, exitCode } = await run('generate', '--set', 'name=two');
      expect(exitCode).to.equal(0);
      expect(stdout)
        .to.match(/earlier description: master\. .*cd generated, vagrant destroy -f, vagrant up$/m)
        .and.match(/no longer part of the lab: slave9\. .*vagrant destroy -f slave9/);
    });

    it('takes redis-lab.yaml, --spec, --set and --out', async () => {
      writeFileSync(at('redis-lab.yaml'), 'name: here\n');
      writeFileSync(at('other.yaml'), 'name: other\n');
      await run('generate');
      await run(
        'generate',
        '--spec',
        'other.yaml',
        '--set',
        'sentinel.downAfter=1s',
        '--set',
        'redis.port=7000',
        '--out',
        'b',
      );
      expect(readFileSync(at('generated/Vagrantfile'), 'utf8')).to.include('The lab "here"');
      expect(readFileSync(at('b/Vagrantfile'), 'utf8')).to.include('The lab "other"');
      const sentinel = readFileSync(at('b/nodes/master/sentinel.conf'), 'utf8');
      expect(sentinel).to.include('down-after-milliseconds mymaster 1000\n');
      expect(sentinel).to.include('monitor mymaster 192.168.100.11 7000 2\n');
    });

    it('--check ends with 1 and the first difference, and changes nothing', async () => {
      await run('generate');
      const file = at('generated/nodes/slave1/redis.conf');
      const edited = readFileSync(file, 'utf8').replace('192.168.100.11 6379', '192.168.33.10 637');
      writeFileSync(file, edited);
      const { exitCode, stdout } = await run('generate', '--check');
      expect(exitCode).to.equal(1);
      expect(stdout).to.match(
        /^generated\/nodes\/slave1\/redis\.conf:\d+ differs\n {2}expected "replicaof 192\.168\.100\.11 6379"\n {2}found {4}"replicaof 192\.168\.33\.10 637"\n/,
      );
      expect(readFileSync(file, 'utf8')).to.equal(edited);
      const { difference } = JSON.parse((await run('generate', '--check', '--json')).stdout);
      expect(difference).to.include({ path: 'nodes/slave1/redis.conf', kind: 'differs' });
    });

    it('--check names the command that mends what was checked', async () => {
      writeFileSync(at('my lab.yaml'), '');
      const { stdout } = await run(
        'generate',
        '--check',
        '--spec',
        'my lab.yaml',
        '--set',
        'name=x',
        '--out',
        'b',
      );
      expect(stdout.split('\n').at(-1)).to.equal(
        "To mend it: redis-lab generate --spec 'my lab.yaml' --set name=x --out b",
      );
    });

    it('--dry-run says what would change', async () => {
      const { exitCode, stdout } = await run('generate', '--dry-run');
      expect(exitCode).to.equal(0);
      expect(stdout)
        .to.include('would create nodes/slave2/seed.iso\n')
        .and.to.match(/nothing was written\)$/);
      expect(readdirSync(folder)).to.deep.equal([]);
    });

    it('--json gives the changes, and nothing else, on standard output', async () => {
      const { stdout } = await run('generate', '--json');
      const result = JSON.parse(stdout);
      expect(result).to.include({ dryRun: false, folder: path.join(folder, 'generated') });
      expect(result.created).to.include('Vagrantfile');
      expect(result.updated).to.deep.equal([]);
    });

    it('refuses a bad description with 2, every problem and its line, and writes nothing', async () => {
      writeFileSync(
        at('redis-lab.yaml'),
        'redis:\n  port: 637\nsentinel:\n  downAfter: 5000s\n  quorm: 2\n',
      );
      const { exitCode, stdout, stderr } = await run('generate');
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: '' });
      expect(stderr).to.equal(
        [
          'redis-lab: redis-lab.yaml has 3 problems:',
          '  redis-lab.yaml:2 redis.port: 637 is not accepted here',
          '      use a whole number from 1024 to 65535',
          '  redis-lab.yaml:4 sentinel.downAfter: "5000s" is not accepted here',
          '      use a time from 100 to 600000 milliseconds, such as 5000 or 5s',
          '  redis-lab.yaml:5 sentinel.quorm: is not a key that redis-lab knows',
          '      did you mean quorum?',
        ].join('\n'),
      );
      expect(readdirSync(folder)).to.deep.equal(['redis-lab.yaml']);
    });

    it('--json gives the problems of a bad description', async () => {
      const { exitCode, stdout } = await run(
        'generate',
        '--json',
        '--set',
        'redis.config[0]=prot 1',
      );
      expect(exitCode).to.equal(2);
      expect(JSON.parse(stdout).problems[0]).to.include({
        path: 'redis.config[0]',
        origin: '--set',
      });
    });

    it('says with 2 that a description cannot be read', async () => {
      const { exitCode, stderr } = await run('generate', '--spec', 'none.yaml');
      expect(exitCode).to.equal(2);
      expect(stderr).to.equal('redis-lab: cannot read none.yaml: ENOENT. There is no such file.');
    });

    it('says with 2 that a folder may not be written', async () => {
      mkdirSync(at('closed'));
      chmodSync(at('closed'), 0o555);
      // The superuser may write anywhere but where the kernel itself keeps house.
      const out = process.getuid?.() === 0 ? '/sys/kernel/redis-lab' : 'closed/lab';
      const { exitCode, stderr } = await run('generate', '--out', out);
      expect(exitCode).to.equal(2);
      expect(stderr).to.match(
        /^redis-lab: cannot make the folder .*\/(?:redis-)?lab: (?:EACCES|EPERM|EROFS)\. .* choose another folder/,
      );
    });
  });

  describe('a signal', () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`${signal} leaves whole files, nothing temporary, and 130 or a finished run`, async () => {
        const lines = Array.from(
          { length: 60 },
          (_, i) => `  - { role: ${i ? 'replica' : 'master'} }`,
        );
        writeFileSync(at('redis-lab.yaml'), `nodes:\n${lines.join('\n')}\n`);
        for (const delay of [60, 120, 180, 240]) {
          rmSync(at('generated'), { recursive: true, force: true });
          const running = redisLabProcess(folder, ['generate']);
          await new Promise((resolve) => setTimeout(resolve, delay));
          running.kill(signal);
          const { exitCode, signal: killed } = await running;
          // Before our first line runs, and after our last one, Node itself ends by the signal.
          expect(killed === signal || exitCode === 130 || exitCode === 0, `${exitCode}`).to.equal(
            true,
          );
          if (killed === signal && !existsSync(at('generated'))) continue;
          const left = existsSync(at('generated'))
            ? readdirSync(at('generated'), { recursive: true })
            : [];
          expect(left.filter((name) => String(name).endsWith('.tmp'))).to.deep.equal([]);
          if (exitCode === 130) expect((await run('generate')).exitCode).to.equal(0);
          expect((await run('generate', '--check')).exitCode).to.equal(0);
        }
      });
    }
  });

  describe('init', () => {
    it('writes a file that is the default lab, and does not replace it later', async () => {
      expect((await run('init')).exitCode).to.equal(0);
      const text = readFileSync(at('redis-lab.yaml'), 'utf8');
      expect(readSpec({ text, filename: 'redis-lab.yaml' })).to.deep.equal(buildLab().model);
      writeFileSync(at('redis-lab.yaml'), 'name: mine\n');
      const { exitCode, stderr } = await run('init');
      expect(exitCode).to.equal(2);
      expect(stderr).to.include('is already here and was left as it is');
      expect(readFileSync(at('redis-lab.yaml'), 'utf8')).to.equal('name: mine\n');
    });

    it('shows every key at its default: with every # taken away, the lab is the same', async () => {
      await run('init');
      const text = readFileSync(at('redis-lab.yaml'), 'utf8')
        .replaceAll(/^#(?! )/gm, '')
        .replaceAll(/^#(?= {2,})/gm, '');
      const value = load(text) as Record<string, unknown>;
      const { properties } = JSON.parse((await run('schema')).stdout);
      expect(keysOf(value)).to.include.members(keysOfSchema(properties));
      expect(readSpec({ text, filename: 'redis-lab.yaml' })).to.deep.equal(buildLab().model);
    });

    it('names its schema, which is beside it and accepts it', async () => {
      await run('init');
      const text = readFileSync(at('redis-lab.yaml'), 'utf8');
      const [, name = ''] = /^# yaml-language-server: \$schema=(\S+)/.exec(text) ?? [];
      const schema = JSON.parse(readFileSync(at(name), 'utf8'));
      const validate = new Ajv({ strict: true }).compile(schema);
      const bare = readFileSync(at('redis-lab.yaml'), 'utf8').replaceAll(/^#(?=[a-z]| {2,})/gm, '');
      expect(validate(load(bare)), JSON.stringify(validate.errors)).to.equal(true);
      expect(validate(load('redis:\nnodes:\n'))).to.equal(true);
      expect(validate(load('name: x\nredis: { port: 7000, restart: 15s }'))).to.equal(true);
      expect(validate(load('redis: { port: many }'))).to.equal(false);
      expect(validate(load('redis: { prot: 7000 }'))).to.equal(false);
    });
  });

  describe('schema', () => {
    it('prints what the package ships', async () => {
      const { stdout } = await run('schema');
      const shipped = readFileSync(
        path.join(path.dirname(BIN), '../redis-lab.schema.json'),
        'utf8',
      );
      expect(JSON.parse(stdout)).to.deep.equal(JSON.parse(shipped));
    });
  });

  describe('the command line', () => {
    it('ends with 2 and the way to the help, for what it does not know', async () => {
      for (const args of [
        [],
        ['generte'],
        ['generate', '--ot', 'x'],
        ['generate', '--check', '--dry-run'],
        ['generate', '--out'],
      ]) {
        const { exitCode, stdout, stderr } = await run(...args);
        expect({ exitCode, stdout }, args.join(' ')).to.deep.equal({ exitCode: 2, stdout: '' });
        const help = args[0] === 'generate' ? 'redis-lab generate --help' : 'redis-lab --help';
        expect(stderr).to.match(new RegExp(`^redis-lab: .+\nSee: ${help}$`));
      }
    });

    it('takes no odd value for yes or no, and no empty one', async () => {
      for (const flag of ['--check=maybe', '--dry-run=1', '--force=']) {
        expect((await run('generate', flag)).exitCode, flag).to.equal(2);
      }
      for (const option of ['--out', '--spec']) {
        const { exitCode, stderr } = await run('generate', option, '');
        expect({ exitCode, stderr: stderr.split('\n')[0] }).to.deep.equal({
          exitCode: 2,
          stderr: `redis-lab: ${option} needs a value, and this one is empty.`,
        });
      }
      expect(readdirSync(folder)).to.deep.equal([]);
    });

    it('says when the output could not be written', function () {
      if (!existsSync('/dev/full')) skip(this, '/dev/full');
      const full = openSync('/dev/full', 'w');
      const { status, stderr } = spawnSync(process.execPath, [BIN, 'schema'], {
        stdio: ['ignore', full, 'pipe'],
        timeout: 180_000,
      });
      closeSync(full);
      expect(status).to.equal(2);
      expect(String(stderr)).to.include('the output was not written: ');
    });

    it('sends nothing to the terminal that a description brought along', async () => {
      writeFileSync(at('redis-lab.yaml'), 'redis: !!x%1b%5b31m x\n');
      const { exitCode, stderr } = await run('generate');
      expect(exitCode).to.equal(2);
      expect(stderr)
        .to.match(/^[^\p{Cc}]*(\n[^\p{Cc}]*)*$/u)
        .and.to.include('\\u001b[31m');
    });

    it('suggests the nearest command', async () => {
      expect((await run('generte')).stderr).to.include('Did you mean generate?');
    });

    it('has help, a version and a completion script', async () => {
      expect((await run('--help')).stdout)
        .to.include('redis-lab generate')
        .and.to.include('redis-lab init');
      expect((await run('generate', '--help')).stdout).to.include('--dry-run');
      expect((await run('--version')).stdout).to.match(/^\d+\.\d+\.\d+$/);
      expect((await run('completion')).stdout).to.include('redis-lab');
    });
  });
});

function keysOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.slice(0, 1).flatMap((item) => keysOf(item, `${prefix}[]`));
  return Object.entries(value).flatMap(([key, child]) => [
    `${prefix}.${key}`,
    ...keysOf(child, `${prefix}.${key}`),
  ]);
}

interface Properties {
  readonly [key: string]: { properties?: Properties; items?: { properties?: Properties } };
}

function keysOfSchema(properties: Properties, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([key, { properties: inner, items }]) => [
    `${prefix}.${key}`,
    ...keysOfSchema(inner ?? {}, `${prefix}.${key}`),
    ...keysOfSchema(items?.properties ?? {}, `${prefix}.${key}[]`),
  ]);
}
