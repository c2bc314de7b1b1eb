/** The output of `vagrant --machine-readable`: `time,target,type,data…`, one message a line. */
import type { CommandResult } from '../../command/call.js';

export interface Message {
  /** The machine that it is about; empty: none. */
  readonly target: string;
  /** `ui`, `state`, `error-exit`, `action` … */
  readonly type: string;
  readonly data: readonly string[];
}

/** Undefined for a line that is no message, which a plugin or the shell printed. */
export function messageIn(line: string): Message | undefined {
  const [, target, type, rest] = /^\d+,([^,]*),([\w-]+),?(.*)$/.exec(line) ?? [];
  if (target === undefined || type === undefined || rest === undefined) return undefined;
  return { target, type, data: rest.split(',').map(plain) };
}

export function messagesIn(text: string): Message[] {
  return text.split(/\r?\n/).flatMap((line) => messageIn(line) ?? []);
}

/** Commas and line ends are escaped, since they separate fields and messages. */
function plain(field: string): string {
  return field
    .replaceAll('%!(VAGRANT_COMMA)', ',')
    .replaceAll('\\n', '\n')
    .replaceAll('\\r', '')
    .trimEnd();
}

/**
 * A message for users, without its prefix (`==> master: Booting VM...`). Undefined for the forty settings that vagrant-libvirt
 * shows for each machine (` -- Cpus: 1`).
 */
export function spokenIn({ target, type, data }: Message): string | undefined {
  if (type !== 'ui') return undefined;
  const [, text = ''] = data;
  const bare = text.replace(/^(?:==>|\s)*/, '');
  const words = (target === '' ? bare : bare.replace(`${target}: `, '')).trim();
  return words === '' || words.startsWith('-- ') ? undefined : words;
}

/** The error that Vagrant reports: its class, and its text for users. */
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
