/** Sentences by their codes, in each language: problems, reasons, notes, details of a timeline. Pure. */
import type { Coded, MessageItem, MessageValues, Sentence } from '../coded.js';
import { say, type Texts, textsOf } from '../render/texts.js';
import { clean } from './layout.js';

export type { Coded, MessageItem, MessageValues, Sentence };

/** A sentence in English, with what it is known by. */
export interface Message extends Coded {
  readonly text: string;
}

/** Where the texts of codes are: `templates/messages/`, and of what doctor says, `templates/doctor/`. */
const DOCUMENTS = ['messages', 'doctor'] as const;

/** A code of ours: there is a text for it. */
export type MessageCode = keyof Texts<'messages'> | keyof Texts<'doctor'>;

export function message(code: MessageCode, values: MessageValues = {}): Message {
  return messageOf({ code, values });
}

/** Words of a program or of somebody else, as they are. */
export function quoted(said: string): Message {
  return message('said', { said });
}

/** The message of words or of a code; an unknown code keeps its text, or stands for itself. Never throws. */
export function messageOf(told: Sentence | Message): Message {
  if (typeof told === 'string') return quoted(told);
  const known = 'text' in told ? told.text : told.code;
  return { ...coded(told), text: textOf(toldIn(ENGLISH, known, [told])) };
}

export function codesOf(messages: readonly Coded[]): Coded[] {
  return messages.map(coded);
}

/** As data: without its text and those in its values. */
function coded({ code, values }: Coded): Coded {
  const bare = Object.entries(values).map(([name, value]) => [
    name,
    isCoded(value) ? coded(value) : value,
  ]);
  return { code, values: Object.fromEntries(bare) };
}

/** A sentence as an event has it. */
export function asTold(told: Sentence): {
  readonly text: string;
  readonly codes?: readonly Coded[];
} {
  if (typeof told === 'string') return { text: told };
  return { text: messageOf(told).text, codes: codesOf([told]) };
}

/** Several sentences as one. */
export function inTurn([first = quoted(''), ...others]: readonly Message[]): Message {
  return others.reduce((said, next) => message('in-turn', { said, next }), first);
}

export function inEnglish(told: Sentence): string {
  return asTold(told).text;
}

/** A sentence in a language. */
export function sentenceIn(language: Language, told: Sentence): string {
  const { text, codes } = asTold(told);
  return textOf(toldIn(language, text, codes));
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

/** In the language if all codes are known, else the English text as it is. */
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

/** Fit for a page or a terminal, as any part may be somebody else's words. Neighbours in one language become one part. */
export function cleaned(parts: readonly Told[]): readonly Told[] {
  const merged: Told[] = [];
  for (const { text, english } of parts) {
    const last = merged.at(-1);
    if (last?.english === english) merged[merged.length - 1] = { text: last.text + text, english };
    else if (text !== '') merged.push({ text, english });
  }
  return merged.map(({ text, english }) => ({ text: clean(text), english }));
}

/** Undefined for an unknown code, or values that don't fill its text: a file may have been written by anybody. */
function messageIn(
  { code, values }: Coded,
  lang: string,
  decimal: string,
): readonly Told[] | undefined {
  const text = codeText(code, lang);
  if (text === undefined) return undefined;
  try {
    return fill(text, values, { lang, decimal, each: codeText(`${code}.each`, lang) });
  } catch {
    return undefined;
  }
}

function codeText(code: string, lang: string): string | undefined {
  for (const document of DOCUMENTS) {
    const texts: Readonly<Record<string, string>> = textsOf(document, lang);
    if (Object.hasOwn(texts, code)) return texts[code];
  }
  return code.startsWith(OF_CHECK) ? findingText(code.slice(OF_CHECK.length), lang) : undefined;
}

/** In front of the code of a rule of `check`. */
const OF_CHECK = 'check.';

function findingText(rule: string, lang: string): string | undefined {
  const rules: Readonly<Record<string, Texts<'check'>['rules']['line.bom']>> = textsOf(
    'check',
    lang,
  ).rules;
  const text = Object.hasOwn(rules, rule) ? rules[rule] : undefined;
  return text && `${text.says} ${text.effect} ${text.fix}`;
}

interface FillOptions extends Language {
  /** The text of one item of a list. */
  readonly each?: string | undefined;
  /** In place of a list without items. */
  readonly none?: string | undefined;
}

/** Words of a program, which are marked as English. */
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
      if (isCoded(value)) {
        const inner = messageIn(value, language.lang, language.decimal);
        if (inner) return inner;
        throw new Error(`"${value.code}" is not known, in "${text}"`);
      }
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

function isCoded(value: MessageValues[string] | undefined): value is Coded {
  return typeof value === 'object' && !isList(value);
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
      if (typeof value === 'object') return [];
      return [[name, typeof value === 'number' ? round(value) : value]];
    }),
  );
}
