/** What a node does at its first boot, and what stands in its configurations, line by line. */
import { masterOf } from '../../model/model.js';
import { say } from '../../render/texts.js';
import { type Configuration, configurationsOf, type Line } from '../directives.js';
import type { Cell, Code, Part } from '../document.js';
import type { Writing } from '../writing.js';

/** Nodes whose files are shown; a larger lab only has more of the same. */
const MOST_NODES_SHOWN = 6;

export function installation(writing: Writing): Part[] {
  const { installation: steps, chapters } = writing.texts;
  const { lab } = writing;
  return [
    {
      kind: 'steps',
      items: [
        steps.user,
        steps.kernel,
        steps.firewall,
        steps.configuration,
        lab.redis.restartMs === null ? steps.units : steps.unitsRestart,
        lab.redis.install === 'source' ? steps.source : steps.package,
        steps.start,
      ].map((text) => writing.say(text)),
    },
    {
      kind: 'heading',
      id: 'configurations',
      text: chapters.installation.configurations,
    },
    ...(writing.options.short
      ? [{ kind: 'paragraph' as const, text: writing.say(chapters.installation.short) }]
      : printed(writing)),
  ];
}

function printed(writing: Writing): Part[] {
  const { lab } = writing;
  const { chapters } = writing.texts;
  const isMaster = ({ node }: Configuration) => Number(node === masterOf(lab));
  // The master's is the one that others are compared with, wherever the description has it.
  const all = configurationsOf(lab).toSorted((one, other) => isMaster(other) - isMaster(one));
  const shown = new Set(lab.nodes.slice(0, MOST_NODES_SHOWN));
  const files = (['redis.conf', 'sentinel.conf'] as const).flatMap((file) =>
    configurations(
      writing,
      all.filter((each) => each.file === file && shown.has(each.node)),
    ),
  );
  const unseen = lab.nodes.length - shown.size;
  return [
    { kind: 'paragraph', text: writing.say(chapters.installation.configurationsIntro) },
    ...files,
    ...(unseen > 0
      ? [
          {
            kind: 'paragraph' as const,
            text: writing.say(chapters.installation.more, { count: unseen }),
          },
        ]
      : []),
  ];
}

/** The first file whole, of the others what is different; what a line means is told once. */
function configurations(writing: Writing, [first, ...others]: readonly Configuration[]): Part[] {
  if (!first) return [];
  const { page, chapters } = writing.texts;
  const { file } = first;
  const known = new Set(first.lines.map(({ text }) => text));
  // Which node's file has the explanation.
  const told = new Map(first.lines.map(({ directive }) => [directive, first.node.name]));
  const different = others.flatMap(({ node, lines }) => {
    const other = lines.filter(({ text }) => !known.has(text));
    const meanings = other.map((line) => {
      const where = told.get(line.directive) ?? node.name;
      told.set(line.directive, where);
      return where === node.name
        ? meaning(writing, file, line)
        : say(page.explained, { node: where });
    });
    return grouped(other, meanings).map(([code, text]): Cell[] => [`\`${node.name}\``, code, text]);
  });
  return [
    {
      kind: 'paragraph',
      text: say(chapters.installation.whole, { file, node: first.node.name }),
    },
    {
      kind: 'table',
      head: [page.line, page.meaning],
      rows: grouped(
        first.lines,
        first.lines.map((line) => meaning(writing, file, line)),
      ),
    },
    ...(different.length > 0
      ? [
          { kind: 'paragraph' as const, text: say(chapters.installation.differs, { file }) },
          {
            kind: 'table' as const,
            head: [page.node, page.line, page.meaning],
            rows: different,
            narrow: [0],
          },
        ]
      : []),
  ];
}

/** Lines that follow each other and mean the same, with what they mean. */
function grouped(lines: readonly Line[], meanings: readonly string[]): [Code, string][] {
  const groups: { readonly lines: string[]; readonly meaning: string }[] = [];
  for (const [i, meaning] of meanings.entries()) {
    const text = lines[i]?.text ?? '';
    const last = groups.at(-1);
    if (last?.meaning === meaning) last.lines.push(text);
    else groups.push({ lines: [text], meaning });
  }
  return groups.map((group) => [{ code: group.lines.join('\n') }, group.meaning]);
}

/** @throws Error for a directive that nobody has explained: a defect */
function meaning(writing: Writing, file: Configuration['file'], { directive, own }: Line): string {
  const { directives } = writing.texts;
  const known: Readonly<Record<string, string>> =
    file === 'redis.conf' ? directives.redis : directives.sentinel;
  const text = own ? directives.redis.own : known[directive];
  if (text === undefined) throw new Error(`${file}: ${directive} has no explanation`);
  return text;
}
