import { message } from '../../report/messages.js';
import { type Check, part } from '../part.js';

/** What was seen, and cannot be there: nobody had appended it. */
export const phantom: Check = function* (view) {
  const { key, appends, seen } = view;
  for (const [value, { first }] of seen) {
    const append = appends.get(value);
    const code = !append
      ? 'oracle.phantom'
      : append.outcome === 'refused'
        ? 'oracle.phantom-refused'
        : first.answeredAt < append.invokedAt
          ? 'oracle.phantom-early'
          : undefined;
    if (!code) continue;
    const told = message(code, { value });
    yield { kind: 'phantom', key, message: told, part: part(view, [value], [first]) };
  }
};
