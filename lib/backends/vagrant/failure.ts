/** Errors of Vagrant, and what to do about them. They are known by their classes, which change less often than their texts. */
import { EXIT, RedisLabError, visible } from '../../errors.js';
import { inEnglish } from '../../report/messages.js';
import type { Lack } from '../backend.js';
import { data } from './failures.generated.js';
import type { Answer } from './messages.js';
import { errorIn } from './messages.js';

const { classes, texts } = data;

/** The error for a call of Vagrant that failed. */
export function failed(answer: Answer): RedisLabError {
  const { kind = '', text = '' } = errorIn(answer.messages) ?? {};
  const said =
    text ||
    raisedIn(answer.stderr) ||
    killed(answer.code) ||
    lastOf(answer.stderr) ||
    lastOf(answer.stdout) ||
    'it said nothing';
  const name = kind.split('::').at(-1) ?? '';
  const fix = Object.hasOwn(classes, name)
    ? classes[name as keyof typeof classes]
    : texts.find(({ like }) => new RegExp(like, 'i').test(said))?.fix;
  const lines = (name === 'BatchMultiError' ? byMachine(said) : said)
    .split('\n')
    .map((line) => visible(line.trim()))
    .filter((line) => line !== '');
  return new RedisLabError(
    [
      `Vagrant failed${name && name !== 'BatchMultiError' ? ` (${name})` : ''}:`,
      ...lines.map((line) => `  ${line}`),
      ...(fix ? [fix] : []),
    ].join('\n'),
    { exitCode: EXIT.program },
  );
}

/** The errors of machines that are made in parallel: each error once, with the names of its machines. */
function byMachine(text: string): string {
  const parts = text.split(
    /An error occurred while executing the action on the '([^']+)'\s+machine\. Please handle this error then try again:/,
  );
  const machines = new Map<string, string[]>();
  for (let at = 1; at + 1 < parts.length; at += 2) {
    const [machine = '', words = ''] = parts.slice(at).map((part) => part.trim());
    machines.set(words, [...(machines.get(words) ?? []), machine]);
  }
  if (machines.size === 0) return text;
  return [...machines].map(([words, names]) => `${names.join(', ')}: ${words}`).join('\n');
}

/** If Vagrant was killed, its last output does not tell why. */
function killed(code: number): string | undefined {
  return code === 137
    ? 'it was killed (SIGKILL); where nobody did, the system did, as memory ran out: close other programs, then run the same command again.'
    : undefined;
}

/** The message of an uncaught Ruby error, without its backtrace. */
function raisedIn(text: string): string | undefined {
  return text.split('\n').find((line) => /^\S.*: .* \([A-Z][\w:]+\)$/.test(line.trimEnd()));
}

function lastOf(text: string): string {
  return text.trim().split('\n').slice(-5).join('\n');
}

/** The error for a call that needs what this machine lacks. */
export function lacking(...lacks: readonly Lack[]): RedisLabError {
  const text = lacks
    .map(({ what, seen, fix }) => `${inEnglish(what)}: ${inEnglish(seen)}. ${inEnglish(fix)}`)
    .join('\n');
  return new RedisLabError(text, { exitCode: EXIT.notReady });
}
