/** The scenarios there are. One more is a file or folder beside these, its name in `names.ts` and a line here. */
import { usage } from '../errors.js';
import type { Scenario } from '../verify/context.js';
import type { IncidentName, SCENARIO_NAMES } from './names.js';
import type { OwnScenario } from './own.js';

/** Each is loaded when it is run. */
const OURS: Readonly<Record<(typeof SCENARIO_NAMES)[number], () => Promise<Scenario>>> = {
  replication: async () => (await import('./replication.js')).replication,
  failover: async () => (await import('./failover/index.js')).failover,
  hang: async () => (await import('./hang.js')).hang,
  stall: async () => (await import('./stall.js')).stall,
  'endless-script': async () => (await import('./endless-script.js')).endlessScript,
  partition: async () => (await import('./partition.js')).partition,
  'master-unseen': async () => (await import('./master-unseen.js')).masterUnseen,
  'one-way-loss': async () => (await import('./one-way-loss.js')).oneWayLoss,
  'quorum-lost': async () => (await import('./quorum-lost.js')).quorumLost,
  'no-majority': async () => (await import('./no-majority.js')).noMajority,
  'leader-dies': async () => (await import('./leader-dies.js')).leaderDies,
  'power-off': async () => (await import('./power-off.js')).powerOff,
  'replicas-lost': async () => (await import('./replicas-lost.js')).replicasLost,
  'disk-full': async () => (await import('./disk-full.js')).diskFull,
  'clock-jump': async () => (await import('./clock-jump.js')).clockJump,
  sleep: async () => (await import('./sleep.js')).sleep,
  'slow-link': async () => (await import('./slow-link.js')).slowLink,
  switchover: async () => (await import('./switchover.js')).switchover,
};

const INCIDENTS: Readonly<Record<IncidentName, () => Promise<Scenario>>> = {
  'kubeblocks-10753': async () => (await import('./incidents/kubeblocks-10753.js')).kubeblocks10753,
  'redis-12570': async () => (await import('./incidents/redis-12570.js')).redis12570,
  'redis-12574': async () => (await import('./incidents/redis-12574.js')).redis12574,
  'redis-12271': async () => (await import('./incidents/redis-12271.js')).redis12271,
  'redis-14313': async () => (await import('./incidents/redis-14313.js')).redis14313,
  'redis-3306': async () => (await import('./incidents/redis-3306.js')).redis3306,
  'redis-8607': async () => (await import('./incidents/redis-8607.js')).redis8607,
  'valkey-2779': async () => (await import('./incidents/valkey-2779.js')).valkey2779,
  'forged-hello': async () => (await import('./incidents/forged-hello.js')).forgedHello,
};

/** With those of a program. */
const SCENARIOS: Record<string, () => Promise<Scenario>> = { ...OURS, ...INCIDENTS };

/** All of them, also those of a program, but for the incidents. */
export function scenarioNames(): string[] {
  return Object.keys(SCENARIOS).filter((name) => !Object.hasOwn(INCIDENTS, name));
}

/**
 * Adds a scenario: from then on `running.verify()` in the same process knows it by its name.
 * @throws RedisLabError (2) for a name that exists already or is not made of lower-case letters, digits and hyphens
 */
export function registerScenario(scenario: OwnScenario): void {
  const { name } = scenario;
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
    throw usage(
      `${JSON.stringify(name)} is no name for a scenario: use lower-case letters, digits and hyphens, such as two-masters.`,
      'scenario.name',
    );
  }
  if (Object.hasOwn(SCENARIOS, name))
    throw usage(`There is a scenario ${name} already.`, 'scenario.name');
  SCENARIOS[name] = async () => (await import('./own.js')).scenarioOf(scenario);
}

/** @throws RedisLabError (2) for an unknown name, or without any */
export async function scenariosNamed(names: readonly string[]): Promise<Scenario[]> {
  const unknown = names.filter((name) => !Object.hasOwn(SCENARIOS, name));
  if (unknown.length > 0 || names.length === 0) {
    throw usage(
      `${unknown.length > 0 ? `There is no scenario ${unknown.join(', ')}` : 'No scenario was named'}; there are ${Object.keys(SCENARIOS).join(', ')}.`,
      'scenario.unknown',
    );
  }
  return Promise.all(names.map((name) => (SCENARIOS[name] as () => Promise<Scenario>)()));
}
