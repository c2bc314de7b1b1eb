/** Files that exist in a test only, checked as if they lay in one folder. */
import path from 'node:path';
import { checkLab, type Checked } from '../../../lib/redis-conf/rules/check.js';
import { readConfiguration } from '../../../lib/redis-conf/rules/configuration.js';
import type { Target } from '../../../lib/redis-conf/rules/finding.js';

export const REDIS_7: Target = { engine: 'redis', version: '7.0.15' };
export const TODAY: readonly Target[] = [
  { engine: 'redis', version: '8.2.8' },
  { engine: 'valkey', version: '8.1.9' },
];

export function checked(
  files: Readonly<Record<string, string>>,
  targets: readonly Target[] = TODAY,
): Checked {
  const sources = Object.entries(files).map(([name, text]) => ({ name, text }));
  const look = (target: string, from: string) => {
    const name = path.posix.join(path.posix.dirname(from), target);
    const text = files[name];
    return text === undefined ? undefined : [{ name, text }];
  };
  return checkLab(readConfiguration(sources, look), targets);
}

export function codesIn(files: Readonly<Record<string, string>>, targets?: readonly Target[]) {
  return checked(files, targets).findings.map(({ code }) => code);
}
