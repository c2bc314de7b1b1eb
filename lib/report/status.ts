/** What a lab is doing at one moment: plain data for a table or a program. */
import { type Coded, codesOf, message } from './messages.js';

/** What `status --json` prints. */
export interface LabStatus {
  readonly lab: string;
  readonly backend: string;
  readonly state: 'absent' | 'stopped' | 'idle' | 'partial' | 'running';
  readonly server: { readonly engine: string; readonly version: string } | null;
  /** Node that every Sentinel that answered takes for the master; null if they disagree or none answered. */
  readonly master: string | null;
  /** Whether all is well: see {@link problems}. */
  readonly ready: boolean;
  /** What is not as it should be, as sentences. */
  readonly problems: readonly string[];
  /** Of {@link problems}, in their order. */
  readonly problemCodes: readonly Coded[];
  /** What the user should know beside, as sentences. */
  readonly notes: readonly string[];
  /** Of {@link notes}, in their order. */
  readonly noteCodes: readonly Coded[];
  readonly quorum: number;
  readonly nodes: readonly NodeStatus[];
}

/** A node, with what its servers say. */
export interface NodeStatus {
  readonly node: string;
  readonly address: string;
  /** null on a node without a Redis server. */
  readonly redis: RedisStatus | null;
  /** null on a node without a Sentinel. */
  readonly sentinel: SentinelStatus | null;
}

/** A Redis server: whether it runs, and what it says of itself. */
export interface RedisStatus {
  readonly port: number;
  readonly state: 'running' | 'hung' | 'stopped' | 'silent';
  /** What it says of itself; null if it does not answer. */
  readonly role: 'master' | 'replica' | null;
  /** Node (or, for an address outside the lab, `host:port`) that a replica follows. */
  readonly follows: string | null;
  /** Whether a replica's link to its master is up. */
  readonly link: 'up' | 'down' | null;
  /** Seconds since a replica heard from its master; -1 while the link is down (Redis's own figures). */
  readonly lagSeconds: number | null;
  /** Replication offset, bytes. */
  readonly offset: number | null;
  /** Replicas that a master has in touch. */
  readonly replicas: number | null;
}

/** A Sentinel: whether it runs, and what it says of the others. */
export interface SentinelStatus {
  readonly port: number;
  readonly state: 'running' | 'hung' | 'stopped' | 'silent';
  /** Node (or `host:port`) that it takes for the master; null if it does not answer. */
  readonly master: string | null;
  /** What it says about the master, `master`, `master,s_down,o_down`. */
  readonly flags: string | null;
  readonly replicas: number | null;
  /** Other Sentinels that it knows. */
  readonly sentinels: number | null;
  /** Its answer to SENTINEL CKQUORUM. */
  readonly quorum: string | null;
  readonly quorumOk: boolean | null;
  /** In TILT it does not fail over. */
  readonly tilt: boolean | null;
}

/** Of a lab that is nowhere. */
export function absentStatus(lab: string, backend: string, quorum: number): LabStatus {
  const problem = message('lab.absent');
  return {
    lab,
    backend,
    state: 'absent',
    server: null,
    quorum,
    master: null,
    ready: false,
    problems: [problem.text],
    problemCodes: codesOf([problem]),
    notes: [],
    noteCodes: [],
    nodes: [],
  };
}
