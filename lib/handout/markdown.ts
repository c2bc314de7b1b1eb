/** The handout as Markdown, as GitHub reads it. */
import { visible, visibleLines } from '../errors.js';
import {
  type Cell,
  commandRows,
  type Handout,
  type Inline,
  type Part,
  piecesOf,
} from './document.js';

/** One after another, with a line across between them. Ends with a newline. */
export function markdownOf(handouts: readonly Handout[]): string {
  return handouts.map(paperOf).join('\n---\n\n');
}

function paperOf(handout: Handout): string {
  const { owner } = handout;
  const name = owner.name === undefined ? '_'.repeat(40) : escaped(owner.name);
  const blocks = [
    `# ${escaped(handout.title)}`,
    inline(handout.subtitle),
    `**${escaped(handout.edition)}**`,
    `${escaped(owner.label)}: ${name}`,
    ...handout.parts.map((part) => markdownPart(part, handout)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function markdownPart(part: Part, { labels }: Handout): string {
  switch (part.kind) {
    case 'chapter':
      return `## ${inline(part.text)}`;
    case 'heading':
      return `### ${inline(part.text)}${part.aside === undefined ? '' : ` (${inline(part.aside)})`}`;
    case 'paragraph':
      return part.label === undefined
        ? inline(part.text)
        : `**${inline(part.label)}:** ${inline(part.text)}`;
    case 'steps':
      return part.items.map((item, index) => `${index + 1}. ${inline(item)}`).join('\n');
    case 'list':
      return part.items.map((item) => `- ${inline(item)}`).join('\n');
    case 'table':
      return table(part.head, part.rows);
    case 'step':
      return [`**▸** ${inline(part.text)}`, ...part.hints.map((hint) => `*${inline(hint)}*`)].join(
        ' ',
      );
    case 'commands':
      return table([labels.redisLab, labels.plain], commandRows(part, labels));
    case 'output':
      return `${inline(part.caption)}\n\n${fenced(part.text)}`;
    case 'lines':
      return `${inline(part.label)}:\n\n${Array.from({ length: part.count }, () => '_'.repeat(72)).join('\n\n')}`;
    case 'figure':
      return `${fenced(part.drawing)}\n\n${inline(part.caption)}`;
    case 'note':
      return [part, ...(part.more ? [part.more] : [])]
        .map(({ label, text }) => `> **${inline(label)}:** ${inline(text)}`)
        .join('\n>\n');
  }
}

function table(head: readonly Inline[], rows: readonly (readonly Cell[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(head.map((each) => inline(each, codeInCell))),
    row(head.map(() => '---')),
    ...rows.map((cells) => row(cells.map(cell))),
  ].join('\n');
}

/** In a table a pipe ends the cell, even in code; elsewhere the backslash before it would be seen. */
function codeInCell(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|');
}

function cell(content: Cell): string {
  if (content === '') return ' ';
  if (typeof content === 'string') return inline(content, codeInCell).replaceAll('\n', ' ');
  return content.code.split('\n').map(codeInCell).join('<br>');
}

function fenced(foreign: string): string {
  const text = visibleLines(foreign);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function codeSpan(text: string): string {
  const clean = oneLine(text);
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const room = longest > 0 || clean.startsWith(' ') ? ' ' : '';
  return `${fence}${room}${clean}${room}${fence}`;
}

function inline(text: Inline, code = codeSpan): string {
  return piecesOf(text)
    .map((piece) => {
      if (piece.kind === 'code') return code(piece.text);
      if (piece.kind === 'strong') return `**${escaped(piece.text)}**`;
      if (piece.kind === 'link') return `[${escaped(piece.text)}](${piece.address})`;
      return escaped(piece.text);
    })
    .join('');
}

/** What begins a line could be a heading, a list or the end of a quote. */
function oneLine(text: string): string {
  return visible(text.replaceAll(/\r?\n/g, ' '));
}

/** Every character that could mean something to a reader of Markdown stands for itself. */
function escaped(text: string): string {
  return oneLine(text)
    .replace(/[\\`*[\]<>|~#]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replace(/(?<!\w)_(?=\w)|(?<=\w)_(?!\w)/g, '\\_');
}
