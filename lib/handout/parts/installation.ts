/** What a node does at its first boot, and what stands in its configurations, line by line. */
import { masterOf } from '../../model/model.js';
import { say } from '../../render/texts.js';
import { type Configuration, configurationsOf, type Line } from '../directives.js';
import type { Cell, Part } from '../document.js';
import type { Writing } from '../writing.js';

/** Nodes whose files are shown; a larger lab only has more of the same. */
const MOST_NODES_SHOWN = 6;

export function installation(writing: Writing): Part[] {
  const { installation: steps, chapters } = writing.texts;
  const { lab } = writing;
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
  const told = new Set(first.lines.map(({ directive }) => directive));
  const different = others.flatMap(({ node, lines }) =>
    lines
      .filter(({ text }) => !known.has(text))
      .map((line, index): Cell[] => {
        const isAbove = told.has(line.directive);
        told.add(line.directive);
        return [
          index === 0 ? `\`${node.name}\`` : '″',
          { code: line.text },
          isAbove ? page.above : meaning(writing, file, line),
        ];
      }),
  );
  return [
    {
      kind: 'paragraph',
      text: say(chapters.installation.whole, { file, node: first.node.name }),
    },
    {
      kind: 'table',
      head: [page.line, page.meaning],
      // One explanation for a run of lines of the same kind.
      rows: first.lines.map((line, index): Cell[] => [
        { code: line.text },
        first.lines[index - 1]?.directive === line.directive && !line.own
          ? '″'
          : meaning(writing, file, line),
      ]),
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

/** @throws Error for a directive that nobody has explained: a defect */
function meaning(writing: Writing, file: Configuration['file'], { directive, own }: Line): string {
  const { directives } = writing.texts;
  const known: Readonly<Record<string, string>> =
    file === 'redis.conf' ? directives.redis : directives.sentinel;
  const text = own ? directives.redis.own : known[directive];
  if (text === undefined) throw new Error(`${file}: ${directive} has no explanation`);
  return text;
}
