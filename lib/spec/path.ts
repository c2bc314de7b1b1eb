/** Places in a description: `['nodes', 1, 'ip']`, written `nodes[1].ip`. */

export type Path = readonly (string | number)[];

export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return `${text}[${quote(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

const LONGEST_QUOTE = 80;

/**
 * A value as JSON, shortened, on one line and without control characters: hostile text must not
 * speak to the terminal that a message is read on.
 */
export function quote(value: unknown): string {
  const text = json(value).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? `a ${typeof value}`;
  } catch {
    return `a ${typeof value}`; // a bigint, or an object that contains itself
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
