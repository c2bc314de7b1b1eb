/** What a check found, in a language. Pure. */

import type { Edit } from '../redis-conf/fixes/edit.js';
import type { Checked } from '../redis-conf/rules/check.js';
import type { Configuration } from '../redis-conf/rules/configuration.js';
import {
  type Found,
  PAGES,
  RULES,
  type RuleCode,
  type Target,
} from '../redis-conf/rules/finding.js';
import { say } from '../render/say.js';
import { checkWords } from './check-words.js';
import type { CheckResult, Finding } from './types.generated.js';

/** @throws RedisLabError (2) for a language that there is not */
export function checkResult(
  { files }: Configuration,
  { findings, more }: Checked,
  targets: readonly Target[],
  language = 'en',
  fixes: ReadonlyMap<Found, readonly Edit[]> = new Map(),
): CheckResult {
  return {
    format: 1,
    verdict: findings.some(({ severity }) => severity !== 'hint') ? 'failed' : 'passed',
    targets,
    files: files.map(({ name, node, kind }) => ({ name, node, kind })),
    findings: findings.map((each) => told(each, language, fixes.get(each))),
    more: [...more].map(([file, count]) => ({ file, count })),
  };
}

function told(found: Found, language: string, edits?: readonly Edit[]): Finding {
  const { code, severity, node, place, reads, targets, values } = found;
  const text = ruleTexts(code, language);
  return {
    code,
    severity,
    node,
    ...place,
    says: say(text.says, values),
    effect: say(text.effect, values),
    fix: say(text.fix, values),
    ...(reads !== undefined && { reads }),
    ...(targets !== undefined && { targets }),
    ...(edits !== undefined && { edits }),
    link: PAGES[RULES[code].link],
  };
}

/** Of a rule as such: what fills its texts stands there by its name, in capitals. */
export function plainTexts(code: RuleCode, language: string): RuleTexts {
  const plain = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, place: string) => place.toUpperCase());
  const { says, effect, fix } = ruleTexts(code, language);
  return { says: plain(says), effect: plain(effect), fix: plain(fix) };
}

interface RuleTexts {
  readonly says: string;
  readonly effect: string;
  readonly fix: string;
}

function ruleTexts(code: RuleCode, language: string): RuleTexts {
  const rules: Readonly<Record<string, RuleTexts>> = checkWords(language).rules;
  const found = rules[code];
  if (!found) throw new Error(`no text for ${code}`);
  return found;
}
