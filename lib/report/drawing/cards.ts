/** Nodes as cards, and arrows from whom data go to whom: for the report and for the handout. */
import { clean, largest } from '../layout.js';
import type { XmlElement } from '../xml.js';
import {
  BOLD,
  type Colours,
  fitting,
  group,
  hundredths as r,
  shape,
  widthOf,
  words,
} from './pen.js';

export type CardRole = 'master' | 'replica' | 'sentinel' | 'client' | 'down' | 'unclear';

export interface Card {
  readonly name: string;
  readonly role: CardRole;
  /** Below its name. */
  readonly lines: readonly string[];
  /** Of the eye, which is on a node with a Sentinel; undefined without one. */
  readonly eye: string | undefined;
}

export type CardColours = Pick<
  Colours,
  | 'paper'
  | 'ink'
  | 'soft'
  | 'panel'
  | 'master'
  | 'onMaster'
  | 'replica'
  | 'replicaEdge'
  | 'down'
  | 'predictedEdge'
>;

export type Link = readonly [replica: string, master: string];

/** Where the cards of a lab lie, so that they keep their places when roles change. */
export interface Layout {
  readonly places: ReadonlyMap<string, Place>;
  readonly cardWidth: number;
  readonly cardHeight: number;
  readonly height: number;
}

interface Place {
  /** Upper left corner. */
  readonly x: number;
  readonly y: number;
}

/** With a name and two lines. */
const CARD_HEIGHT = 78;
/** Beside many others a card is narrower. */
const CARD_WIDTHS = { widest: 148, least: 97.68 };
export const GAP = 26;
const ROW = 176;
/** With a name and two lines, one line, none; the rows of a slide are as close as arrows allow. */
const ON_SLIDE = [78, 56, 34].map((card) => ({ card, row: card + GAP, below: GAP }));
const IN_PAGE = { card: CARD_HEIGHT, row: ROW, below: GAP * 1.5 };

/** One node above, all others in rows below it. */
export function layOut(
  top: string | undefined,
  others: readonly string[],
  width: number,
  { widest, least } = CARD_WIDTHS,
  heights = IN_PAGE,
): Layout {
  const perRow = Math.max(1, Math.floor((width + GAP) / (least + GAP)));
  const inRow = Math.max(1, Math.min(perRow, others.length));
  const cardWidth = Math.min(widest, (width - GAP * (inRow - 1)) / inRow);
  const places = placesOf(top, others, width, perRow, cardWidth, heights);
  return {
    places,
    cardWidth,
    cardHeight: heights.card,
    height: largest([...places.values()].map(({ y }) => y)) + heights.card,
  };
}

/** Whether a card has room for its name and two lines. */
export function hasAllLines({ cardHeight }: Layout): boolean {
  return cardHeight >= CARD_HEIGHT;
}

/** Those that a slide has room for: the first has cards with most lines. */
export function layOutOnSlide(
  top: string | undefined,
  others: readonly string[],
  width: number,
  room: number,
): Layout[] {
  const layouts = ON_SLIDE.map((heights) => layOut(top, others, width, CARD_WIDTHS, heights));
  return layouts.filter(({ height }) => height <= room);
}

export function cardShapes(
  cards: readonly Card[],
  links: readonly Link[],
  layout: Layout,
  colours: CardColours,
): XmlElement[] {
  return [
    ...links.map((link) => arrow(link, layout, colours)),
    ...cards.map((card) => cardShape(card, layout, colours)),
  ];
}

function placesOf(
  top: string | undefined,
  others: readonly string[],
  width: number,
  perRow: number,
  cardWidth: number,
  { card, row: first, below }: typeof IN_PAGE,
): Map<string, Place> {
  const places = new Map<string, Place>();
  if (top) places.set(top, { x: (width - cardWidth) / 2, y: 0 });
  others.forEach((node, i) => {
    const row = Math.floor(i / perRow);
    const inRow = Math.min(perRow, others.length - row * perRow);
    // The fewer, the further apart.
    const step = Math.min(width / inRow, cardWidth + GAP * 4);
    const left = (width - (inRow - 1) * step) / 2 - cardWidth / 2;
    places.set(node, {
      x: left + (i - row * perRow) * step,
      y: first + row * (card + below),
    });
  });
  return places;
}

