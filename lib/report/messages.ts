/** Sentences by their codes, in each language: problems, reasons, notes, details of a timeline. Pure. */
import { say, type Texts, textsOf } from '../render/texts.js';
import type { Coded, MessageItem, MessageValues } from './types.generated.js';

export type { Coded, MessageItem, MessageValues };

/** A sentence in English, with what it is known by. */
export interface Message extends Coded {
  readonly text: string;
}

/** A code of ours: `templates/messages/` has a text for it. */
export type MessageCode = keyof Texts<'messages'>;

export function message(code: MessageCode, values: MessageValues = {}): Message {
  return { code, values, text: textOf(messageIn({ code, values }, 'en', '.') ?? []) };
}

/** Words of a program or of somebody else, as they are. */
export function quoted(said: string): Message {
  return message('said', { said });
}

/** Of a sentence of a program, or of what has a code; one that is not ours is its own text. Never throws. */
export function messageOf(told: string | Coded): Message {
  if (typeof told === 'string') return quoted(told);
  const { code, values } = told;
  return { code, values, text: textOf(toldIn(ENGLISH, code, [told])) };
}

export function codesOf(messages: readonly Coded[]): Coded[] {
  return messages.map(({ code, values }) => ({ code, values }));
}

export function joined(messages: readonly Message[], between = '; '): string {
  return messages.map(({ text }) => text).join(between);
}

/** A part of a sentence, and whether it is English whatever the language: words of a program, or of an older result. */
export interface Told {
  readonly text: string;
  readonly english: boolean;
}

/** Which language, and what stands there between a whole number and its fraction. */
export interface Language {
  readonly lang: string;
  readonly decimal: string;
}

export const ENGLISH: Language = { lang: 'en', decimal: '.' };

/** In a language if all of it has codes that are ours, else in English as it stands. */
export function toldIn(
  { lang, decimal }: Language,
  text: string,
  codes: readonly Coded[] | undefined,
  between = '; ',
): readonly Told[] {
  const parts = codes?.map((each) => messageIn(each, lang, decimal));
  if (!parts || parts.length === 0 || parts.includes(undefined)) return [{ text, english: true }];
  return parts.flatMap((each, i) => [
    ...(i > 0 ? [{ text: between, english: lang === 'en' }] : []),
    ...(each ?? []),
  ]);
}

export function textOf(parts: readonly Told[]): string {
  return parts.map(({ text }) => text).join('');
}

/** Undefined for a code that is not ours, or values that do not fill its text: a file may have been written by anybody. */
function messageIn(
  { code, values }: Coded,
  lang: string,
  decimal: string,
): readonly Told[] | undefined {
  const texts: Readonly<Record<string, string>> = textsOf('messages', lang);
  const text = Object.hasOwn(texts, code) ? texts[code] : undefined;
  if (text === undefined) return undefined;
  try {
    return fill(text, values, { lang, decimal, each: texts[`${code}.each`] });
  } catch {
    return undefined;
  }
}

export interface FillOptions extends Language {
  /** The text of one item of a list. */
  readonly each?: string | undefined;
  /** In place of a list without items. */
  readonly none?: string | undefined;
}

/** What a program said, word for word, is told from what is said about it. */
const SAID = '{said}';

/**
 * A text with its places filled.
 * @throws Error for a place without a value: a defect
 */
export function fill(
  text: string,
  values: MessageValues,
  { each = '', none = '', ...language }: FillOptions,
): readonly Told[] {
  const own = (words: string): Told => ({ text: words, english: language.lang === 'en' });
  return text
    .split(/(\{\w+\})/)
    .filter((part) => part !== '')
    .flatMap((part) => {
      const value = part.startsWith('{') ? values[part.slice(1, -1)] : undefined;
      if (!isList(value)) {
        const filled = say(part, shown(values, language.decimal));
        return [part === SAID ? { text: filled, english: true } : own(filled)];
      }
      if (value.length === 0) return [own(none)];
      return value.flatMap((item, i) => [
        ...(i > 0 ? [own(', ')] : []),
        ...fill(each, item, language),
      ]);
    });
}

function isList(value: MessageValues[string] | undefined): value is readonly MessageItem[] {
  return Array.isArray(value);
}

/** Times to a tenth of a millisecond, below ten, else to a whole one. */
function shown(values: MessageValues, decimal: string): MessageItem {
  const round = (value: number) =>
    String(Math.abs(value) < 10 ? Math.round(value * 10) / 10 : Math.round(value)).replace(
      '.',
      decimal,
    );
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      if (isList(value)) return [];
      return [[name, typeof value === 'number' ? round(value) : value]];
    }),
  );
}
