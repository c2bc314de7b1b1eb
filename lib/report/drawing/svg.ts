/** A drawing as SVG: within a page, or as a file for a slide. */
import { xmlDocument, xmlFragment } from '../xml.js';
import { between } from './labels.js';
import { LEGEND_ROW, LEGEND_ROWS, legendShapes } from './legend.js';
import { BOLD, type Drawing, fitting, moved, type Pen, shape, widthOf, words } from './pen.js';

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

/** 16 : 9, so small that the letters, which are 13 high, can be read at the back of a room. */
const SLIDE = { width: 640, height: 360 };
const MARGIN = 16;
const HEAD = 36;
const FOOT = 24 + LEGEND_ROWS * LEGEND_ROW;

/** What a drawing on a slide has room for. */
export const ON_SLIDE = {
  width: SLIDE.width - 2 * MARGIN,
  room: SLIDE.height - HEAD - FOOT,
} as const;

/** A slide that is complete in itself: what it shows is written above it, what its marks mean and what run it was below. */
export function svgFile(drawing: Drawing, lang: string, subtitle: string, pen: Pen): string {
  const { title, description, shapes, legend = [] } = drawing;
  const { width, height } = SLIDE;
  const { colours } = pen;
  // What has no room all the same is smaller, and never cut off.
  const scale = Math.min(1, ON_SLIDE.room / drawing.height);
  const size = between(13, Math.floor(ON_SLIDE.width / widthOf(title, BOLD)), 20);
  const left = MARGIN + (ON_SLIDE.width * (1 - scale)) / 2;
  return xmlDocument(
    shape(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        viewBox: `0 0 ${width} ${height}`,
        width: width * 2,
        height: height * 2,
        lang,
        'font-family': FONTS,
        role: 'img',
        'aria-labelledby': 'title desc',
      },
      [
        shape('title', { id: 'title' }, title),
        shape('desc', { id: 'desc' }, description),
        shape('rect', { width, height, fill: colours.paper }),
        words(MARGIN, 26, fitting(title, ON_SLIDE.width, size * BOLD), {
          size,
          bold: true,
          fill: colours.ink,
        }),
        shape(
          'g',
          {
            transform: `translate(${left} ${HEAD})${scale < 1 ? ` scale(${scale.toFixed(3)})` : ''}`,
          },
          shapes,
        ),
        moved(MARGIN, 0, legendShapes(legend, height - 32, pen)),
        words(MARGIN, height - 10, fitting(subtitle, ON_SLIDE.width), { fill: colours.soft }),
      ],
    ),
  );
}
