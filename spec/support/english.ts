import type { Lack } from '../../lib/backends/backend.js';
import { inEnglish } from '../../lib/report/messages.js';

/** A lack with what it says in English, as messages have it. */
export function english({ what, seen, fix, remedy, ...lack }: Lack) {
  return {
    ...lack,
    what: inEnglish(what),
    seen: inEnglish(seen),
    fix: inEnglish(fix),
    ...(remedy ? { remedy: { ...remedy, describe: inEnglish(remedy.describe) } } : {}),
  };
}
