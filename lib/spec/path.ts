/** Places in a description: `['nodes', 1, 'ip']`, written `nodes[1].ip`. */
import { visible } from '../errors.js';

export type Path = readonly (string | number)[];

/** Characters of a key or a value that are shown. */
const LONGEST_QUOTE = 80;

export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const isPlain = key.length <= LONGEST_QUOTE && /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key);
    if (!isPlain) return `${text}[${quote(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** A value as JSON, shortened, on one line. */
export function quote(value: unknown): string {
  const text = visible(json(value));
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

function json(value: unknown): string {
  let budget = LONGEST_QUOTE;
  try {
    // A few objects that hold each other many times over would become an endless text.
    const text = JSON.stringify(value, (_key, part) => {
      if (--budget < 0) throw new RangeError('too large to show');
      return typeof part === 'number' && !Number.isFinite(part) ? String(part) : part;
    });
    return text ?? `a ${typeof value}`;
  } catch {
    return Array.isArray(value) ? 'a long list' : `a ${typeof value}`; // too large, circular, a bigint
  }
}

/** The value at `path`; undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}

/** Whether `path` is at or below `ancestor`; `'*'` in the ancestor stands for any index. */
export function isWithin(path: Path, ancestor: Path): boolean {
  return (
    ancestor.length <= path.length &&
    ancestor.every((key, i) => key === path[i] || (key === '*' && typeof path[i] === 'number'))
  );
}
