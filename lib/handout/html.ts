/** The handout as one page of HTML that needs nothing else. */
import { visible, visibleLines } from '../errors.js';
import { documentFile, fillDocument } from '../render/documents.js';
import { escaped } from '../report/xml.js';
import {
  type Cell,
  commandRows,
  type Handout,
  type Inline,
  type Part,
  piecesOf,
} from './document.js';

/** One after another, each beginning on a page of its own. */
export function htmlOf(handouts: readonly Handout[]): string {
  const [first] = handouts;
  return fillDocument('handout/page.html', {
    language: first?.language,
    title: first?.title,
    style: documentFile('handout/style.css'),
    papers: handouts.map((handout, index) => {
      const { subtitle, edition, owner, title } = handout;
      const name = owner.name === undefined ? '' : visible(owner.name);
      return {
        title,
        subtitle: inline(subtitle),
        edition,
        page: `paper${index + 1}`,
        footer: cssText(name),
        ownerLabel: owner.label,
        ownerName: name,
        content: contentOf(handout, index === 0 ? '' : `p${index + 1}-`),
      };
    }),
  });
}

/** A text for a style sheet, in which only letters and digits stand for themselves. */
function cssText(text: string): string {
  return text.replace(/[^\p{L}\p{N} ,]/gu, (each) => `\\${each.codePointAt(0)?.toString(16)} `);
}

/** A longer one may be cut by the end of a page: lines of an output, rows of a table. */
const WHOLE = { lines: 16, rows: 8 };

/** A chapter is a section. */
function contentOf(handout: Handout, prefix: string): string {
  const out: string[] = [];
  let chapter = false;
  for (const group of groups(handout.parts)) {
    const [part] = group;
    if (part?.kind === 'chapter') {
      if (chapter) out.push('</section>');
      out.push(`<section aria-labelledby="${prefix}${safe(part.id)}">`);
      chapter = true;
    }
    const html = group.map((each) => htmlPart(each, handout, prefix));
    out.push(...(group.length > 1 ? ['<div class="together">', ...html, '</div>'] : html));
  }
  if (chapter) out.push('</section>');
  return out.join('\n');
}

/** A step goes on one page with its commands and their first output, unless that is long. */
function groups(parts: readonly Part[]): Part[][] {
  const found: Part[][] = [];
  for (const part of parts) {
    const last = found.at(-1) ?? [];
    const before = last[0]?.kind === 'step' ? last.at(-1)?.kind : undefined;
    const goesOn =
      (before === 'step' && part.kind === 'commands') ||
      (before === 'commands' && part.kind === 'output' && !isLong(part.text));
    if (goesOn) last.push(part);
    else found.push([part]);
  }
  return found;
}

function isLong(output: string): boolean {
  return output.split('\n').length > WHOLE.lines;
}

/** @param prefix of ids, which are this paper's own in the page */
function htmlPart(part: Part, { labels }: Handout, prefix: string): string {
  switch (part.kind) {
    case 'chapter':
      return `<h2 id="${prefix}${safe(part.id)}">${inline(part.text)}</h2>`;
    case 'heading': {
      const aside =
        part.aside === undefined ? '' : ` <span class="aside">${inline(part.aside)}</span>`;
      return `<h3 id="${prefix}${safe(part.id)}">${inline(part.text)}${aside}</h3>`;
    }
    case 'paragraph': {
      const label = part.label === undefined ? '' : `<b class="label">${inline(part.label)}</b> `;
      return `<p${label === '' ? '' : ' class="question"'}>${label}${inline(part.text)}</p>`;
    }
    case 'steps':
      return `<ol>${part.items.map((item) => `<li>${inline(item)}</li>`).join('\n')}</ol>`;
    case 'list':
      return `<ul>${part.items.map((item) => `<li>${inline(item)}</li>`).join('\n')}</ul>`;
    case 'table':
      return table(part.head, part.rows, { narrow: part.narrow });
    case 'step':
      return `<p class="step">${inline(part.text)}${part.hints.map((hint) => ` <small>${inline(hint)}</small>`).join('')}</p>`;
    case 'commands':
      return table([labels.redisLab, labels.plain], commandRows(part, labels), {
        className: 'commands',
      });
    case 'output':
      return `<figure class="output${isLong(part.text) ? ' long' : ''}"><figcaption>${inline(part.caption)}</figcaption><pre tabindex="0"><samp>${outputLines(part.text)}</samp></pre></figure>`;
    case 'lines':
      return `<div class="lines"><span>${inline(part.label)}</span>${'<i></i>'.repeat(part.count)}</div>`;
    case 'figure':
      return `<figure class="drawing">${part.svg(`${prefix}drawing`)}<figcaption>${inline(part.caption)}</figcaption></figure>`;
    case 'note':
      return `<aside class="note">${labelled(part)}${part.more ? `<br>${labelled(part.more)}` : ''}</aside>`;
  }
}

function labelled({ label, text }: { readonly label: Inline; readonly text: Inline }): string {
  return `<b class="label">${inline(label)}</b> ${inline(text)}`;
}

/** What is too long for a line goes on below it, a little to the right. */
function outputLines(text: string): string {
  return visibleLines(text)
    .split('\n')
    .map((line) => `<span>${escaped(line)}\n</span>`)
    .join('');
}

/** A line breaks between its words, and nowhere in one for which a whole line has room. */
function codeOf(line: string, className?: string): string {
  const words = line.split(' ').map((word) => {
    const text = safe(word);
    return /^[\w.]*$/.test(word) ? text : `<span>${text}</span>`;
  });
  return `<code${className === undefined ? '' : ` class="${className}"`}>${words.join(' ')}</code>`;
}

interface Look {
  readonly className?: string;
  readonly narrow?: readonly number[] | undefined;
}

function table(
  head: readonly Inline[],
  rows: readonly (readonly Cell[])[],
  { className = '', narrow = [] }: Look,
): string {
  const klass = (column: number) => (narrow.includes(column) ? ' class="narrow"' : '');
  const heading = head
    .map((text, column) => `<th scope="col"${klass(column)}>${inline(text)}</th>`)
    .join('');
  const body = rows
    .map(
      (cells) =>
        `<tr>${cells.map((content, column) => `<td${klass(column)} data-label="${safe(plainText(head[column] ?? ''))}">${cell(content)}</td>`).join('')}</tr>`,
    )
    .join('\n');
  const classes = ['table', className, rows.length > WHOLE.rows ? '' : 'whole'].filter(Boolean);
  return `<div class="${classes.join(' ')}" tabindex="0"><table><thead><tr>${heading}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function cell(content: Cell): string {
  if (typeof content === 'string') return inline(content);
  return content.code
    .split('\n')
    .map((line) => codeOf(line, 'line'))
    .join('');
}

function plainText(text: Inline): string {
  return piecesOf(text)
    .map((piece) => piece.text)
    .join('');
}

function inline(text: Inline): string {
  return piecesOf(text)
    .map((piece) => {
      const inner = safe(piece.text);
      if (piece.kind === 'code') return codeOf(piece.text);
      if (piece.kind === 'strong') return `<strong>${inner}</strong>`;
      if (piece.kind === 'link') return `<a href="${safe(piece.address ?? '')}">${inner}</a>`;
      return inner;
    })
    .join('');
}

/** What others wrote neither becomes markup nor turns a line round. */
function safe(foreign: string): string {
  return escaped(visibleLines(foreign));
}
