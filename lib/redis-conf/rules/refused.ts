/** Lines at which a server does not start. */

import { nearest } from '../../model/nearest.js';
import { type Argument, accepts, misfit, type Signature, synopsis } from '../arguments.js';
import { classOf, directiveStatus, knownDirectives, signatureOf } from '../directives.js';
import { lowerCase } from '../parse.js';
import type { Conf } from './configuration.js';
import { type Context, short, type Told } from './context.js';
import {
  type Line,
  type Place,
  placeFrom,
  placeOf,
  placeOfArgument,
  type RuleCode,
  type Target,
  textAt,
} from './finding.js';

interface Refusal extends Told {
  readonly code: RuleCode;
  readonly place: Place;
}

/**
 * Tells of the line of a server's file at which a server does not start.
 * @returns whether there is one that doesn't
 */
export function refusedLine(
  conf: Conf,
  line: Line,
  told: Set<RuleCode>,
  { targets, signatures, findings }: Context,
): boolean {
  const those = whoRefuse(conf, line, targets, signatures(line.name));
  const [first] = those;
  if (!first) return false;
  const all = those.length === targets.length;
  // What is only counted needs no guess at what was meant.
  const refusal = findings.isFull(conf) ? COUNTED : whyRefused(conf, line, first);
  // Of a file for one engine, each line that only that has would be a hint for the other: one says it.
  if (refusal && (all || !told.has(refusal.code))) {
    told.add(refusal.code);
    findings.add(refusal.code, conf, refusal.place ?? placeOf(line), {
      ...refusal,
      ...(all ? {} : { targets: those }),
    });
  }
  return true;
}

const COUNTED: { code: RuleCode; place?: Place } = { code: 'line.prose' };

/** Whether a server of the target would stop at this line, looked at alone. */
export function whyRefused(conf: Conf, line: Line, target: Target): Refusal | undefined {
  const whole = placeOf(line);
  if (line.error) {
    const code = (
      { quotes: 'line.quotes', nul: 'line.nul', 'byte-order-mark': 'line.bom' } as const
    )[line.error.code];
    const place = { ...whole, column: line.error.column };
    const length = line.error.code === 'quotes' ? line.column + line.text.length - place.column : 1;
    return { code, place: { ...place, length: Math.max(1, length) } };
  }
  const refusal = whyUnknown(conf, line, target) ?? whyMisfit(line, signatureIn(line, target));
  return refusal && (whyOddCharacter(line) ?? refusal);
}

/** For whom {@link whyRefused} has a reason, found without guessing what was meant. */
function whoRefuse(
  conf: Conf,
  line: Line,
  targets: readonly Target[],
  signatures: readonly (Signature | undefined)[],
): readonly Target[] {
  const { name, args } = line;
  if (line.error || (conf.kind === 'redis' && name.startsWith('sentinel '))) return targets;
  const values = args.map(({ text }) => text);
  const isRefused = (signature: Signature | undefined) =>
    !signature || (!accepts(signature, values) && !isNoOne(line));
  const [first] = signatures;
  // Most directives take the same in all versions.
  if (signatures.every((each) => each === first)) return isRefused(first) ? targets : [];
  return targets.filter((_, at) => isRefused(signatures[at]));
}

/** What looks like a blank or a quote, and is none for a server. */
function whyOddCharacter(line: Line): Refusal | undefined {
  const odd = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]|\r|[\u2018-\u201f]/.exec(
    line.text,
  );
  if (!odd) return undefined;
  const place = { ...placeOf(line), column: line.column + odd.index, length: 1 };
  if (odd[0] === '\r') return { code: 'line.carriage-return', place };
  const isQuote = /[\u2018-\u201f]/.test(odd[0]);
  return { code: isQuote ? 'line.curly-quotes' : 'line.odd-blank', place };
}

function signatureIn(line: Line, { engine, version }: Target): Signature | undefined {
  return signatureOf(engine, version, line.name);
}

const MERGE = /^(?:<{7}|={7}|>{7}|\|{7})/;
const COMMENT = /^(?:\/\/|\/\*|\*\/|;|--|<!--|%|rem\b)/i;

