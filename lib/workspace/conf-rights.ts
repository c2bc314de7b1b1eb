/** Who may read and write a configuration, as far as this machine knows its users. */
import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import type { ConfRights } from '../redis-conf/rules/configuration.js';

/** Undefined where there are no such rights, or the file is gone. */
export function rightsOf(file: string): ConfRights | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    const place = realpathSync(file);
    const [own, folder] = [statSync(place), statSync(path.dirname(place))];
    return {
      path: place,
      isReadByAll: (own.mode & 0o004) !== 0 && isReachedByAll(path.dirname(place)),
      closedTo(user) {
        const ids = idsOf(user);
        if (!ids) return undefined;
        if (!mayWrite(own, ids)) return 'file';
        return mayWrite(folder, ids) ? undefined : 'folder';
      },
    };
  } catch {
    return undefined;
  }
}

function isReachedByAll(folder: string): boolean {
  const above = path.dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (above === folder || isReachedByAll(above));
}

interface Ids {
  readonly uid: number;
  readonly gids: readonly number[];
}

function mayWrite({ uid, gid, mode }: Stats, ids: Ids): boolean {
  if (ids.uid === 0) return true;
  if (ids.uid === uid) return (mode & 0o200) !== 0;
  return (mode & (ids.gids.includes(gid) ? 0o020 : 0o002)) !== 0;
}

/** Undefined for a user that this machine does not have: the file may be for another one. */
function idsOf(user: string): Ids | undefined {
  const [, , uid, gid] = linesOf('/etc/passwd').find(([name]) => name === user) ?? [];
  if (uid === undefined) return undefined;
  const groups = linesOf('/etc/group').filter(([, , , users]) => users?.split(',').includes(user));
  return { uid: Number(uid), gids: [gid, ...groups.map(([, , id]) => id)].map(Number) };
}

function linesOf(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
}
