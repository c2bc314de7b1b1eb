/** A saved result, from its JSON. */
import { parseSaved } from '../spec/saved.js';
import type { VerifyResult } from './result.js';
import { resultSchema } from './schema.js';

/**
 * @param filename what to call it in messages
 * @throws SpecError (2) for a text that is no JSON, or no result of `verify --json`
 */
export function readResult(text: string, filename: string): VerifyResult {
  const kind = { what: 'a result', command: 'redis-lab verify --json' };
  return parseSaved(resultSchema, text, filename, kind);
}
