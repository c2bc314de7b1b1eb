/** What each mark of a slide means. */
import type { XmlElement } from '../xml.js';
import { group, type LegendItem, moved, type Pen, widthOf, words } from './pen.js';

const SWATCH = 18;

/** How many rows a slide keeps free for them. */
export const LEGEND_ROWS = 2;
export const LEGEND_ROW = 20;

/** The items beside each other, in as many rows as they need; `baseline` is that of the last one. */
export function legendShapes(
  items: readonly LegendItem[],
  baseline: number,
  { colours, width }: Pen,
): XmlElement[] {
  let x = 0;
  let row = 0;
  const placed = items.map(({ swatch, text }) => {
    const room = SWATCH + 8 + widthOf(text);
    if (x > 0 && x + room > width) {
      x = 0;
      row += 1;
    }
    const place = { x, row, swatch, text };
    x += room + 8;
    return place;
  });
  return placed.map((each) =>
    moved(each.x, baseline - (row - each.row) * LEGEND_ROW, [
      group({ 'data-legend': each.text }, [
        moved(SWATCH / 2, -4.5, each.swatch),
        words(SWATCH + 6, 0, each.text, { fill: colours.soft }),
      ]),
    ]),
  );
}