function whyUnknown(conf: Conf, line: Line, target: Target): Refusal | undefined {
  const { engine, version } = target;
  const { name } = line;
  const isSentinels = name.startsWith('sentinel ');
  if (isSentinels && conf.kind === 'redis') {
    return { code: 'directive.sentinel-elsewhere', place: placeOf(line), values: { name } };
  }
  const status = directiveStatus(engine, version, name);
  if (status.kind === 'known') return undefined;
  const place = { ...placeOf(line), length: nameLength(line) };
  if ('version' in status) {
    const code = status.kind === 'since' ? 'directive.too-new' : 'directive.removed';
    return { code, place, values: { name, version: status.version } };
  }
  if (conf.last.has('loadmodule') && OF_MODULES.test(name)) return undefined;
  const values = { name: short(name) };
  if (MERGE.test(line.text)) return { code: 'line.merge-marker', place: placeOf(line) };
  if (COMMENT.test(line.text)) return { code: 'line.other-comment', place: placeOf(line) };
  const assigned = whyAssigned(line);
  if (assigned) return assigned;
  if (ANCIENT.has(name)) return { code: 'directive.ancient', place, values };
  const other = engine === 'redis' ? 'valkey' : 'redis';
  if (directiveStatus(other, '99', name).kind === 'known') {
    return { code: 'directive.other-engine', place, values: { name, engine: ENGINES[other] } };
  }
  if (!isSentinels && classOf(`sentinel ${name}`) !== undefined) {
    return { code: 'directive.unprefixed', place, values };
  }
  const meant = whatIsMeant(conf, line, target);
  if (meant !== undefined) {
    const code = isSentinels ? 'sentinel.misspelt' : 'directive.misspelt';
    return { code, place, values: { ...values, meant } };
  }
  if (isSentinels) return { code: 'sentinel.unknown', place, values };
  const isProse = line.args.length > 2 || !/^[a-z][a-z0-9_.-]*$/.test(name);
  if (isProse) return { code: 'line.prose', place: placeOf(line), values };
  return { code: 'directive.unknown', place, values };
}

/** What modules bring along: `ldap.auth_mode`, and the names without a dot of those that come with Redis 8. */
const OF_MODULES = /^[\w-]+\.[\w.-]+$|^(?:search|ts|bf|cf|cms|topk|tdigest|json)-/;

const SENTINELS = /^sentinel /;

/** The directive that a name is most like. */
function whatIsMeant(conf: Conf, line: Line, { engine, version }: Target): string | undefined {
  const { name } = line;
  if (!/[a-z]/.test(name)) return undefined;
  // Of a sentence, the first word may be near to anything.
  if (line.args.length > 3 && !name.includes('-') && !SENTINELS.test(name)) return undefined;
  const own = knownDirectives(engine, version, 'sentinel').map((each) =>
    each.replace(SENTINELS, ''),
  );
  const asSentinels = () => {
    const meant = nearest(name.replace(SENTINELS, ''), own);
    return meant === undefined ? undefined : `sentinel ${meant}`;
  };
  if (SENTINELS.test(name)) return asSentinels();
  const meant = nearest(name, knownDirectives(engine, version));
  return meant ?? (conf.kind === 'sentinel' ? asSentinels() : undefined);
}

const ENGINES = { redis: 'Redis', valkey: 'Valkey' } as const;

/** `port = 1`, `port=1`, `port: 1`. */
function whyAssigned(line: Line): Refusal | undefined {
  const [, name = '', sign = ''] = /^"?([a-z][a-z0-9_ -]*?)"?\s*([=:])/i.exec(line.text) ?? [];
  if (sign === '' || classOf(lowerCase(name.trim())) === undefined) return undefined;
  return { code: 'line.assigned', place: placeOf(line), values: { name: lowerCase(name), sign } };
}

