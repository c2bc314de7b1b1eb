/** One page about a rule of check, with its example. Pure. */

import { visibleLines } from '../errors.js';
import { EXAMPLES } from '../redis-conf/rules/examples.js';
import { PAGES, RULES, type RuleCode } from '../redis-conf/rules/finding.js';
import { plainTexts } from './check.js';
import { checkWords } from './check-words.js';

/**
 * As Markdown, which reads well on a terminal too.
 * @param marks of its heading, and the language that its blocks are said to have
 */
export function rulePage(
  code: RuleCode,
  language = 'en',
  { heading, block } = { heading: '##', block: 'text' },
): string {
  const t = checkWords(language);
  const { severity, link, version } = RULES[code];
  const { example, silent } = EXAMPLES[code];
  const { says, effect, fix } = plainTexts(code, language);
  return [
    `${heading} ${code}`,
    `**${t.severity[severity]}**${version === undefined ? '' : ` (${version})`}: ${says}`,
    effect,
    `${t.labels.fix}: ${fix}`,
    `${t.labels.example}:`,
    ...blocks(example, block),
    `${t.labels.right}:`,
    ...blocks(silent, block),
    `${t.labels.more}: <${PAGES[link]}>`,
  ].join('\n\n');
}

/** Files of a rule, each as a block. What cannot be seen is written as its number. */
function blocks(files: Readonly<Record<string, string>>, block: string): string[] {
  return Object.entries(files).map(
    ([name, text]) => `\`\`\`${block}\n# ${name}\n${seen(text).trimEnd()}\n\`\`\``,
  );
}

/** Of certificates and keys nobody reads more than what they are. */
const PEM_BODY = /(-----BEGIN [A-Z ]+-----\n)[^-]*(?=-----END)/g;

function seen(text: string): string {
  return visibleLines(text.replace(PEM_BODY, '$1…\n').replaceAll('\r', '\\r')).replaceAll(
    '\u00a0',
    '\\u00a0',
  );
}