/** Data go from the master to the replica, and so the arrow does. */
function arrow(
  [replica, master]: readonly [string, string],
  { places, cardWidth, cardHeight }: Layout,
  colours: CardColours,
): XmlElement {
  const centre = (name: string) => {
    const { x, y } = places.get(name) ?? { x: 0, y: 0 };
    return { x: x + cardWidth / 2, y: y + cardHeight / 2 };
  };
  const [from, to] = [centre(master), centre(replica)];
  const level = Math.abs(from.y - to.y) < 1;
  const side = Math.sign(to.x - from.x) || 1;
  const down = to.y > from.y;
  const edge = (down ? 1 : -1) * (cardHeight / 2);
  // Cards in neighbouring rows are close: no more of a bend than there is room for.
  const bend = Math.sign(edge) * Math.min(cardHeight, Math.abs(to.y - from.y) - cardHeight) * 0.5;
  // Side by side: round below. Else from edge to edge.
  const d = level
    ? `M${r(from.x)} ${r(from.y + cardHeight / 2)}C${r(from.x)} ${r(from.y + cardHeight / 2 + 34)} ${r(to.x)} ${r(to.y + cardHeight / 2 + 34)} ${r(to.x)} ${r(to.y + cardHeight / 2 + 7)}`
    : `M${r(from.x + side * 14)} ${r(from.y + edge)}C${r(from.x + side * 14)} ${r(from.y + edge + bend)} ${r(to.x - side * 6)} ${r(to.y - edge - bend)} ${r(to.x - side * 6)} ${r(to.y - edge - Math.sign(edge) * 7)}`;
  const tip = level
    ? { x: to.x, y: to.y + cardHeight / 2 + 1, up: true }
    : { x: to.x - side * 6, y: to.y - edge - Math.sign(edge), up: !down };
  const wing = tip.up ? 9 : -9;
  return group({ 'data-link': `${clean(replica)} ${clean(master)}` }, [
    shape('path', { d, stroke: colours.master, 'stroke-width': 2.5, fill: 'none' }),
    shape('path', {
      d: `M${r(tip.x)} ${r(tip.y)}l-6 ${wing}h12z`,
      fill: colours.master,
    }),
  ]);
}

function cardShape(
  { name, role, lines, eye: watching }: Card,
  { places, cardWidth: width, cardHeight: height }: Layout,
  colours: CardColours,
): XmlElement {
  const { x, y } = places.get(name) ?? { x: 0, y: 0 };
  const [first = '', second = ''] = lines;
  const idle = {
    fill: colours.panel,
    edge: colours.predictedEdge,
    ink: colours.ink,
    soft: colours.soft,
  };
  const look = {
    master: {
      fill: colours.master,
      edge: colours.master,
      ink: colours.onMaster,
      soft: colours.onMaster,
    },
    replica: {
      fill: colours.replica,
      edge: colours.replicaEdge,
      ink: colours.ink,
      soft: colours.ink,
    },
    down: { fill: colours.paper, edge: colours.down, ink: colours.down, soft: colours.down },
    sentinel: idle,
    client: idle,
    unclear: idle,
  }[role];
  const room = width - 20;
  const beside = room - (watching === undefined ? 0 : 26);
  const size = widthOf(clean(name), BOLD * 16) <= beside ? 16 : 13;
  return group(
    { transform: `translate(${r(x)} ${r(y)})`, 'data-node': clean(name), 'data-role': role },
    [
      shape('rect', {
        width,
        height,
        rx: 9,
        fill: look.fill,
        stroke: look.edge,
        'stroke-width': 1.5,
        'stroke-dasharray': role === 'down' || role === 'unclear' ? '6 4' : undefined,
      }),
      words(12, 24, fitting(clean(name), beside, BOLD * size), {
        size,
        bold: true,
        fill: look.ink,
      }),
      ...[first, second].flatMap((line, i) => {
        const y = 43 + i * 20;
        const fill = i === 0 ? look.ink : look.soft;
        return y < height ? [words(12, y, fitting(clean(line), room), { fill })] : [];
      }),
      ...(watching === undefined ? [] : eye(width - 30, 14, look.ink, watching)),
    ],
  );
}

/** A Sentinel watches here. */
export function eye(x: number, y: number, ink: string, name: string): XmlElement[] {
  return [
    group(
      { transform: `translate(${r(x)} ${y})`, stroke: ink, fill: 'none', 'stroke-width': 1.6 },
      [
        shape('title', {}, name),
        shape('path', { d: 'M0 6C4 -1 14 -1 18 6C14 13 4 13 0 6Z' }),
        shape('circle', { cx: 9, cy: 6, r: 2.6, fill: ink }),
      ],
    ),
  ];
}
