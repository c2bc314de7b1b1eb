/** Files that exist in a test only, checked as if they lay in one folder. */
import path from 'node:path';
import { type Checked, checkLab } from '../../../lib/redis-conf/rules/check.js';
import { readConfiguration } from '../../../lib/redis-conf/rules/configuration.js';
import type { Target } from '../../../lib/redis-conf/rules/finding.js';

export const REDIS_7: Target = { engine: 'redis', version: '7.0.15' };
export const TODAY: readonly Target[] = [
  { engine: 'redis', version: '8.2.8' },
  { engine: 'valkey', version: '8.1.9' },
];

type Files = Readonly<Record<string, string>>;

export function read(files: Files, targets: readonly Target[] = TODAY) {
  const sources = Object.entries(files).map(([name, text]) => ({ name, text }));
  const look = (target: string, from: string) => {
    const name = path.posix.join(path.posix.dirname(from), target);
    const text = files[name];
    return text === undefined ? undefined : [{ name, text }];
  };
  const configuration = readConfiguration(sources, look);
  return { configuration, found: checkLab(configuration, targets) };
}

export function checked(files: Files, targets?: readonly Target[]): Checked {
  return read(files, targets).found;
}

export function codesIn(files: Files, targets?: readonly Target[]) {
  return checked(files, targets).findings.map(({ code }) => code);
}
