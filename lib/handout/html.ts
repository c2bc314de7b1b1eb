/** The handout as one page of HTML that needs nothing else. */
import { visible, visibleLines } from '../errors.js';
import { documentFile, fillDocument } from '../render/documents.js';
import { escaped } from '../render/markup.js';
import { type Cell, type Handout, type Inline, type Part, piecesOf } from './document.js';

export function htmlOf(handout: Handout): string {
  const { language, title, subtitle, edition, owner } = handout;
  return fillDocument('handout/page.html', {
    language,
    title,
    subtitle: inline(subtitle),
    edition,
    ownerLabel: owner.label,
    ownerName: owner.name === undefined ? '' : visible(owner.name),
    style: documentFile('handout/style.css'),
    content: contentOf(handout),
  });
}

/** An output of more lines may be cut by the end of a page. */
const WHOLE_LINES = 10;

/** A chapter is a section. */
function contentOf(handout: Handout): string {
  const out: string[] = [];
  let chapter = false;
  for (const part of handout.parts) {
    if (part.kind === 'chapter') {
      if (chapter) out.push('</section>');
      out.push(`<section aria-labelledby="${safe(part.id)}">`);
      chapter = true;
    }
    out.push(htmlPart(part, handout));
  }
  if (chapter) out.push('</section>');
  return out.join('\n');
}

function htmlPart(part: Part, { labels }: Handout): string {
  switch (part.kind) {
    case 'chapter':
      return `<h2 id="${safe(part.id)}">${inline(part.text)}</h2>`;
    case 'heading': {
      const aside =
        part.aside === undefined ? '' : ` <span class="aside">${inline(part.aside)}</span>`;
      return `<h3 id="${safe(part.id)}">${inline(part.text)}${aside}</h3>`;
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
      return table(part.head, part.rows, part.narrow ?? []);
    case 'step':
      return `<p class="step">${inline(part.text)}${part.hints.map((hint) => ` <small>${inline(hint)}</small>`).join('')}</p>`;
    case 'commands':
      return `<div class="commands">${part.commands
        .map(
          ({ redisLab, plain }) =>
            `<div class="pair">${command(labels.redisLab, redisLab, labels.nothing)}${command(labels.plain, plain, labels.nothing)}</div>`,
        )
        .join('\n')}</div>`;
    case 'output':
      return `<figure class="output${part.text.split('\n').length > WHOLE_LINES ? ' long' : ''}"><figcaption>${inline(part.caption)}</figcaption><pre tabindex="0"><samp>${safe(part.text)}</samp></pre></figure>`;
    case 'lines':
      return `<div class="lines"><span>${inline(part.label)}</span>${'<i></i>'.repeat(part.count)}</div>`;
    case 'figure':
      return `<figure class="drawing">${part.svg}<figcaption>${inline(part.caption)}</figcaption></figure>`;
    case 'note':
      return `<aside class="note"><b class="label">${inline(part.label)}</b> ${inline(part.text)}</aside>`;
  }
}

function command(label: string, line: string | undefined, nothing: string): string {
  const what =
    line === undefined
      ? `<p class="nothing">${safe(nothing)}</p>`
      : `<pre tabindex="0"><code>${safe(line)}</code></pre>`;
  return `<div><span class="reader">${safe(label)}</span>${what}</div>`;
}

function table(
  head: readonly Inline[],
  rows: readonly (readonly Cell[])[],
  narrow: readonly number[],
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
  return `<div class="table" tabindex="0"><table><thead><tr>${heading}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function cell(content: Cell): string {
  return typeof content === 'string' ? inline(content) : `<code>${safe(content.code)}</code>`;
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
      if (piece.kind === 'code') return `<code>${inner}</code>`;
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
