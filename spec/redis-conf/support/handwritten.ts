/** Configurations in the ways in which people write them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';

export interface Handwritten {
  readonly files: Readonly<Record<string, string>>;
  /** `CODE FILE`, sorted, of what is worse than a hint. */
  readonly finds: readonly string[];
}

const FILE = path.resolve(import.meta.dirname, '../../fixtures/handwritten.yaml');

export function handwritten(): ReadonlyMap<string, Handwritten> {
  return new Map(Object.entries(load(readFileSync(FILE, 'utf8')) as Record<string, Handwritten>));
}
