/** Values that a server must take, and values that it must refuse, for what the table says of a directive. */
import type { Argument, Signature } from '../../lib/redis-conf/arguments.js';

/** Rows of arguments: each has one that the others have not. */
export function goodValues(signature: Signature): string[][] {
  const { once, optional, repeated, orNone } = signature;
  const rows = [
    ...(once.length > 0 || optional.length > 0 ? [once] : []),
    ...(repeated.length > 0 ? [[...once, ...repeated]] : []),
    ...(optional.length > 0 ? [[...once, ...optional]] : []),
  ];
  const some = rows.flatMap((row) => variants(row, good));
  const twice =
    repeated.length > 0
      ? [[...once, ...repeated, ...repeated].map((each) => good(each)[0] ?? '')]
      : [];
  return [...some, ...twice, ...(orNone ? [['']] : [])];
}

/** Rows with one wrong value each, of as many arguments as there must be. */
export function badValues({ once, optional, repeated }: Signature): string[][] {
  return variants([...once, ...optional, ...repeated], bad);
}

function variants(row: readonly Argument[], of: (argument: Argument) => string[]): string[][] {
  const usual = row.map((argument) => good(argument)[0] ?? '');
  return row.flatMap((argument, at) => of(argument).map((value) => usual.with(at, value)));
}

function good({ kind, choices, least, most }: Argument): string[] {
  if (kind === 'letters') return [choices?.join('') ?? '', ''];
  if (kind === 'title') return ['redis', '{title} {listen-addr} {server-mode}', '{{'];
  if (choices) return [...choices, choices[0]?.toUpperCase() ?? ''];
  if (kind === 'percentile') return ['0', '99.9', '100'];
  if (kind === 'octal') return ['700', '0', '777'];
  if (kind === 'atoi') return [String(least && least > 0n ? least : 1n), '5000s', '30_000'];
  if (kind === 'id') return ['a'.repeat(40)];
  if (least === undefined || most === undefined) return ['a'];
  const sizes = kind === 'size' || kind === 'share' ? ['2MB', '2000k', '1g', '3000000B'] : [];
  const share = kind === 'share' ? ['0%', '50%', '100%'] : [];
  const signed = kind === 'strtol' ? ['+1', '01'] : [];
  return [String(least), String(most), ...sizes, ...share, ...signed];
}

function bad({ kind, choices, least, most }: Argument): string[] {
  if (kind === 'letters') return ['Kq', 'KE g', '1'];
  if (kind === 'title') return ['', ' ', '{}', '{titel}'];
  if (choices) return ['perhaps', ''];
  if (kind === 'percentile') return ['101', '-1', 'most'];
  if (kind === 'octal') return ['8', '1000', 'rwx'];
  if (kind === 'id') return ['a'.repeat(39)];
  if (least === undefined || most === undefined) return [];
  if (kind === 'atoi')
    return [String(least - 1n), String(most + 1n)].filter(
      (each) => Math.abs(Number(each)) < 2 ** 31,
    );
  const above = most < 2n ** 63n - 1n ? [String(most + 1n)] : [];
  const below = kind === 'share' ? ['-101'] : [String(least - 1n)];
  const others =
    kind === 'share'
      ? ['101%', '1tb']
      : kind === 'size'
        ? ['50%', '1tb', '1.5mb']
        : ['5s', '1.5', '1k', ...(kind === 'strtol' ? [] : ['+1', ''])];
  return [...below, ...above, ...others, 'many'];
}
