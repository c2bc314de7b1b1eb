/** A result as one page of HTML that needs nothing else. Pure. */
import { documentFile, fillDocument } from '../../render/documents.js';
import { textsOf } from '../../render/texts.js';
import { DEFAULT_LANGUAGE, type ReportOptions } from '../drawings.js';
import type { VerifyResult } from '../types.generated.js';
import { pageView } from './view.js';

/**
 * A result as one HTML page: no network, no scripts, light and dark, for phone, projector and paper. Exact values
 * of everything drawn are in `data-` attributes. Pure: the same result gives the same text.
 * @throws RedisLabError (2) for an unknown language
 */
export function reportPage(
  result: VerifyResult,
  { lang = DEFAULT_LANGUAGE }: ReportOptions = {},
): string {
  const texts = textsOf('report', lang);
  return fillDocument('report/page.html', {
    ...pageView(result, texts, lang),
    lang,
    isEnglish: lang === 'en',
    t: texts,
    style: documentFile('report/style.css'),
  });
}
