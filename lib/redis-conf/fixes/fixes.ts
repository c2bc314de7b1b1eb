/** What a program can mend of what was found. Pure. */
import { parseConf } from '../parse.js';
import { type Conf, type Configuration, lineIn } from '../rules/configuration.js';
import type { Found, Line, Target } from '../rules/finding.js';
import { whyRefused } from '../rules/refused.js';
import { type Edit, edited } from './edit.js';
import { type Flaw, type LineEdit, mend } from './mend.js';

/** More mistakes than these in one line are nobody's slip. */
const MOST_STEPS = 4;

/**
 * The edits of each finding that can be mended. After them a server takes the line, or refuses it for what has a mend as well.
 * @param lines what stands in a file, line by line
 */
export function fixesOf(
  { files }: Configuration,
  findings: readonly Found[],
  targets: readonly Target[],
  lines: (file: string) => readonly string[],
): ReadonlyMap<Found, readonly Edit[]> {
  const wanted = new Map<string, Map<number, { line: Line; conf: Conf } | undefined>>();
  for (const { place } of findings) {
    const own = wanted.get(place.file) ?? new Map();
    wanted.set(place.file, own.set(place.line, undefined));
  }
  for (const conf of files) {
    for (const line of conf.lines) {
      const own = wanted.get(line.file);
      if (own?.has(line.line)) own.set(line.line, { line, conf });
    }
  }
  const fixes = new Map<Found, readonly Edit[]>();
  for (const found of findings) {
    const { code, place } = found;
    const raw = (lines(place.file)[place.line - 1] ?? '').replace(/\r$/, '');
    const there = wanted.get(place.file)?.get(place.line);
    const [target] = targets;
    // What is wrong for some servers only is right for those that somebody may have. A byte that is no UTF-8 would be lost.
    if (!there || !target || found.targets || raw.includes('\ufffd')) continue;
    const { line, conf } = there;
    const edits = mended({ code, place, line, raw, kind: conf.kind, target }, conf, targets);
    if (edits)
      fixes.set(
        found,
        edits.map((edit) => ({ line: place.line, ...edit })),
      );
  }
  return fixes;
}

function mended(
  flaw: Flaw,
  conf: Conf,
  targets: readonly Target[],
  steps = MOST_STEPS,
): LineEdit[] | undefined {
  const edits = mend(flaw);
  if (!edits || steps === 0) return undefined;
  if (conf.kind === 'unit') return edits;
  const after = edited(
    flaw.raw,
    edits.map((edit) => ({ line: 0, ...edit })),
  ).split('\n');
  const isTaken = after.every((raw) =>
    parseConf(raw).every((each) =>
      targets.every((target) => {
        const line = lineIn(flaw.line.file, each);
        const refusal = whyRefused(conf, line, target);
        if (!refusal) return true;
        const { code, place } = refusal;
        const next = { code, place, line, raw, kind: conf.kind, target };
        return mended(next, conf, targets, steps - 1) !== undefined;
      }),
    ),
  );
  // A mark in front is wrong whatever follows it.
  return isTaken || flaw.code === 'line.bom' ? edits : undefined;
}
