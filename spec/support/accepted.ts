import { Ajv } from 'ajv';
import { expect } from 'chai';
import { resultJsonSchema } from '../../.ci/json-schemas.js';
import { reportDrawings } from '../../lib/report/drawings.js';
import { junitReport } from '../../lib/report/junit.js';
import { reportPage } from '../../lib/report/page/page.js';
import { readResult } from '../../lib/report/read-result.js';
import { textReport } from '../../lib/report/text.js';
import type { VerifyResult } from '../../lib/report/types.generated.js';

const fits = new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(
  resultJsonSchema(),
);

/** Reading adds `shownRun` to results of older versions. */
function asRead(result: VerifyResult, shown: number | undefined): VerifyResult {
  if (result.shownRun !== undefined || shown === undefined) return result;
  const { scenarios = [] } = result.runs?.find(({ run }) => run === shown) ?? {};
  return { ...result, scenarios, shownRun: shown };
}

/** Checks a result against the schema, after reading it again, and in every format. */
export function accepted(result: VerifyResult, lang: string): void {
  const printed = JSON.stringify(result);
  expect(fits(JSON.parse(printed)), JSON.stringify(fits.errors)).to.equal(true);
  const read = readResult(printed, 'run.json');
  expect(read).to.deep.equal(asRead(JSON.parse(printed), read.shownRun));
  expect(textReport(read)).to.be.a('string');
  expect(junitReport(read)).to.match(/^<\?xml/);
  expect(reportPage(read, { lang }))
    .to.include('</html>')
    .and.not.match(/NaN|undefined/);
  for (const drawing of Object.values(reportDrawings(read, { lang }))) {
    expect(drawing)
      .to.include('</svg>')
      .and.not.match(/NaN|undefined|Infinity/);
  }
}
