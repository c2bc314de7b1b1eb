/** Live configurations that somebody edited, and what `check` says of them. */

import { type BackendName, PREFERRED } from '../../backends/registry.js';
import { withoutAnySecrets } from '../../report/conf-secrets.js';
import { inTurn, type Message, message, messageOf } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import type { Host } from '../host.js';

/** More need not be read here: the file has them all. */
const MOST_LINES = 20;
const MOST_CHARACTERS = 100;

type Editing = Exclude<Awaited<ReturnType<Host['edited']>>, undefined | { silent: unknown }>;

/** Several backends may have a lab of this name. */
export async function configurations(facts: Facts): Promise<Check[]> {
  return (await Promise.all(PREFERRED.map((backend) => ofBackend(backend, facts)))).flat();
}

async function ofBackend(backend: BackendName, { host, lab }: Facts): Promise<Check[]> {
  const edited = await host.edited(backend, lab);
  if (!edited) return [];
  const say = subject('configurations', [backend]);
  if ('silent' in edited) {
    const seen = message('asked.unknown', { said: edited.silent });
    return [say.poor(seen, message('configurations.fix', FIXES))];
  }
  const { lines, findings } = edited;
  if (lines.length === 0) return [say.good(message('configurations.ours'))];
  const there = lines.filter(({ line }) => line > 0);
  const gone = lines.filter(({ line }) => line === 0);
  const all = [
    ...(there.length > 0 ? [listed('configurations.changed', there)] : []),
    ...(gone.length > 0 ? [listed('configurations.gone', gone)] : []),
  ];
  const seen = inTurn([...all, ...findings.map(told)]);
  return [say.poor(seen, message('configurations.fix', FIXES))];
}

const FIXES = { fresh: 'redis-lab up --fresh', spec: 'redis.config, sentinel.config' };

function listed(
  code: 'configurations.changed' | 'configurations.gone',
  lines: Editing['lines'],
): Message {
  const each = lines.slice(0, MOST_LINES).map(({ file, line, text }) => ({
    place: line === 0 ? file : `${file}:${line}`,
    text: withoutAnySecrets(text).slice(0, MOST_CHARACTERS),
  }));
  const rest = lines.length - each.length;
  const all = message(code, { each });
  return rest === 0 ? all : inTurn([all, message('configurations.more', { count: rest })]);
}

function told({ code, place, values }: Editing['findings'][number]): Message {
  const texts = Object.entries(values).map(([name, value]) => [name, String(value)]);
  const finding = { code: `check.${code}`, values: Object.fromEntries(texts) };
  const path = place.line === 0 ? place.file : `${place.file}:${place.line}`;
  return messageOf({ code: 'note.configuration', values: { path, finding } });
}
