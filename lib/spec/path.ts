/** Places in a description: `['nodes', 1, 'ip']`, written `nodes[1].ip`. */

export type Path = readonly (string | number)[];

export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
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