/** Those that were gone before the oldest version that the table has. */
const ANCIENT = new Set([
  ...['vm-enabled', 'vm-swap-file', 'vm-max-memory', 'vm-page-size', 'vm-pages', 'vm-max-threads'],
  ...['hash-max-zipmap-entries', 'hash-max-zipmap-value', 'glueoutputbuf', 'shareobjects'],
  ...['shareobjectspoolsize', 'really-use-vm', 'sentinel can-failover', 'use-exit-on-panic-log'],
]);

/** Characters of a name as it stands there. */
function nameLength(line: Line): number {
  const [first] = line.args;
  if (!first) return line.text.length;
  return line.text.slice(0, first.column - line.column).trimEnd().length;
}

function whyMisfit(line: Line, signature: Signature | undefined): Refusal | undefined {
  const values = line.args.map(({ text }) => text);
  if (!signature || isNoOne(line)) return undefined;
  const why = misfit(signature, values);
  if (!why) return undefined;
  const takes = synopsis(signature);
  const { name } = line;
  const comment = values.findIndex((value) => value.startsWith('#') || value === '//');
  // A password may begin with `#`, where only one word stands.
  if (comment >= 0 && (why.what === 'many' || comment > 0)) {
    return { code: 'line.comment-behind', place: placeFrom(line, comment), values: { name } };
  }
  if (values[0] === '=' || values[0] === ':') {
    return { code: 'line.assigned', place: placeOf(line), values: { name, sign: values[0] } };
  }
  if (why.what === 'few') {
    const joined = whyJoined(line);
    if (joined) return joined;
    const code = values.length === 0 ? 'arguments.none' : 'arguments.few';
    return { code, place: placeOf(line), values: { name, takes } };
  }
  if (why.what === 'many') {
    return { code: 'arguments.many', place: placeFrom(line, why.at), values: { name, takes } };
  }
  return why.what === 'value' ? whyValue(line, why.at, why.argument, takes) : undefined;
}

/** `replicaof no one` makes a master. */
function isNoOne({ current, args }: Line): boolean {
  if (current !== 'replicaof') return false;
  return lowerCase(args.map(({ text }) => text).join(' ')) === 'no one';
}

/** `10.0.0.1:6379` where two arguments are wanted. */
function whyJoined(line: Line): Refusal | undefined {
  if (line.current !== 'replicaof' && line.name !== 'sentinel monitor') return undefined;
  const at = line.args.findIndex(({ text }) => /[^:]:\d+$/.test(text));
  if (at < 0) return undefined;
  const value = textAt(line, at);
  const [host = '', port = ''] = value.split(':');
  const values = { name: line.name, value: short(value), meant: short(`${host} ${port}`) };
  return { code: 'address.joined', place: placeOfArgument(line, at), values };
}

function whyValue(
  line: Line,
  at: number,
  { kind, choices, least, most }: Argument,
  takes: string,
): Refusal {
  const { name } = line;
  const value = short(textAt(line, at));
  const place = placeOfArgument(line, at);
  const values = { name, value, takes };
  const refusal = (code: RuleCode) => ({ code, place, values });
  if (value === '' && kind !== 'choice') return refusal('value.empty');
  if (choices?.join() === 'yes,no') return refusal('value.flag');
  if (choices) return refusal('value.choice');
  if (kind === 'port') return refusal('value.port');
  if (kind === 'atoi') {
    if (name === 'sentinel monitor') return refusal(at === 3 ? 'sentinel.quorum' : 'value.port');
    if (/down-after|failover-timeout/.test(name)) return refusal('sentinel.time');
    return refusal('value.number');
  }
  if (kind === 'size' || kind === 'share') return refusal('value.size');
  if (least !== undefined && most !== undefined) {
    const isNumber = /^-?\d+$/.test(value);
    if (isNumber && (BigInt(value) < least || BigInt(value) > most)) {
      return {
        code: 'value.range',
        place,
        values: { name, value, least: Number(least), most: Number(most) },
      };
    }
    return refusal(
      /^-?\d[\d.]*\s*(?:ms|s|m|h|sec|min|seconds)$/i.test(value) ? 'value.unit' : 'value.number',
    );
  }
  return refusal('value.other');
}
