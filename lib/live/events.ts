/** What is told of a lab as it happens. */
import type { FaultKind, Service } from '../backends/backend.js';
import type { ProgressEvent } from '../progress.js';
import type { Message } from '../report/messages.js';
import type { LabStatus, RedisStatus } from '../report/types.generated.js';

/** A call that changes a lab, or waits for it. */
export type Call = 'up' | 'ready' | 'verify' | 'fault' | 'heal' | 'stop' | 'down';

/** What one look at the lab showed that the look before it did not. */
export type Change =
  /** The state of the lab as a whole. */
  | {
      readonly kind: 'lab';
      readonly state: LabStatus['state'];
      readonly before: LabStatus['state'];
    }
  /** The node that all Sentinels take for the master; null: they don't agree, or none answers. */
  | { readonly kind: 'master'; readonly node: string | null; readonly before: string | null }
  /** A service started, ended, hangs, or answers no more (`silent`). */
  | {
      readonly kind: 'service';
      readonly node: string;
      readonly service: Service;
      readonly state: RedisStatus['state'];
      readonly before: RedisStatus['state'];
    }
  /** A Redis server says of itself that it is something else than it last said. */
  | {
      readonly kind: 'role';
      readonly node: string;
      readonly role: 'master' | 'replica';
      readonly before: 'master' | 'replica';
    }
  /** The link of a replica to the master that it follows. */
  | {
      readonly kind: 'link';
      readonly node: string;
      readonly state: 'up' | 'down';
      /** Node, or `host:port` outside the lab. */
      readonly follows: string | null;
    }
  /** Something is not as it should be, or is so again. */
  | ({ readonly kind: 'problem'; readonly state: 'came' | 'gone' } & Message);

/** What happened to a lab that is watched. */
export type Happening =
  | Change
  /** All that one look showed: the first, and each that differs from the one before. */
  | { readonly kind: 'status'; readonly status: LabStatus }
  /** The lab cannot be looked at; it is tried again. A `status` follows when it can. */
  | { readonly kind: 'unreadable'; readonly exitCode: number; readonly text: string }
  /** What a Sentinel published: `+sdown`, `+switch-master`, …, and what it said besides. */
  | {
      readonly kind: 'sentinel';
      readonly node: string;
      readonly event: string;
      readonly text: string;
    }
  /** From here on a Sentinel is heard, or is not heard any more: what it publishes then is lost. */
  | { readonly kind: 'hearing'; readonly node: string; readonly state: 'heard' | 'lost' }
  /** A call of this process on the lab. `text`: why it failed; else empty. */
  | {
      readonly kind: 'call';
      readonly call: Call;
      readonly state: 'begun' | 'done' | 'failed';
      readonly fault?: FaultKind;
      readonly node?: string;
      readonly text: string;
    }
  /** What such a call tells meanwhile. */
  | ProgressEvent
  /** The reader was so slow that so many events before this one were left out. */
  | { readonly kind: 'dropped'; readonly count: number };

/** Something that happened to a lab, when, and to which. */
export type LabEvent = Happening & {
  /** Name of the lab. */
  readonly lab: string;
  /** Milliseconds of `performance.now()`, for differences. */
  readonly at: number;
  /** The same moment on the wall clock: ISO 8601, UTC. */
  readonly time: string;
};

const PROGRESS: Readonly<Record<ProgressEvent['kind'], true>> = {
  phase: true,
  note: true,
  scenario: true,
  waiting: true,
  assertion: true,
};

/** Whether an event is what a call tells of its progress. */
export function isProgress(event: Happening): event is ProgressEvent {
  return Object.hasOwn(PROGRESS, event.kind);
}
