/** `verify` on a lab that somebody works with: his keys, his data and what is broken in it stay as they are. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { run } from '../../lib/command/run.js';
import { buildLab } from '../../lib/index.js';
import type { LabStatus, VerifyResult } from '../../lib/report/types.generated.js';
import { needsServer } from '../backends/local/support.js';
import { needTerminal } from '../cli/support/terminal.js';
import { until } from '../support/at-work.js';
import { BIN, redisLab, redisLabProcess } from '../support/cli.js';
import { leftBelow, newHome, processesBelow } from './support/home.js';

const SET = ['--set', 'sentinel.downAfter=1000'];
const LAB = buildLab({ sentinel: { downAfter: 1000 } });

const state = process.env['XDG_STATE_HOME'];
after(() => {
  if (state === undefined) delete process.env['XDG_STATE_HOME'];
  else process.env['XDG_STATE_HOME'] = state;
});

/** The command does what is tested; what only looks is the library, without a process for each look. */
function newLab() {
  const home = newHome();
  const { env, folder } = home;
  process.env['XDG_STATE_HOME'] = env['XDG_STATE_HOME'];
  const lab = (...args: string[]) => redisLab(folder, args, { env, timeout: 180_000 });
  const running = () => LAB.attach({ backend: 'local' });
  const on = async (node: string, ...words: string[]) => {
    const invocation = await (await running()).invocation(node, words);
    const { code, stdout, stderr } = await run(invocation, { deadlineMs: 180_000 });
    expect(code, stderr).to.equal(0);
    return stdout.trim();
  };
  const status = async (): Promise<LabStatus> => (await running()).status();
  return {
    ...home,
    lab,
    on,
    up: async () => {
      const up = await lab('up', '--no-verify', ...SET);
      expect(up.exitCode, up.stderr).to.equal(0);
    },
    status,
    /** What a shell on the node of the present master says. */
    onMaster: async (script: string) => {
      const { master } = await status();
      return on(String(master), 'sh', '-c', script);
    },
    down: async () => {
      expect((await lab('down')).exitCode).to.equal(0);
      expect(await leftBelow(folder)).to.deep.equal([]);
    },
  };
}

type TestedLab = ReturnType<typeof newLab>;

/** Keys of several types, with and without an end, under the names that verify has or had, in two databases. */
const FILL = `
redis-cli hset demokey mine yes more too
redis-cli expire demokey 3600
redis-cli rpush redis-lab:ledger a b c
redis-cli set redis-lab:probe mine
redis-cli set redis-lab:forbidden mine px 7200000
redis-cli -n 3 set demokey another
redis-cli zadd marks 1 ani 2 budi
redis-cli set short 'gone soon' px 500`;

/** Every key of every database that is in use: what it is, and whether it ends. */
const CONTENTS = `
for db in $(redis-cli info keyspace | sed -n 's/^db\\([0-9]*\\):.*/\\1/p'); do
  for key in $(redis-cli -n "$db" keys '*'); do
    [ "$key" = short ] && continue
    [ "$(redis-cli -n "$db" ttl "$key")" -gt 0 ] && ends=ends || ends=stays
    echo "$db $key $(redis-cli -n "$db" dump "$key" | base64 -w0) $ends"
  done
done`;

async function fill({ onMaster }: TestedLab): Promise<void> {
  await onMaster(FILL);
}

async function contents({ onMaster }: TestedLab): Promise<string[]> {
  const text = await onMaster(CONTENTS);
  return text === '' ? [] : text.split('\n').toSorted();
}

