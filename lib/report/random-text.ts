/** What faults at random moments have shown, for people. */
import { say } from '../render/texts.js';
import { clean, item } from './layout.js';
import { type Speech, speechIn, timeOf } from './speech.js';
import { PLAIN, type Style } from './style.js';
import type { RandomResult, RandomStep } from './types.generated.js';

/** `crash master at 1.200 s for 3.000 s` */
export function stepText(
  { fault, node, atMs, forMs, options }: RandomStep,
  speech: Speech = speechIn(),
): string {
  const telling = { ...speech, style: PLAIN };
  const more = Object.entries(options ?? {}).map(([key, value]) => `${key} ${value}`);
  const named = clean([`${fault} ${node}`, ...more].join(', '));
  return say(speech.t.random.step, {
    fault: named,
    at: timeOf(telling, atMs),
    time: timeOf(telling, forMs),
  });
}

/** `crash:master:1200:3000`, as `--step` takes it. */
export function stepWord({ fault, node, atMs, forMs, options }: RandomStep): string {
  const more = Object.entries(options ?? {}).map(([key, value]) => `${key}=${value}`);
  return [fault, node, Math.round(atMs), Math.round(forMs), ...more].join(':');
}

/**
 * Lines joined by newlines, none at the end.
 * @param replay the command that repeats what these words say
 */
export function randomText(
  { rounds, verdict, shortest }: RandomResult,
  replay: (words: readonly string[]) => string,
  style: Style = PLAIN,
  lang?: string,
): string {
  const speech = speechIn(lang);
  const t = speech.t.random;
  const last = rounds.at(-1);
  const { width } = style;
  const lost = rounds.reduce((sum, each) => sum + (each.lost ?? 0), 0);
  if (verdict !== 'failed' || !last) {
    return item('', say(t.passed, { rounds: rounds.length, lost }), width).join('\n');
  }
  const words = ({ schedule }: { readonly schedule: readonly RandomStep[] }) =>
    schedule.flatMap((step) => ['--step', stepWord(step)]);
  const isSeeded = last.seed !== null;
  return [
    ...item('', say(t.failed, { rounds: rounds.length, reason: clean(last.reason ?? '') }), width),
    ...(last.evidence ? item('', say(t.evidence, { folder: clean(last.evidence) }), width) : []),
    say(t.again, {
      command: replay(isSeeded ? ['--seed', String(last.seed), '--minutes', '0'] : words(last)),
    }),
    ...(shortest
      ? [say(shortest.again ? t.shortest : t.rarely, { command: replay(words(shortest)) })]
      : []),
  ].join('\n');
}
