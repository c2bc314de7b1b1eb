/** Whether some order of a few operations explains a history: every order is tried. */
import type { Append, History, Operation, Read } from '../../../lib/oracle/history.js';
import { finalOf, listOf } from './simulated.js';

type Step = Append | Read;

export function isLinearizable(history: History): boolean {
  const steps = history.operations.filter(
    (each): each is Step =>
      (each.kind === 'append' && each.outcome !== 'refused') ||
      (each.kind === 'read' && each.outcome === 'acknowledged'),
  );
  return explains(steps, [], finalOf(history));
}

function explains(
  left: readonly Step[],
  stored: readonly string[],
  end: readonly string[],
): boolean {
  const isOver = left.every(({ outcome }) => outcome === 'unknown') && same(stored, end);
  if (isOver) return true;
  return left.some((step) => {
    if (left.some((each) => mustPrecede(each, step))) return false;
    if (step.kind === 'read' && !same(listOf(step), stored)) return false;
    const next = step.kind === 'append' ? [...stored, step.value] : stored;
    return explains(
      left.filter((each) => each !== step),
      next,
      end,
    );
  });
}

function mustPrecede(one: Operation, other: Operation): boolean {
  return one.outcome === 'acknowledged' && (one.answeredAt ?? Infinity) < other.invokedAt;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i]);
}
