/** Whether a line of `redis.config` may stand in the redis.conf of a lab. */

import type { ProblemCode } from '../errors.js';
import { nearest } from '../model/nearest.js';
import { compareVersions, type Engine } from '../model/releases.js';
import { accepts, synopsis } from '../redis-conf/arguments.js';
import {
  classOf,
  currentName,
  type DirectiveClass,
  directiveStatus,
  knownDirectives,
  signatureOf,
} from '../redis-conf/directives.js';
import { lowerCase, splitArguments } from '../redis-conf/parse.js';
import type { Finding } from './finding.js';
import { data } from './instead.generated.js';
import type { Path } from './path.js';

export type Refusal = readonly [code: ProblemCode, message: string, fix: string];

/**
 * What is wrong with a line of redis.conf, and what would do; undefined for a good one. Only a
 * directive that is known to be harmless is good: a description may be somebody else's. Without a
 * version, what that version knows and takes is not checked.
 */
export function whyRefused(
  line: string,
  engine: Engine,
  version: string | undefined,
): Refusal | undefined {
  const read = readLine(line);
  if ('refusal' in read) return read.refusal;
  const { words, directive } = read;
  if (directive === 'sentinel') {
    const fix = SENTINEL_INSTEAD[lowerCase(words[1] ?? '')] ?? 'write it into sentinel.config';
    return ['spec.config.owned', 'is a line of sentinel.conf', fix];
  }
  const kind = classOf(directive);
  if (kind !== undefined && kind !== 'free') return whyNotFree(directive, kind);
  if (words.some((word) => /\p{Cc}/u.test(word))) {
    return [
      'spec.config.control',
      'has an escaped control character in a value',
      'choose a value without',
    ];
  }
  if (engine === 'valkey' && words.slice(1).some((word) => /["\\]/.test(word))) {
    // Measured with 8.1.1: the file that CONFIG REWRITE leaves is fatal at the next start, and
    // Sentinel sends CONFIG REWRITE after every failover.
    return [
      'spec.config.quoted',
      'has a quote or a backslash in a value, which Valkey writes back so that it cannot read it again',
      'choose a value without',
    ];
  }
  if (kind === undefined) return whyUnknown(engine, version ?? NEWEST_TABLE[engine], directive);
  if (words.slice(1).some((word) => word.startsWith('/'))) {
    // `locale-collate` is the only one that could mean it, and the C library may then read that file.
    return ['spec.config.path', REFUSED.path, 'choose a value that is no path'];
  }
  if (words.length < 2)
    return ['spec.config.argument', 'has no argument', `write ${directive} and its value`];
  if (version === undefined) return undefined;
  return (
    whyNotIn(engine, version, directive) ?? whyNotTaken(engine, version, directive, words.slice(1))
  );
}

/** Those of the lines at `path` that are refused. */
export function* refusedLines(
  path: Path,
  lines: readonly string[],
  whyNot: (line: string, path: Path) => Refusal | undefined,
): Generator<Finding> {
  for (const [index, line] of lines.entries()) {
    const refusal = whyNot(line, [...path, index]);
    if (!refusal) continue;
    const [code, message, fix] = refusal;
    yield { code, path: [...path, index], seen: line, message, fix };
  }
}

/** The words of a line, or why there are none that a server could act on. */
export function readLine(
  line: string,
):
  | { readonly words: readonly string[]; readonly directive: string }
  | { readonly refusal: Refusal } {
  const words = splitArguments(line);
  const directive = words?.[0] === undefined ? undefined : lowerCase(words[0]);
  if (line.trim().startsWith('#')) {
    return {
      refusal: [
        'spec.config.comment',
        'is a comment, and no line for a server',
        'write it beside this list instead',
      ],
    };
  }
  if (words?.some((word) => word.startsWith('#')) && /\s#/.test(line)) {
    return {
      refusal: [
        'spec.config.comment',
        'has a comment, which the server takes for an argument',
        'write it behind the line, outside its quotes',
      ],
    };
  }
  if (!words || directive === undefined || !/^[a-z0-9_-]+$/.test(directive)) {
    return {
      refusal: [
        'spec.config.unreadable',
        'is not a line that a server can read',
        'write a directive and its arguments, quotes closed: maxmemory 100mb',
      ],
    };
  }
  return { words, directive };
}

export function whyNotFree(directive: string, kind: Exclude<DirectiveClass, 'free'>): Refusal {
  if (directive.startsWith('tls-'))
    return ['spec.config.tls', 'needs TLS, which is not built in', 'remove the line'];
  const name = currentName(directive);
  return [
    `spec.config.${kind}`,
    REFUSED[kind],
    INSTEAD[name] ?? INSTEAD[familyOf(name)] ?? 'remove the line',
  ];
}

const REFUSED: Readonly<Record<Exclude<DirectiveClass, 'free'>, string>> = {
  owned: 'is for the lab to say',
  path: 'names a file, and a lab uses its own files only',
  script: 'runs code that is not part of the lab',
  door: 'decides who gets in, or reaches out of the lab',
};

function familyOf(directive: string): string {
  return directive.slice(0, directive.indexOf('-') + 1);
}

/** What to write instead, or why there is nothing; for a whole family, under what its names begin with. Old names have what the new ones have. */
const INSTEAD: Readonly<Record<string, string>> = Object.assign(Object.create(null), data.redis);

/** For what stands after `sentinel`. */
export const SENTINEL_INSTEAD: Readonly<Record<string, string>> = Object.assign(
  Object.create(null),
  data.sentinel,
);

/** A directive that the table lacks is refused: it may name a file, or let others in. */
export function whyUnknown(
  engine: Engine,
  version: string,
  directive: string,
  known: readonly string[] = knownDirectives(engine, version).filter(
    (name) => classOf(name) === 'free',
  ),
): Refusal {
  const newest = NEWEST_TABLE[engine];
  const message = isNewer(engine, version)
    ? `is none of the directives that redis-lab knows, those of ${engine} up to ${newest}`
    : `is not a directive of ${engine} ${version}`;
  const meant = nearest(directive, known);
  return [
    'spec.config.unknown',
    message,
    meant === undefined
      ? 'remove the line: only directives that redis-lab knows to be harmless may be given'
      : `did you mean ${meant}?`,
  ];
}

/** What is wrong with a directive for a version, and what would do; undefined when it has it. */
export function whyNotIn(engine: Engine, version: string, directive: string): Refusal | undefined {
  const status = directiveStatus(engine, version, directive);
  if (status.kind === 'known') return undefined;
  if (!('version' in status)) return whyUnknown(engine, version, directive);
  const when = status.kind === 'since' ? 'exists since' : 'was removed in';
  return [
    'spec.config.version',
    `is not known to ${engine} ${version}: ${directive} ${when} ${status.version}`,
    'remove the line, or choose another version',
  ];
}

/** What is wrong with the values of a directive that the version has, and what would do. */
export function whyNotTaken(
  engine: Engine,
  version: string,
  directive: string,
  values: readonly string[],
): Refusal | undefined {
  const signature = signatureOf(engine, version, directive);
  if (!signature || isNewer(engine, version) || accepts(signature, values)) return undefined;
  return [
    'spec.config.value',
    `has a value that ${engine} ${version} would not start with`,
    `write ${directive} ${synopsis(signature)}`,
  ];
}

/** The newest version whose directives were read. */
const NEWEST_TABLE: Readonly<Record<Engine, string>> = { redis: '8.8', valkey: '9.1' };

function isNewer(engine: Engine, version: string): boolean {
  return compareVersions(version, `${NEWEST_TABLE[engine]}.999`) > 0;
}
