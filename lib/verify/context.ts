import type { Backend, FaultKind } from '../backends/backend.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { redisNodes } from '../redis-view/endpoints.js';
import { type Message, message } from '../report/messages.js';
import type { ScenarioSections } from '../report/types.generated.js';
import type { LibraryClients } from './clients/library-clients.js';
import type { Flaw } from './health.js';
import type { Ledger } from './ledger.js';
import type { LogWatch } from './log-lines.js';
import type { Observer } from './observe.js';
import type { OwnKeys } from './own-keys.js';
import type { Claim, Recorder } from './recorder.js';

/** What a scenario has to work with. */
export interface ScenarioContext {
  /** The lab as it runs. */
  readonly lab: LabModel;
  readonly backend: Backend;
  readonly recorder: Recorder;
  readonly observer: Observer;
  readonly logs: LogWatch;
  readonly rejoin: 'hurried' | 'natural';
  /** Makes the ledger of the client that writes during a fault; tests pass one that loses entries. */
  readonly newLedger: () => Ledger;
  /** Where it writes. They are removed when it is over. */
  readonly keys: OwnKeys;
  /** Client libraries that write besides, where any are wanted. */
  readonly clients: LibraryClients;
  /** What was wrong when the lab was found, if nothing was done about it; empty otherwise. */
  readonly found: readonly Flaw[];
  /** Whether the lab holds data that somebody wants to keep. */
  readonly keepsData: boolean;
  /** To be called before anything is broken: that is mended then, however the scenario ends. */
  readonly breaks: () => void;
}

/** The sections of its result, which a scenario fills in. */
export type Sections = {
  -readonly [K in keyof Omit<ScenarioSections, Rare>]-?: ScenarioSections[K];
} & { -readonly [K in Rare]?: NonNullable<ScenarioSections[K]> };

/** Those that most results lack. */
type Rare = 'incident' | 'clients';

/** Those of a scenario that has measured nothing yet. */
export function noSections(): Sections {
  return {
    master: null,
    outageMs: null,
    writableMs: null,
    phases: [],
    ledger: null,
    history: null,
    fault: null,
    promotion: null,
  };
}

/** What a scenario needs of a lab and its backend. Default of each: none. */
export interface ScenarioNeeds {
  /** Redis servers beside the master, at least. */
  readonly replicas?: number;
  readonly sentinels?: number;
  /** Sentinels that must agree, at least. */
  readonly quorum?: number;
  /** How its servers keep their data. */
  readonly persistence?: LabModel['redis']['persistence'];
  /** Whether a server that has crashed must stay down: nothing starts it again. */
  readonly staysDown?: boolean;
  /** Kinds of the faults that the backend must be able to inject. */
  readonly faults?: readonly FaultKind[];
}

/** Why a scenario makes no sense on a lab; undefined if it does. */
export function whyUnfit(
  {
    replicas = 0,
    sentinels = 0,
    quorum = 0,
    persistence,
    staysDown = false,
    faults = [],
  }: ScenarioNeeds,
  lab: LabModel,
  backend: Pick<Backend, 'name' | 'faults'>,
): Message | undefined {
  const others = redisNodes(lab).length - 1;
  const watching = sentinelsOf(lab).length;
  const missing = faults.filter((kind) => !backend.faults.includes(kind));
  if (others < replicas) {
    return others === 0
      ? message('unfit.no-replica')
      : message('unfit.replicas', { count: others, needed: replicas });
  }
  if (watching < sentinels) {
    return message('unfit.sentinels', { count: watching, needed: sentinels });
  }
  if (lab.sentinel.quorum < quorum) {
    return message('unfit.quorum', { quorum: lab.sentinel.quorum, needed: quorum });
  }
  if (persistence !== undefined && lab.redis.persistence !== persistence) {
    const values = { persistence: lab.redis.persistence, needed: persistence };
    return message('unfit.persistence', values);
  }
  if (staysDown && lab.redis.restartMs !== null) return message('unfit.restarts');
  if (missing.length === 0) return undefined;
  return message('unfit.faults', { backend: backend.name, faults: missing.join(', ') });
}

/** What a lab that runs, or this machine, lacks for the faults of a scenario; undefined: nothing. */
export async function whyLacking(
  { faults = [] }: ScenarioNeeds,
  lab: LabModel,
  backend: Pick<Backend, 'lacks'>,
): Promise<Message | undefined> {
  for (const fault of faults) {
    for (const { name } of lab.nodes) {
      const lack = await backend.lacks?.(fault, name);
      if (lack) return message('unfit.lacking', { fault, lack });
    }
  }
  return undefined;
}

export interface Scenario {
  readonly name: string;
  /** Everything that it will claim of this lab, in order. */
  readonly claims: (lab: LabModel) => readonly Claim[];
  /** Of a published incident: where, and what was reported. Such a one takes away what the lab holds. Absent: it is none. */
  readonly incident?: { readonly link: string; readonly reported: Message };
  /** Without these it makes no sense, and is skipped. */
  readonly needs: ScenarioNeeds;
  /** Whether it may measure an outage and account for writes, which limits are for. */
  readonly measures: boolean;
  /** Fills in the sections as it finds them, so that they are there as well if a claim fails. */
  readonly run: (context: ScenarioContext, sections: Sections) => Promise<void>;
}
