/** Sentences as data, which have a text in each language: `lib/report/messages.ts`. */

/**
 * What fills the texts of a code: numbers keep what was measured, milliseconds; a list is told item by item; what has a code
 * itself is told in the same language.
 */
export interface MessageValues {
  readonly [name: string]: string | number | readonly MessageItem[] | Coded;
}

/** What fills the text of one item of a list. */
export type MessageItem = Readonly<Record<string, string | number>>;

/** What a sentence says, whatever its language: its code, such as `servers.redis-silent`, and what fills its text. */
export interface Coded {
  readonly code: string;
  readonly values: MessageValues;
}

/** Words of a program or of somebody else, as they are; or what has a code. */
export type Sentence = string | Coded;
