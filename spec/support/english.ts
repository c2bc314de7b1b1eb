import type { Lack } from '../../lib/backends/backend.js';
import { inEnglish } from '../../lib/report/messages.js';

/** A lack with its texts in English. */
export function english({ what, seen, fix, remedy, ...lack }: Lack) {
  return {
    ...lack,
    what: inEnglish(what),
    seen: inEnglish(seen),
    fix: inEnglish(fix),
    ...(remedy ? { remedy: { ...remedy, describe: inEnglish(remedy.describe) } } : {}),
  };
}
