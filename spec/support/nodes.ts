/** What must hold on every node after its first boot. */
import { expect } from 'chai';
import type { Outcome } from './cli.js';
import type { User } from './ground.js';

/** Runs a program on a node, as root. */
export type On = (node: string, ...argv: string[]) => Promise<Outcome>;

/** cloud-init is done, and nowhere warned or failed. */
export async function expectCleanCloudInit(on: On, instance: string): Promise<void> {
  const status = await on(instance, 'cloud-init', 'status', '--wait', '--long');
  expect(status.exitCode, `${instance}: ${status.stdout}`).to.equal(0);
  expect(status.stdout, instance).to.match(/^status: done$/m);
  const log = await on(
    instance,
    'grep',
    '-E',
    'WARNING|ERROR|CRITICAL|Traceback',
    '/var/log/cloud-init.log',
  );
  expect(log.stdout, `${instance}: /var/log/cloud-init.log`).to.equal('');
  expect(log.exitCode, `${instance}: there is a log, without such a line`).to.equal(1);
}

const UNITS = ['redis-server', 'redis-sentinel'] as const;

/** Both units run, enabled, as the user redis, with most of the system out of their reach. */
export async function expectHardenedUnits(
  on: On,
  instance: string,
): Promise<Record<string, number>> {
  const exposures: Record<string, number> = {};
  for (const unit of UNITS) {
    expect((await on(instance, 'systemctl', 'is-active', unit)).stdout, unit).to.equal('active');
    expect((await on(instance, 'systemctl', 'is-enabled', unit)).stdout, unit).to.equal('enabled');
    const pid = (await on(instance, 'systemctl', 'show', '--property=MainPID', '--value', unit))
      .stdout;
    const owner = await on(instance, 'stat', '--format=%U %G', `/proc/${pid}`);
    expect(owner.stdout, `${unit} of ${instance}`).to.equal('redis redis');
    const security = await on(instance, 'systemd-analyze', 'security', '--no-pager', unit);
    const [, exposure = ''] = /Overall exposure level for .*: ([\d.]+)/.exec(security.stdout) ?? [];
    exposures[unit] = Number(exposure);
    expect(exposures[unit], security.stdout).to.be.within(0.1, 2);
  }
  const state = await on(instance, 'systemctl', 'is-system-running');
  const failed = await on(instance, 'systemctl', '--failed', '--no-legend', '--plain');
  expect(state.stdout, `${instance}: ${failed.stdout}`).to.equal('running');
  return exposures;
}

export async function expectOwnFiles(on: On, instance: string): Promise<void> {
  const found = await on(
    instance,
    'stat',
    '--format=%n %U:%G %a',
    '/etc/redis-lab',
    '/etc/redis-lab/redis.conf',
    '/etc/redis-lab/sentinel.conf',
    '/var/lib/redis',
  );
  const [folder, redis, sentinel, data] = found.stdout.split('\n');
  expect(folder).to.equal('/etc/redis-lab redis:redis 750');
  expect(data).to.equal('/var/lib/redis redis:redis 750');
  // Redis and Sentinel rewrite them without widening their modes.
  expect(redis).to.equal('/etc/redis-lab/redis.conf redis:redis 640');
  expect(sentinel).to.equal('/etc/redis-lab/sentinel.conf redis:redis 640');
}

/** Whatever must hold on each node after its first boot; one node after the other. */
export async function expectGoodNodes(on: On, nodes: readonly string[]): Promise<void> {
  for (const node of nodes) {
    await expectCleanCloudInit(on, node);
    await expectHardenedUnits(on, node);
    await expectOwnFiles(on, node);
  }
}

interface Status {
  readonly ready: boolean;
  readonly master: string | null;
  readonly problems: readonly string[];
  readonly state: string;
  readonly nodes: readonly {
    readonly node: string;
    readonly sentinel: { readonly master: string | null } | null;
  }[];
}

export async function statusOf(user: User, ...more: string[]): Promise<Status> {
  const { stdout, stderr } = await user.run('status', '--json', ...more);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Status;
}

interface Up {
  readonly status: Readonly<Record<string, unknown>>;
  /** What was told meanwhile. */
  readonly told: string;
}

/** Brings a lab up and proves nothing of it. */
export async function up(user: User, backend: string): Promise<Up> {
  const words = ['up', '--backend', backend, '--no-verify', '--json'];
  const { exitCode, stdout, stderr } = await user.run(...words);
  expect(exitCode, stderr + stdout).to.equal(0);
  return { status: JSON.parse(stdout).status, told: stderr };
}

/** @param scenarios default: those that `verify` runs unasked */
export async function expectProven(user: User, ...scenarios: string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await user.run('verify', ...scenarios, '--json');
  expect(exitCode, stderr + stdout).to.equal(0);
  expect(JSON.parse(stdout).verdict).to.equal('passed');
}

/** Takes a lab down; `leftOf` gives what is there of it afterwards. */
export async function expectGone(user: User, leftOf: () => Promise<unknown[]>): Promise<void> {
  const { exitCode, stderr } = await user.run('down');
  expect(exitCode, stderr).to.equal(0);
  expect(await leftOf()).to.deep.equal([]);
}

/** Waits until the lab is as it should be; at most 60 s by default. */
export async function eventually(
  user: User,
  isSo: (status: Status) => boolean,
  what: string,
  withinMs = 60_000,
): Promise<Status> {
  const end = Date.now() + withinMs;
  for (;;) {
    const looked = Date.now();
    const status = await statusOf(user);
    const tookMs = Date.now() - looked;
    if (isSo(status)) return status;
    if (Date.now() > end)
      throw new Error(`not ${what} after ${withinMs / 1000} s: ${JSON.stringify(status)}`);
    // An emulated machine needs the CPU that a look takes.
    await new Promise((resolve) => setTimeout(resolve, Math.max(200, tookMs)));
  }
}

/** Breaks the master, waits until the others name another one, and heals. Gives the status before `heal`. */
export async function expectFailoverAndHeal(user: User, kind: string): Promise<Status> {
  const { master } = await eventually(user, ({ ready }) => ready, 'ready');
  const broken = await user.run('fault', kind, String(master));
  expect(broken.exitCode, broken.stderr).to.equal(0);
  const seen = await eventually(
    user,
    ({ nodes }) =>
      // A node that is cut off still names itself: the others decide.
      nodes
        .filter(({ node }) => node !== master)
        .every(({ sentinel }) => sentinel?.master && sentinel.master !== master),
    `named another master than ${master} by the others`,
  );
  const healed = await user.run('heal', '--json');
  expect(healed.exitCode, healed.stderr + healed.stdout).to.equal(0);
  expect(JSON.parse(healed.stdout).mended.join(' ')).to.include(String(master));
  return seen;
}
