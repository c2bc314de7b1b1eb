import type { BackendStatus, LookedAt, Service } from '../backends/backend.js';
import { descriptorOf } from '../backends/registry.js';
import { now, sleep } from '../clock.js';
import { differences } from '../model/differences.js';
import type { ClientModel, LabModel } from '../model/model.js';
import { nameOf } from '../redis-view/endpoints.js';
import type { RedisView } from '../redis-view/redis-view.js';
import type { SentinelView } from '../redis-view/sentinel-view.js';
import { codesOf, type Message, message } from '../report/messages.js';
import { absentStatus } from '../report/status.js';
import type {
  ClientStatus,
  LabStatus,
  NodeStatus,
  RedisStatus,
  SentinelStatus,
} from '../report/types.generated.js';
import { withCauses } from './causes.js';
import { agreedMaster, flawsOf } from './health.js';
import { type NodeObservation, type Observation, type Observed, Observer } from './observe.js';

/** What runs, and what each server says. */
export async function labStatus(described: LabModel, backend: LookedAt): Promise<LabStatus> {
  const looks = new StatusLooks(described, backend);
  try {
    return await looks.look();
  } finally {
    looks.close();
  }
}

/** Looks at a lab again and again, over the same connections. Close it. */
export class StatusLooks {
  readonly #described: LabModel;
  readonly #backend: LookedAt;
  #observer: Observer | undefined;
  #lab: LabModel | undefined;

  constructor(described: LabModel, backend: LookedAt) {
    this.#described = described;
    this.#backend = backend;
  }

  /** The lab as it ran at the last look; undefined where it was absent. */
  get lab(): LabModel | undefined {
    return this.#lab;
  }

  async look(): Promise<LabStatus> {
    const described = this.#described;
    const there = await this.#backend.status();
    const { lab } = there;
    this.#lab = lab;
    if (!lab) {
      this.close();
      return absentStatus(described.name, this.#backend.name, described.sentinel.quorum);
    }
    const isFirst = this.#observer === undefined;
    this.#observer ??= new Observer(lab);
    const seen = isFirst
      ? await settled(lab, this.#observer, there)
      : await this.#observer.look(lab);
    const flaws = await withCauses(flawsOf(lab, seen, there), this.#backend);
    const other = there.sameDescription ? [] : [this.#other(lab)];
    const notes = [...other, ...(there.notes ?? [])];
    return {
      lab: described.name,
      backend: this.#backend.name,
      state: there.state,
      server: there.server ? { engine: there.server.engine, version: there.server.version } : null,
      sameDescription: there.sameDescription,
      quorum: lab.sentinel.quorum,
      notes: notes.map(({ text }) => text),
      noteCodes: codesOf(notes),
      master: agreedMaster(lab, seen)?.name ?? null,
      ready: flaws.length === 0,
      problems: flaws.map(({ text }) => text),
      problemCodes: codesOf(flaws),
      nodes: seen.nodes.map((each) => nodeStatus(lab, there, each)),
      ...(lab.clients ? { clients: lab.clients.map((each) => clientStatus(there, each)) } : {}),
    };
  }

  /** What is shown is as the lab was brought up. */
  #other(lab: LabModel): Message {
    const ofMachines = descriptorOf(this.#backend.name)?.nodes === 'machines';
    const each = differences(lab, this.#described, ofMachines).map((one) => ({ ...one }));
    return each.length > 0
      ? message('lab.other-description', { each })
      : message('lab.other-version');
  }

  close(): void {
    this.#observer?.close();
    this.#observer = undefined;
  }
}

/**
 * Sentinel pings once a second: a look may fall between a ping and its answer, which takes an emulated machine its time.
 * Milliseconds.
 */
const PONG_MS = 2000;
const POLL_MS = 100;

async function settled(
  lab: LabModel,
  observer: Observer,
  there: BackendStatus,
): Promise<Observation> {
  const end = now() + PONG_MS;
  for (let looks = 1; ; looks++) {
    const seen = await observer.look();
    const flaws = flawsOf(lab, seen, there);
    if (flaws.length === 0 || now() >= end) return seen;
    // Anything else is so at the next look as well.
    if (looks > 1 && flaws.some(({ aspect }) => aspect !== 'contact')) return seen;
    await sleep(POLL_MS);
  }
}

function nodeStatus(
  lab: LabModel,
  there: BackendStatus,
  { node, redis, sentinel }: NodeObservation,
): NodeStatus {
  return {
    node: node.name,
    address: node.ip,
    redis: redis
      ? {
          port: node.redisPort,
          state: stateOf(there, node.name, 'redis', redis),
          ...('view' in redis ? redisFields(lab, redis.view) : NO_REDIS),
        }
      : null,
    sentinel: sentinel
      ? {
          port: node.sentinelPort,
          state: stateOf(there, node.name, 'sentinel', sentinel),
          ...('view' in sentinel ? sentinelFields(lab, sentinel.view) : NO_SENTINEL),
        }
      : null,
  };
}

function clientStatus(
  { state, clientsOff = [] }: BackendStatus,
  { name, ip }: ClientModel,
): ClientStatus {
  const isOff = state === 'stopped' || clientsOff.includes(name);
  return { client: name, address: ip, state: isOff ? 'stopped' : 'running' };
}

/** Of a process that runs, what comes of asking it. */
function stateOf(
  there: BackendStatus,
  node: string,
  service: Service,
  seen: Observed<object>,
): RedisStatus['state'] {
  const found = there.services.find((each) => each.node === node && each.service === service);
  const state = found?.state ?? 'stopped';
  if (state !== 'running') return state;
  if ('silent' in seen) return seen.refusal === undefined ? 'silent' : 'refusing';
  const { loading, refuses, unwritable } = seen.view as Partial<RedisView>;
  if (loading) return 'loading';
  return (refuses ?? unwritable) === undefined ? 'running' : 'refusing';
}

const NO_REDIS = {
  role: null,
  follows: null,
  link: null,
  lagSeconds: null,
  offset: null,
  replicas: null,
} as const;

const NO_SENTINEL = {
  master: null,
  flags: null,
  replicas: null,
  sentinels: null,
  quorum: null,
  quorumOk: null,
  tilt: null,
} as const;

function redisFields(lab: LabModel, view: RedisView): Omit<RedisStatus, 'port' | 'state'> {
  const replica = view.role === 'replica';
  return {
    role: view.role,
    follows: view.follows ? nameOf(lab, view.follows) : null,
    link: replica ? (view.linkUp ? 'up' : 'down') : null,
    lagSeconds: view.lagSeconds ?? null,
    offset: view.offset,
    replicas: replica ? null : view.replicas.length,
  };
}

function sentinelFields(lab: LabModel, view: SentinelView): Omit<SentinelStatus, 'port' | 'state'> {
  return {
    master: nameOf(lab, view.master.endpoint),
    flags: view.master.flags.join(','),
    replicas: view.replicas.length,
    sentinels: view.sentinels.length,
    quorum: view.ckquorum.text,
    quorumOk: view.ckquorum.ok,
    tilt: view.tilt,
  };
}
