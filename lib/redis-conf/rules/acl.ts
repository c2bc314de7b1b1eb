/** Users: lines of an aclfile, and `user` in redis.conf. */
import { compareVersions } from '../../model/releases.js';
import { lowerCase } from '../parse.js';
import { type Conf, linesNamed } from './configuration.js';
import { type Context, short } from './context.js';
import { type Line, placeFrom, placeOf, placeOfArgument } from './finding.js';

export function aclRules(conf: Conf, context: Context): void {
  const { findings } = context;
  if (conf.kind === 'acl') {
    for (const line of conf.lines) {
      if (line.text.startsWith('#')) continue;
      if (line.name !== 'user' && !line.error) findings.add('acl.not-a-user', conf, placeOf(line));
    }
    comments(conf, context);
  }
  if (conf.kind === 'unit' || conf.kind === 'foreign') return;
  const names = new Set<string>();
  for (const line of linesNamed(conf, 'user')) {
    const [name] = line.args;
    if (!name) continue;
    if (names.has(name.text)) {
      findings.add('acl.user-twice', conf, placeOfArgument(line, 0), {
        values: { name: short(name.text) },
      });
    }
    names.add(name.text);
    user(conf, line, context);
  }
}

/** As many lines as are named; of more, how many there are. */
const MOST_LINES = 10;

/** An aclfile has no comments: each line that is not empty is a user. All of them are told at the first. */
function comments(conf: Conf, { findings }: Context): void {
  const found = [...conf.text.entries()].filter(([, text]) => text.trim().startsWith('#'));
  const [first] = found;
  if (!first) return;
  const [index, text] = first;
  const place = {
    file: conf.name,
    line: index + 1,
    column: text.indexOf('#') + 1,
    length: text.trim().length,
  };
  const named = found.slice(0, MOST_LINES).map(([at]) => String(at + 1));
  const lines = [...named, ...(found.length > MOST_LINES ? ['…'] : [])].join(', ');
  findings.add('acl.comment', conf, place, { values: { count: found.length, lines } });
}

function user(conf: Conf, line: Line, { findings, targets }: Context): void {
  let all = { keys: false, channels: false };
  let hasClear = false;
  for (const [at, { text }] of line.args.entries()) {
    if (at === 0) continue;
    const place = placeOfArgument(line, at);
    const rule = lowerCase(text);
    if (text.startsWith('#') && !/^#[0-9a-f]{64}$/i.test(text)) {
      const isComment = /^#(?:\s|$|\D{1,20}$)/.test(text) || line.args.length > at + 1;
      const code = isComment ? 'line.comment-behind' : 'acl.hash';
      findings.add(code, conf, placeFrom(line, at), { values: { name: 'user' } });
      break;
    }
    // A selector is a world of its own.
    if (/^\(/.test(text)) break;
    if (text.startsWith('%')) {
      findings.add('acl.rule', conf, place, {
        values: { value: short(text) },
        targets: targets.filter(
          ({ engine, version }) => engine === 'redis' && compareVersions(version, '7.0.0') < 0,
        ),
      });
    }
    const category = /^[+-]@(.+)$/.exec(rule)?.[1];
    if (category !== undefined && !CATEGORIES.has(category)) {
      findings.add('acl.category', conf, place, { values: { value: short(text) } });
    } else if (!isRule(text, rule)) {
      // What looks like a rule of no kind may be a password without its sign.
      findings.add('acl.rule', conf, place, { values: { value: short(text) } });
    }
    if ((all.keys && /^[~%]/.test(text)) || (all.channels && text.startsWith('&'))) {
      if (!/^(?:~\*|%rw~\*|&\*)$/.test(rule)) {
        findings.add('acl.after-all', conf, place, { values: { value: short(text) } });
      }
    }
    if (rule === 'allkeys' || rule === '~*') all = { ...all, keys: true };
    if (rule === 'allchannels' || rule === '&*') all = { ...all, channels: true };
    if (rule === 'resetkeys' || rule === 'reset') all = { ...all, keys: false };
    if (rule === 'resetchannels' || rule === 'reset') all = { ...all, channels: false };
    hasClear ||= text.startsWith('>');
  }
  if (hasClear) findings.add('acl.clear-password', conf, placeOf(line));
}

function isRule(text: string, rule: string): boolean {
  if (WORDS.has(rule)) return true;
  if (/^[><]/.test(text)) return true;
  if (/^[#!][0-9a-f]{64}$/.test(text)) return true;
  if (/^[~&]/.test(text)) return true;
  if (/^%(?:r|w|rw|wr)~/.test(rule)) return true;
  return /^[+-][@\w.|-]/.test(text) || /^(?:alldbs|resetdbs|db=.*|clearselectors)$/.test(rule);
}

const WORDS = new Set([
  ...['on', 'off', 'nopass', 'resetpass', 'reset', 'allkeys', 'resetkeys', 'allchannels'],
  ...['resetchannels', 'allcommands', 'nocommands', 'sanitize-payload', 'skip-sanitize-payload'],
]);

/** The last ones came with the modules that are part of Redis 8. */
const CATEGORIES = new Set([
  ...['all', 'keyspace', 'read', 'write', 'set', 'sortedset', 'list', 'hash', 'string', 'bitmap'],
  ...['hyperloglog', 'geo', 'stream', 'pubsub', 'admin', 'fast', 'slow', 'blocking', 'dangerous'],
  ...[
    'connection',
    'transaction',
    'scripting',
    'json',
    'search',
    'tdigest',
    'cms',
    'bloom',
    'cuckoo',
  ],
  ...['topk', 'timeseries', 'vectorset', 'array'],
]);
