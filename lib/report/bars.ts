/** The phases of an outage as bars of characters, all on one scale. */
import { textsOf } from '../render/texts.js';
import { item, largest, seconds, WIDTH } from './layout.js';
import { type Speech, speechIn } from './speech.js';
import type { Phase } from './types.generated.js';

const NAMES = 15;

/**
 * A row for each phase, to scale, with `░` up to the latest end that was predicted; above them seconds from the fault. None without a phase of which both ends were seen.
 */
export function phaseBars(
  phases: readonly Phase[],
  speech: Speech = speechIn(),
  width = WIDTH,
): string[] {
  const room = width - NAMES - 1;
  const { story } = speech.t;
  const { phases: names } = textsOf('report', speech.lang);
  const seen = phases.flatMap(({ name, atMs, ms, predicted }) =>
    atMs === null || ms === null ? [] : [{ name, atMs, ms, maxMs: predicted.maxMs }],
  );
  if (seen.length === 0) return [];
  const end = largest(seen.map(({ atMs, ms, maxMs }) => atMs + Math.max(ms, maxMs)));
  const place = (ms: number) => Math.max(0, Math.round((ms / Math.max(end, 1)) * room));
  return [
    ruler(end, place, speech, width),
    ...seen.map(({ name, atMs, ms, maxMs }) => {
      const begin = Math.min(place(atMs), room - 1);
      // However short it was, it is visible.
      const bar = Math.max(1, place(atMs + ms) - begin);
      const more = Math.max(0, place(atMs + maxMs) - begin - bar);
      return `  ${names[name].padEnd(NAMES - 2)}${' '.repeat(begin)}${'█'.repeat(bar)}${'░'.repeat(more)}`;
    }),
    ...item(' '.repeat(NAMES), `█ ${story.measured}  ░ ${story.longest}`, width),
  ];
}

/** Whole steps of seconds, each name at its place. */
function ruler(
  end: number,
  place: (ms: number) => number,
  { t, decimal }: Speech,
  width: number,
): string {
  const step = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000].find(
    (each) => end / each <= 10,
  );
  let line = `  ${t.story.seconds}`.padEnd(NAMES);
  for (let ms = 0; step !== undefined && ms <= end; ms += step) {
    const name = (step < 1000 ? (ms / 1000).toFixed(1) : String(ms / 1000)).replace('.', decimal);
    const at = NAMES + place(ms);
    if (at >= line.length && at + name.length <= width) line = line.padEnd(at) + name;
  }
  return step === undefined ? `${line}0–${seconds(end)}` : line;
}
