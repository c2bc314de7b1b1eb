/** Published incidents on labs to which something is done, so that they turn out otherwise. */
import { expect } from 'chai';
import type { Backend } from '../../../lib/backends/backend.js';
import type { LocalOptions } from '../../../lib/backends/local/index.js';
import { Connection } from '../../../lib/redis-view/connection.js';
import { redisEndpoint, sentinelEndpoint } from '../../../lib/redis-view/endpoints.js';
import type { Message } from '../../../lib/report/messages.js';
import type { ScenarioResult } from '../../../lib/report/types.generated.js';
import { HELLO, helloOf, nextEpoch } from '../../../lib/scenarios/incidents/hello.js';
import type { Outcome } from '../../../lib/scenarios/incidents/incident.js';
import type { IncidentName } from '../../../lib/scenarios/names.js';
import { eventually } from '../../readers/support/eventually.js';
import type { Trial } from '../side-by-side.js';
import { TestLab } from '../test-lab.js';

const FAILOVER_TIMEOUT_MS = 2000;

/** What is done to the lab, so that it turns out otherwise. */
export interface Plant {
  readonly what: string;
  /** Milliseconds. Default 2000. */
  readonly failoverTimeout?: number;
  /** Once the lab is ready. */
  readonly before?: (lab: TestLab) => Promise<unknown>;
  /** Before each fault. */
  readonly struck?: (lab: TestLab, node: string) => Promise<unknown>;
  /** In place of what starts a server again during the incident. */
  readonly healed?: (lab: TestLab, heal: () => Promise<readonly Message[]>) => Promise<unknown>;
  /** As soon as claims hold, by their codes: what is sent on a connection that is there already arrives before the next step. */
  readonly after?: Readonly<Record<string, (lab: TestLab) => unknown>>;
  /** A packet filter that these backends have not. In place of cutting it off, it does this to a node; it says how much it dropped. */
  readonly filter?: { readonly packets: number; readonly instead?: string };
}

export function gives(
  outcome: Outcome,
  name: IncidentName,
  plant?: Plant,
  options?: LocalOptions,
): Trial {
  return {
    title: `${name}: ${outcome}${plant ? `, with ${plant.what}` : ''}`,
    run: async () => {
      const { verdict, reason, incident } = await played(name, plant, options);
      expect(verdict, reason ?? '').to.equal('passed');
      expect(incident?.outcome).to.equal(outcome);
      expect(incident?.link).to.match(/^https:\/\/github\.com\//);
    },
  };
}

export function fails(claim: string, name: IncidentName, plant: Plant): Trial {
  return {
    title: `${name} fails with ${plant.what}: ${claim}`,
    run: async () => {
      const { verdict, failedClaim, reason, incident } = await played(name, plant);
      expect(verdict).to.equal('failed');
      expect(failedClaim, reason ?? '').to.equal(claim);
      expect(incident?.outcome).to.equal(null);
    },
  };
}

async function played(
  name: IncidentName,
  plant?: Plant,
  options?: LocalOptions,
): Promise<ScenarioResult> {
  const failoverTimeout = plant?.failoverTimeout ?? FAILOVER_TIMEOUT_MS;
  await using lab = await TestLab.up({ sentinel: { downAfter: 1000, failoverTimeout } }, options);
  await plant?.before?.(lab);
  return await lab.play(
    name,
    {
      onProgress: (event) => {
        if (event.kind === 'assertion') plant?.after?.[event.assertion.code ?? '']?.(lab);
      },
    },
    plant ? { backend: planted(lab, plant) } : {},
  );
}

function planted(lab: TestLab, { struck, healed, filter }: Plant): Backend {
  const { backend } = lab;
  return new Proxy(backend, {
    get(_, key) {
      if (filter && key === 'faults') return [...backend.faults, 'partition'];
      if (filter && key === 'lacks') return undefined;
      if (filter && key === 'status') {
        const filtering = [{ fault: 'partition', node: 'master', packets: filter.packets }];
        return async () => ({ ...(await backend.status()), filtering });
      }
      if (key === 'inject') {
        return async (kind: string, node: string) => {
          await struck?.(lab, node);
          if (kind !== 'partition') await backend.inject(kind, node);
          else if (filter?.instead) await backend.inject(filter.instead, node);
        };
      }
      if (key === 'heal' && healed) {
        return async (options: Parameters<Backend['heal']>[0]) => {
          if (!options?.only) return backend.heal(options);
          await healed(lab, () => backend.heal(options));
          return [];
        };
      }
      const value = Reflect.get(backend, key, backend);
      return typeof value === 'function' ? value.bind(backend) : value;
    },
  });
}

export const NEVER = '0';

export async function setPriority(lab: TestLab, priority: string, ...names: string[]) {
  for (const name of names) await lab.redis(name, 'CONFIG', 'SET', 'replica-priority', priority);
}

/** Nobody promotes any replica, and every Sentinel knows it. */
export async function noneToPromote(lab: TestLab): Promise<void> {
  const names = ['slave1', 'slave2'];
  await setPriority(lab, NEVER, ...names);
  for (const { name } of lab.lab.nodes) {
    await lab.sentinel(name, 'SENTINEL', 'DEBUG', 'info-period', '100');
    await eventually(120, async () => {
      const replicas = JSON.stringify(await lab.sentinel(name, 'SENTINEL', 'REPLICAS', 'mymaster'));
      expect(replicas.match(/"slave-priority","0"/g)).to.have.lengthOf(names.length);
    });
  }
}

/** They may be promoted again: with that the lab is whole. */
export function promotable(...names: string[]): NonNullable<Plant['after']> {
  return { 'incident.certain': (lab) => setPriority(lab, '100', ...names) };
}

/** Connections that are there already when something must be quick, and what is sent on them. */
export class Ready {
  readonly #lines: (readonly [line: Connection, words: [string, ...string[]]])[] = [];

  /** To the Redis server of a node. */
  async toRedis(lab: TestLab, node: string, ...words: [string, ...string[]]): Promise<void> {
    this.#lines.push([await Connection.open(redisEndpoint(lab.node(node))), words]);
  }

  /** To every Sentinel: that the master is the master, by an epoch that no incident comes to. */
  async toSentinels({ lab }: TestLab): Promise<void> {
    const epoch = (await nextEpoch(lab)) + 10;
    const [master] = lab.nodes;
    for (const node of lab.nodes) {
      const from = lab.nodes.find((each) => each !== node);
      if (!master || !from) throw new Error('the lab has one node alone');
      const line = await Connection.open(sentinelEndpoint(node));
      this.#lines.push([line, ['PUBLISH', HELLO, await helloOf(lab, from, master, epoch)]]);
    }
  }

  /** They are closed once they were answered. */
  readonly send = (): void => {
    for (const [line, words] of this.#lines) {
      void line.ask(...words).finally(() => line.close());
    }
  };
}