describe('verify of a lab that ran before', function () {
  this.timeout(240_000);
  before(needsServer);

  it('leaves every key as it was, of any type, with its end', async () => {
    const tested = newLab();
    await tested.up();
    await fill(tested);
    const before = await contents(tested);
    expect(before).to.have.lengthOf(6);
    const { exitCode, stdout, stderr } = await tested.lab('verify', '--json', ...SET);
    expect(exitCode, stderr).to.equal(0);
    const { scenarios } = JSON.parse(stdout) as VerifyResult;
    expect(scenarios[1]?.promotion?.from).to.equal('master');
    expect(await contents(tested)).to.deep.equal(before);
    await tested.down();
  });

  it('leaves every key as it was when it is repeated, and when the lab was stopped', async () => {
    const tested = newLab();
    await tested.up();
    await fill(tested);
    const before = await contents(tested);
    const twice = ['verify', 'replication', '--repeat', '2', '--json', ...SET];
    const again = await tested.lab(...twice);
    expect(again.exitCode, again.stderr).to.equal(0);
    expect((JSON.parse(again.stdout) as VerifyResult).runs).to.have.lengthOf(2);
    expect(await contents(tested)).to.deep.equal(before);
    expect((await tested.lab('stop')).exitCode).to.equal(0);
    const stopped = await tested.lab(...twice);
    expect(stopped.exitCode, stopped.stderr).to.equal(0);
    expect((await tested.status()).state).to.equal('stopped');
    await tested.up();
    expect(await contents(tested)).to.deep.equal(before);
    await tested.down();
  });

  it('wipes it only where --fresh and --yes say so', async () => {
    const tested = newLab();
    await tested.up();
    await fill(tested);
    const before = await contents(tested);
    const fresh = ['verify', 'replication', '--fresh', ...SET];
    const refused = await tested.lab(...fresh);
    expect(refused.exitCode).to.equal(2);
    expect(refused.stderr)
      .to.match(/wipes all data of the lab redis-lab: [67] keys/)
      .and.include(`redis-lab verify --set sentinel.downAfter=1000 --fresh --yes`);
    expect(await contents(tested)).to.deep.equal(before);
    const wiped = await tested.lab(...fresh, '--yes', '--repeat', '2', '--json');
    expect(wiped.exitCode, wiped.stderr).to.equal(0);
    const { runs } = JSON.parse(wiped.stdout) as VerifyResult;
    expect(runs?.map(({ readyMs }) => readyMs !== null)).to.deep.equal([true, true]);
    expect(await contents(tested)).to.deep.equal([]);
    await tested.down();
  });

  for (const [command, sure] of [
    ['verify replication --fresh', ['n', 'y']],
    ['up --no-verify --fresh', ['', 'yes']],
  ] as const) {
    it(`asks at a terminal before ${command} wipes anything`, async function () {
      needTerminal(this);
      const tested = newLab();
      await tested.up();
      await fill(tested);
      const before = await contents(tested);
      const typed = async (answer: string) => {
        const line = [process.execPath, BIN, command, ...SET].join(' ');
        const running = execa('script', ['-qefc', line, '/dev/null'], {
          cwd: tested.folder,
          env: { ...tested.env, REDIS_LAB_BACKEND: 'local', TERM: 'xterm' },
          reject: false,
          timeout: 180_000,
        });
        let seen = '';
        running.stdout?.on('data', (chunk: Buffer) => {
          const asked = seen.includes('[y/N]');
          seen += String(chunk);
          if (!asked && seen.includes('[y/N]')) running.stdin?.write(`${answer}\r`);
        });
        return running;
      };
      const [no, yes] = sure;
      const kept = await typed(no);
      expect(kept.stdout).to.match(/Wipe all data of the lab redis-lab: [67] keys\?/);
      expect(kept.exitCode, kept.stdout).to.equal(2);
      expect(kept.stdout).to.include('Nothing was changed');
      expect(await contents(tested)).to.deep.equal(before);
      const wiped = await typed(yes);
      expect(wiped.exitCode, wiped.stdout).to.equal(0);
      expect(await contents(tested)).to.deep.equal([]);
      await tested.down();
    });
  }

  it('interrupted after the crash, keeps what is on no disk', async () => {
    const tested = newLab();
    await tested.up();
    await fill(tested);
    const before = await contents(tested);
    const running = redisLabProcess(tested.folder, ['verify', 'failover', ...SET], {
      env: tested.env,
      timeout: 180_000,
    });
    // Until the master is gone, and no longer: nobody has taken over by then.
    await until(() => processesBelow(tested.folder).length === 5, 60_000);
    running.kill('SIGINT');
    const { exitCode, stderr } = await running;
    expect(exitCode, String(stderr)).to.equal(130);
    expect(processesBelow(tested.folder)).to.have.lengthOf(6);
    expect((await tested.lab('heal')).exitCode).to.equal(0);
    expect(await contents(tested)).to.deep.equal(before);
    await tested.down();
  });
});

