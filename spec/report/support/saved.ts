/** Results of real runs, kept: a plain one, one of three runs, and one in which no replica could be promoted. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { VerifyResult } from '../../../lib/report/result.js';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/results');

export const SAVED = ['plain', 'repeat3', 'failed'] as const;

export function savedFile(name: (typeof SAVED)[number]): string {
  return path.join(FOLDER, `${name}.json`);
}

export function saved(name: (typeof SAVED)[number]): VerifyResult {
  return JSON.parse(readFileSync(savedFile(name), 'utf8')) as VerifyResult;
}
