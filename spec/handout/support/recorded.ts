/** What real runs show: the recording of the handout, and results that are kept. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { courseRecording } from '../../../lib/handout/handout.js';
import { readResult } from '../../../lib/report/read-result.js';
import type { ScenarioResult } from '../../../lib/report/types.generated.js';

/** Milliseconds of events of one Sentinel, the first of each name. */
export type Events = ReadonlyMap<string, number>;

/** A crash of the master as each Sentinel saw it. */
export interface Crash {
  readonly leader: Events;
  readonly voters: readonly Events[];
  /** The first of its kind that any Sentinel had. */
  readonly first: (event: string) => number;
}

function crashOf(sentinels: readonly Events[]): Crash {
  const leader = sentinels.find((events) => events.has('+elected-leader'));
  if (!leader) throw new Error('nobody leads');
  return {
    leader,
    voters: sentinels.filter((events) => events !== leader),
    first: (event) => Math.min(...sentinels.map((events) => at(events, event))),
  };
}

export function at(events: Events, event: string): number {
  return events.get(event) ?? Number.POSITIVE_INFINITY;
}

export const recording = courseRecording();

export function output(id: string): string {
  const found = recording.outputs[id];
  expect(found, id).not.to.equal(undefined);
  return found?.output ?? '';
}

/** Seconds that a block's output came after what its task had broken or mended. */
export function secondsOf(id: string): number {
  return recording.outputs[id]?.afterSeconds ?? Number.NaN;
}

/** `854:X 28 Nov 2026 06:45:26.395 # +sdown master …` */
function eventsIn(log: string): Events {
  const events = new Map<string, number>();
  for (const [, time = '', event = ''] of log.matchAll(
    /^\d+:X (\d+ \w+ \d+ [\d:.]+) [#*] ([+-]\S+)/gm,
  )) {
    if (!events.has(event)) events.set(event, Date.parse(`${time}Z`));
  }
  expect(events.size, log).to.be.greaterThan(0);
  return events;
}

export const recordedCrash = crashOf(
  recording.lab.nodes.map(({ name }) => eventsIn(output(`crash.log.${name}`))),
);

/** The failover of a kept result; milliseconds from the fault. */
export function keptFailover(name: string): ScenarioResult & { readonly crash: Crash } {
  const file = path.resolve(import.meta.dirname, `../../fixtures/results/${name}.json`);
  const { scenarios, lab } = readResult(readFileSync(file, 'utf8'), name);
  const failover = scenarios.find((scenario) => scenario.promotion);
  if (!failover) throw new Error(`${name} has no failover`);
  const sentinels = lab.nodes.map((node) => {
    const events = new Map<string, number>();
    for (const { source, event, atMs } of failover.timeline) {
      if (source === `sentinel@${node.name}` && !events.has(event)) events.set(event, atMs);
    }
    return events;
  });
  return { ...failover, crash: crashOf(sentinels) };
}

/** Every crash that was recorded. */
export const CRASHES: readonly Crash[] = [
  recordedCrash,
  keptFailover('plain').crash,
  keptFailover('repeat3').crash,
];
