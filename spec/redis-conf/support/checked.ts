/** Files that exist in a test only, checked as if they lay in one folder. */
import path from 'node:path';
import { type Checked, checkLab } from '../../../lib/redis-conf/rules/check.js';
import {
  type ConfRights,
  type Disk,
  readConfiguration,
} from '../../../lib/redis-conf/rules/configuration.js';
import type { Target } from '../../../lib/redis-conf/rules/finding.js';

export const REDIS_7: Target = { engine: 'redis', version: '7.0.15' };
export const TODAY: readonly Target[] = [
  { engine: 'redis', version: '8.2.8' },
  { engine: 'valkey', version: '8.1.9' },
];

type Files = Readonly<Record<string, string>>;

export function read(files: Files, targets: readonly Target[] = TODAY) {
  const sources = Object.entries(files).map(([name, text]) => ({
    name,
    text,
    ...rightsIn(text),
    disk: diskIn(text),
  }));
  const look = (target: string, from: string) => {
    const name = path.posix.join(path.posix.dirname(from), target);
    const text = files[name];
    return text === undefined ? undefined : [{ name, text }];
  };
  const configuration = readConfiguration(sources, look);
  return { configuration, found: checkLab(configuration, targets) };
}

/** As the first comments of a file say it, in the way of `ls -l`: `# -rw-r--r-- root /etc/redis/sentinel.conf`. */
function rightsIn(text: string): { readonly rights?: ConfRights } {
  const [, mode, owner, path] = /^# (-[rwx-]{9}) (\w+) (\/\S+)$/m.exec(text) ?? [];
  const [, above, owns] = /^# (d[rwx-]{9}) (\w+) /m.exec(text) ?? [];
  if (mode === undefined || path === undefined) return {};
  const isClosed = (said: string | undefined, of: string | undefined, user: string) =>
    said?.[of === user ? 2 : 8] === '-';
  const closedTo = (user: string) =>
    isClosed(mode, owner, user) ? 'file' : isClosed(above, owns, user) ? 'folder' : undefined;
  return { rights: { path, isReadByAll: mode[7] === 'r', closedTo } };
}

/** What the first comments of a file list, in the same way, is there. */
function diskIn(text: string): Disk {
  const modes = new Map(
    [...text.matchAll(/^# (-[rwx-]{9}) \w+ (\/\S+)$/gm)].map(([, mode = '', name = '']) => [
      name,
      mode,
    ]),
  );
  return {
    at: Date.now(),
    read: (file, where) => (where === 'here' && !modes.has(file) ? 'absent' : undefined),
    lacks(program) {
      const mode = modes.get(program);
      if (mode === undefined) return 'absent';
      return mode.includes('x') ? undefined : 'not-executable';
    },
  };
}

export function checked(files: Files, targets?: readonly Target[]): Checked {
  return read(files, targets).found;
}

export function codesIn(files: Files, targets?: readonly Target[]) {
  return checked(files, targets).findings.map(({ code }) => code);
}
