import { expect } from 'chai';
import type { ScenarioResult } from '../../../lib/report/types.generated.js';

/** Words that nearly every English sentence has some of, and no Indonesian one; none is a term of Redis or Sentinel. */
const ENGLISH = new Set(
  `the a an of and or is are was were be been has had have does did not with without to by from it its that this which who
   whom while when where will would for as at on after before until again still nobody nothing there these those them they
   their each every all both than because but so if can cannot could must should more most less any some only also same`.split(
    /\s+/,
  ),
);

/**
 * English words of a page, each with what is around it: but for what is marked as English, since programs said it, and for what
 * is no text, such as paths in `<code>`. A word with hyphens is one word; one in capitals is of a protocol: `NO ONE`.
 */
export function englishIn(page: string): string[] {
  const shown = page
    .replace(/<style>.*?<\/style>/gs, ' ')
    .replace(/<(\w+) lang="en">[^<]*<\/\1>/g, ' … ')
    .replace(/<code>.*?<\/code>/gs, ' ')
    .replace(/<[^>]*aria-label="([^"]*)"[^>]*>/g, ' $1 ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&[#\w]+;/g, "'");
  return englishWords(shown);
}

/** English words of a text. */
export function englishWords(shown: string): string[] {
  return [...shown.matchAll(/(?<![\w+-])[A-Za-z]+(?![\w-])/g)].flatMap((found) => {
    const [word] = found;
    if (word === word.toUpperCase() || !ENGLISH.has(word.toLowerCase())) return [];
    return [shown.slice(Math.max(0, found.index - 40), found.index + 40).replace(/\s+/g, ' ')];
  });
}

/** All that we say of a scenario ourselves has codes, so that it has a text in each language. */
export function expectCodes(scenario: ScenarioResult): void {
  const { verdict, reasonCodes, notes, noteCodes, assertions, timeline, ledger } = scenario;
  if (verdict !== 'passed') expect(reasonCodes, 'reason').not.to.be.oneOf([undefined, []]);
  expect(noteCodes, 'notes').to.have.lengthOf(notes.length);
  for (const { code, verdict: each, seenCodes } of assertions) {
    if (each !== 'passed') expect(seenCodes, code).not.to.be.oneOf([undefined, []]);
  }
  for (const { source, event, detailCodes } of timeline) {
    if (!/@/.test(source)) expect(detailCodes, `${source} ${event}`).not.to.equal(undefined);
  }
  for (const { reason, reasonCodes: codes } of ledger?.stretches ?? []) {
    if (reason !== '') expect(codes, reason).not.to.equal(undefined);
  }
}
