/** The mistakes of the old page: for students to mend, for instructors with what is right. */
import type { Part } from '../document.js';
import { data } from '../errata.generated.js';
import type { Writing } from '../writing.js';

/** The old page's lines that were wrong, as they stood there. Why is in the texts, under the same ids. */
const ERRATA = data.said;

type ErratumId = keyof typeof ERRATA;

/** Those that students find and mend: commands and lines of configurations. */
const TO_MEND: readonly ErratumId[] = data.toMend;

export function toMend(writing: Writing): Part {
  const { page } = writing.texts;
  return {
    kind: 'table',
    head: [page.said, page.wrong, page.right],
    rows: TO_MEND.map((id) => [{ code: ERRATA[id].join('\n') }, '', '']),
  };
}

export function errata(writing: Writing): Part[] {
  const { page, chapters } = writing.texts;
  const others = (Object.keys(ERRATA) as ErratumId[]).filter((id) => !TO_MEND.includes(id));
  return [
    { kind: 'chapter', id: 'errata', text: chapters.errata.title },
    { kind: 'paragraph', text: chapters.errata.intro },
    {
      kind: 'table',
      head: [page.said, page.wrong, page.right],
      rows: [...TO_MEND, ...others].map((id) => [
        { code: ERRATA[id].join('\n') },
        ...erratum(writing, id),
      ]),
    },
  ];
}

function erratum(writing: Writing, id: ErratumId): [string, string] {
  const { wrong, right } = writing.texts.errata[id];
  const isPackage = id === 'download' && writing.lab.redis.install === 'package';
  return [
    writing.say(wrong),
    writing.say(isPackage ? writing.texts.errata.download.rightPackage : right),
  ];
}
