import { EXIT } from '../../errors.js';
import { type CheckOptions, runCheck } from '../../lab/check.js';
import { RULE_CODES } from '../../redis-conf/rules/finding.js';
import { checkText } from '../../report/check-text.js';
import { sarifOf } from '../../report/sarif.js';
import { computing } from '../computing.js';
import { printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';
import { oneOf } from '../usage.js';
import { fix } from './fix.js';

export async function check(argv: Record<string, unknown>): Promise<number> {
  const lang = String(argv['lang']);
  const explain = argv['explain'] as string | undefined;
  if (explain !== undefined) {
    // It brings the examples of all rules.
    const { rulePage } = await import('../../report/rule-page.js');
    printResult(rulePage(oneOf('rule', explain, RULE_CODES), lang));
    return EXIT.ok;
  }
  const { engine, version, kind } = argv as Pick<CheckOptions, 'engine' | 'version' | 'kind'>;
  const files = [argv['file']].flat().map(String);
  if (argv['fix']) {
    const how = { write: Boolean(argv['write']), json: Boolean(argv['json']) };
    return fix(files, { engine, version, kind, language: lang }, how);
  }
  const { result, lines } = await computing(() =>
    runCheck(files, { engine, version, kind, language: lang }),
  );
  if (argv['json']) printJson(result);
  else if (argv['sarif']) printJson(sarifOf(result, lang));
  else printResult(checkText(result, lines, styleFor(process.stdout), lang));
  return result.verdict === 'passed' ? EXIT.ok : EXIT.no;
}