describe('verify of a broken lab', function () {
  this.timeout(240_000);
  before(needsServer);

  const brokenBy: readonly (readonly [string, (lab: TestedLab) => Promise<unknown>, RegExp])[] = [
    [
      'a crashed replica',
      ({ lab }) => lab('fault', 'crash', 'slave1'),
      /Redis on slave1 does not run/,
    ],
    [
      'a replica that stands still',
      ({ lab }) => lab('fault', 'hang', 'slave1'),
      /Redis on slave1 stands still/,
    ],
    [
      'a Sentinel that was ended',
      ({ on }) => on('slave2', 'redis-cli', '-p', '26379', 'shutdown', 'nosave'),
      /Sentinel on slave2 does not run/,
    ],
  ];
  for (const [what, breakIt, seen] of brokenBy) {
    it(`fails for ${what} and mends nothing, or is told to and says what it mended`, async () => {
      const tested = newLab();
      await tested.up();
      await breakIt(tested);
      const { services } = await servicesOf(tested);
      const bare = await tested.lab('verify', 'replication', '--json', ...SET);
      expect(bare.exitCode, bare.stderr).to.equal(1);
      const failed = JSON.parse(bare.stdout) as VerifyResult;
      const [first] = failed.scenarios[0]?.assertions ?? [];
      expect(first).to.include({ verdict: 'failed' });
      expect(first?.seen).to.match(seen).and.include('redis-lab heal').and.include('--heal');
      expect(failed.found).to.deep.include({ state: 'partial', whole: false, mended: [] });
      expect(failed.found?.problems[0]?.text).to.match(seen);
      expect((await servicesOf(tested)).services).to.deep.equal(services);

      fs.writeFileSync(path.join(tested.folder, 'failed.json'), bare.stdout);
      const shown = await tested.lab('report', 'failed.json');
      expect(shown.exitCode, shown.stderr).to.equal(0);
      expect(shown.stdout).to.match(seen);

      const args = ['--heal', '--json', '--junit', 'out.xml', '--report', 'page.html'];
      const healed = await tested.lab('verify', 'replication', ...args, ...SET);
      expect(healed.exitCode, healed.stderr).to.equal(0);
      const result = JSON.parse(healed.stdout) as VerifyResult;
      expect(result.verdict).to.equal('passed');
      expect(result.found).to.include({ state: 'partial', whole: false });
      expect(result.found?.problems[0]?.text).to.match(seen);
      expect(result.found?.mended).to.have.lengthOf(1);
      const [mended = 'nothing'] = result.found?.mended ?? [];
      for (const name of ['out.xml', 'page.html']) {
        const text = fs.readFileSync(path.join(tested.folder, name), 'utf8');
        expect(text.replaceAll('&apos;', "'").replaceAll('&#x27;', "'"), name).to.include(mended);
      }
      expect((await tested.status()).ready).to.equal(true);
      await tested.down();
    });
  }

  it('fails for a setting that was changed by hand, and says how to go on, or sets it back and says so', async () => {
    const tested = newLab();
    await tested.up();
    await tested.on('slave1', 'redis-cli', 'config', 'set', 'replica-read-only', 'no');
    const bare = await tested.lab('verify', ...SET);
    expect(bare.exitCode, bare.stderr).to.equal(1);
    const text = bare.stdout.replaceAll(/\s+/g, ' ');
    expect(text)
      .to.include('Found: Redis on slave1 takes writes as a replica: replica-read-only no')
      .and.include('redis-lab heal --set sentinel.downAfter=1000')
      .and.include('redis-lab verify --set sentinel.downAfter=1000 --heal')
      .and.include('redis-lab up --set sentinel.downAfter=1000 --fresh');
    const healed = await tested.lab('verify', '--heal', '--json', ...SET);
    expect(healed.exitCode, healed.stderr).to.equal(0);
    const { found, scenarios } = JSON.parse(healed.stdout) as VerifyResult;
    expect(found).to.include({ state: 'running', whole: false });
    expect(found?.mended).to.have.lengthOf(1);
    for (const each of scenarios) expect(each).to.include({ verdict: 'passed' });
    await tested.down();
  });
});

/** What runs and what does not, without what changes by itself. */
async function servicesOf({ status }: TestedLab) {
  const { nodes } = await status();
  const services = nodes.map(({ node, redis, sentinel }) => [node, redis?.state, sentinel?.state]);
  return { services };
}
