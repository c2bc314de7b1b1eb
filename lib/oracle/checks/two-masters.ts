import { message } from '../../report/messages.js';
import type { Append } from '../history.js';
import { type Check, part } from '../part.js';
import { holds, type KeyView } from '../view.js';

/**
 * Two nodes that acknowledged at the same time: what one of them acknowledged is not there at the end, and the other acknowledged what is,
 * before that as well as after it, and nobody else did meanwhile. For how long: from the first answer that is lost to the last.
 */
export const twoMasters: Check = function* (view) {
  const { key } = view;
  for (const { first, last, before, after, count } of spansOf(view)) {
    const values = {
      node: first.node,
      master: before.node,
      count,
      fromMs: first.answeredAt,
      ms: last.answeredAt - first.answeredAt,
    };
    const appends = [before, first, last, after].map(({ value }) => value);
    const told = message('oracle.two-masters', values);
    yield { kind: 'two-masters', key, message: told, part: part(view, appends) };
  }
};

interface Acknowledged extends Append {
  readonly answeredAt: number;
  readonly node: string;
}

interface Span {
  readonly first: Acknowledged;
  readonly last: Acknowledged;
  /** By the other node. */
  readonly before: Acknowledged;
  readonly after: Acknowledged;
  readonly count: number;
}

function spansOf({ appends, final }: KeyView): Iterable<Span> {
  const place = ({ value }: Append) => final.branch.at.get(value) as number;
  const taken = [...appends.values()].filter(isAcknowledged).toSorted(byAnswer);
  const kept = taken.filter(({ value }) => holds(final, value));
  // By answer: of those so far, the one that stands last. By request: of those from there on, the one that stands first.
  const lastBefore = running(kept, (a, b) => place(b) > place(a));
  const asSent = kept.toSorted((a, b) => b.invokedAt - a.invokedAt);
  const firstAfter = running(asSent, (a, b) => place(b) < place(a));
  const reigns = reignsOf(kept.toSorted((a, b) => place(a) - place(b)));
  const spans = new Map<string, Span>();
  for (const each of taken) {
    if (holds(final, each.value)) continue;
    const before = lastBefore[count(kept, ({ answeredAt }) => answeredAt < each.invokedAt) - 1];
    const after = firstAfter[count(asSent, ({ invokedAt }) => invokedAt > each.answeredAt) - 1];
    if (!before || !after || before.node === each.node) continue;
    if (reigns.get(before) !== reigns.get(after)) continue;
    const id = `${reigns.get(before)} ${each.node}`;
    const known = spans.get(id);
    const first = known?.first ?? each;
    const earlier = known && byAnswer(known.before, before) < 0 ? known.before : before;
    spans.set(id, { first, last: each, before: earlier, after, count: (known?.count ?? 0) + 1 });
  }
  return spans.values();
}

/** In the order of the list: a number for each time that a node took over from another. */
function reignsOf(kept: readonly Acknowledged[]): Map<Acknowledged, number> {
  let reign = 0;
  return new Map(
    kept.map((each, i) => {
      if (i > 0 && kept[i - 1]?.node !== each.node) reign += 1;
      return [each, reign];
    }),
  );
}

/** Of each and all before it, the one that counts. */
function running<T>(list: readonly T[], isBetter: (one: T, other: T) => boolean): T[] {
  const best: T[] = [];
  for (const each of list) {
    const one = best.at(-1);
    best.push(one === undefined || isBetter(one, each) ? each : one);
  }
  return best;
}

function isAcknowledged(append: Append): append is Acknowledged {
  const { outcome, answeredAt, node } = append;
  return outcome === 'acknowledged' && answeredAt !== undefined && node !== undefined;
}

function byAnswer(a: Acknowledged, b: Acknowledged): number {
  return a.answeredAt - b.answeredAt;
}

/** Of a list whose first ones are meant, how many these are. */
function count<T>(list: readonly T[], isMeant: (each: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isMeant(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
