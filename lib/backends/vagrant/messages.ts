/** What `vagrant --machine-readable` prints: `time,target,type,data…`, one message a line. */
import type { CommandResult } from '../../command/call.js';

export interface Message {
  /** The machine that it is about; empty: none of them. */
  readonly target: string;
  /** `ui`, `state`, `error-exit`, `action` … */
  readonly type: string;
  readonly data: readonly string[];
}

/** Undefined for a line that is no message: what a plugin or the shell printed by itself. */
export function messageIn(line: string): Message | undefined {
  const [, target, type, rest] = /^\d+,([^,]*),([\w-]+),?(.*)$/.exec(line) ?? [];
  if (target === undefined || type === undefined || rest === undefined) return undefined;
  return { target, type, data: rest.split(',').map(plain) };
}

export function messagesIn(text: string): Message[] {
  return text.split(/\r?\n/).flatMap((line) => messageIn(line) ?? []);
}

/** Commas and ends of lines are written otherwise, since they end a field and a message. */
function plain(field: string): string {
  return field
    .replaceAll('%!(VAGRANT_COMMA)', ',')
    .replaceAll('\\n', '\n')
    .replaceAll('\\r', '')
    .trimEnd();
}

/**
 * What Vagrant tells people, without its marks: `==> master: Booting VM...`. Not the list of forty settings that
 * vagrant-libvirt shows for each machine (` -- Cpus: 1`).
 */
export function spokenIn({ target, type, data }: Message): string | undefined {
  if (type !== 'ui') return undefined;
  const [, text = ''] = data;
  const words = text
    .replace(/^(?:==>|\s)*/, '')
    .replace(`${target}: `, '')
    .trim();
  return words === '' || words.startsWith('-- ') ? undefined : words;
}

/** How Vagrant says that it failed: a class of its own, and the text for people. */
export function errorIn(
  messages: readonly Message[],
): { readonly kind: string; readonly text: string } | undefined {
  const found = messages.findLast(({ type }) => type === 'error-exit');
  if (!found) return undefined;
  const [kind = '', text = ''] = found.data;
  return { kind, text };
}

export interface Answer extends CommandResult {
  readonly messages: readonly Message[];
}
