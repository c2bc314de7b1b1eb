/** A drawing as SVG: within a page, or as a file for a slide. */
import { xmlDocument, xmlFragment } from '../xml.js';
import { type Drawing, LIGHT, moved, shape, words } from './pen.js';

const FONTS =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif";

/** Part of a page that has the colours; `id` is this drawing's own in the page. */
export function inlineSvg(drawing: Drawing, id: string, className: string): string {
  const { width, height, title, description, shapes } = drawing;
  return xmlFragment(
    shape(
      'svg',
      {
        viewBox: `0 0 ${width} ${Math.ceil(height)}`,
        class: className,
        role: 'img',
        'aria-labelledby': `${id}-title ${id}-desc`,
      },
      [
        shape('title', { id: `${id}-title` }, title),
        shape('desc', { id: `${id}-desc` }, description),
        ...shapes,
      ],
    ),
  );
}

const MARGIN = 40;
const HEAD = 76;

/** A file that is complete in itself, on a light ground, with what it shows written above it. */
export function svgFile(drawing: Drawing, lang: string, subtitle: string): string {
  const { title, description, shapes } = drawing;
  const width = drawing.width + 2 * MARGIN;
  const height = Math.ceil(drawing.height) + 2 * MARGIN + HEAD;
  return xmlDocument(
    shape(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        lang,
        'font-family': FONTS,
        role: 'img',
        'aria-labelledby': 'title desc',
      },
      [
        shape('title', { id: 'title' }, title),
        shape('desc', { id: 'desc' }, description),
        shape('rect', { width, height, fill: LIGHT.paper }),
        words(MARGIN, MARGIN + 22, title, { size: 26, bold: true, fill: LIGHT.ink }),
        words(MARGIN, MARGIN + 48, subtitle, { size: 15, fill: LIGHT.soft }),
        moved(MARGIN, MARGIN + HEAD, shapes),
      ],
    ),
  );
}
