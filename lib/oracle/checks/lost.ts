import { message } from '../../report/messages.js';
import { type Check, part } from '../part.js';
import { holds } from '../view.js';

/** What was acknowledged, or read, and is not there at the end. */
export const lost: Check = function* (view) {
  const { key, appends, waits, seen, final } = view;
  for (const [value, append] of appends) {
    if (append.outcome === 'refused' || holds(final, value)) continue;
    const wait = waits.get(append);
    if (append.outcome !== 'acknowledged') {
      const by = seen.get(value)?.first;
      if (!by) continue;
      const told = message('oracle.lost-read', { value });
      yield { kind: 'lost', key, message: told, part: part(view, [value], [by]) };
    } else if (wait && wait.replicas > 0) {
      const told = message('oracle.lost-confirmed', { value, count: wait.replicas });
      yield { kind: 'lost', key, message: told, part: part(view, [value], [], [wait]) };
    } else {
      const told = message('oracle.lost', { value });
      yield { kind: 'lost', key, message: told, part: part(view, [value]) };
    }
  }
};
