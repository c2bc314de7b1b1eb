/** What the handout is taken from, by the engine. */
import type { Part } from '../document.js';
import { data } from '../sources.generated.js';
import type { Writing } from '../writing.js';

export function sources(writing: Writing): Part[] {
  const { chapters, sources: names } = writing.texts;
  const known = data[writing.lab.redis.engine];
  return [
    { kind: 'chapter', id: 'sources', text: chapters.sources.title },
    { kind: 'paragraph', text: chapters.sources.intro },
    {
      kind: 'list',
      items: (Object.keys(known) as (keyof typeof known)[]).map(
        (key) => `${names[key]}: [${known[key]}](${known[key]})`,
      ),
    },
  ];
}
