/** What every drawing is made with: colours, language and width, and the shapes that they share. */
import { visible } from '../../errors.js';
import type { DocumentName } from '../../render/languages.js';
import { say, type Texts } from '../../render/texts.js';
import { seconds as plainSeconds } from '../layout.js';
import type { XmlElement } from '../xml.js';

export type ReportTexts = Texts<'report' & DocumentName>;

/** By what they stand for. Whatever a colour says is said by a shape or a word as well. */
export interface Colours {
  readonly paper: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly panel: string;
  /** Shades of the phases, in turn. */
  readonly phase: string;
  readonly otherPhase: string;
  readonly master: string;
  readonly onMaster: string;
  readonly replica: string;
  readonly replicaEdge: string;
  readonly down: string;
  readonly kept: string;
  readonly lost: string;
  readonly refused: string;
  readonly unknown: string;
  readonly predicted: string;
  readonly predictedEdge: string;
}

/** For slides: what is a name in the page's style sheet is a value here. The same as its light ones; a test compares them. */
export const LIGHT: Colours = {
  paper: '#ffffff',
  ink: '#15202b',
  soft: '#4a5866',
  line: '#d5dce3',
  panel: '#f3f6f9',
  phase: '#e9f0f7',
  otherPhase: '#d6e3ef',
  master: '#0a5a9c',
  onMaster: '#ffffff',
  replica: '#d3e6f5',
  replicaEdge: '#4d8fc4',
  down: '#b33c00',
  kept: '#0a5a9c',
  lost: '#c43d00',
  refused: '#808c98',
  unknown: '#8c3fa0',
  predicted: '#dde4ea',
  predictedEdge: '#7c8894',
};

/** In a page the style sheet decides, by light or dark: `--other-phase` for `otherPhase`. */
export const OF_PAGE: Colours = Object.fromEntries(
  Object.keys(LIGHT).map((name) => [name, `var(--${cssName(name)})`]),
) as unknown as Colours;

export function cssName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The same on a dark ground: as the page has it where a reader wants it dark. */
export const DARK: Colours = {
  paper: '#11171d',
  ink: '#e8edf2',
  soft: '#a9b5c1',
  line: '#323d48',
  panel: '#19212a',
  phase: '#192632',
  otherPhase: '#233648',
  master: '#63b3ed',
  onMaster: '#0b1218',
  replica: '#1d3a52',
  replicaEdge: '#5b97c7',
  down: '#ff8f5c',
  kept: '#63b3ed',
  lost: '#ff7f4d',
  refused: '#7f8b97',
  unknown: '#cf97dd',
  predicted: '#2f3b46',
  predictedEdge: '#8793a0',
};

export interface Pen {
  readonly colours: Colours;
  readonly texts: ReportTexts;
  /** Of the whole drawing, in its own units. */
  readonly width: number;
  /** How high a slide has room for; undefined in a page, which is as long as it needs to be. */
  readonly room?: number;
}

/** Drawings narrower than this are for a phone: names stand above their rows, not beside them. */
const NARROW = 500;

export function isNarrow({ width }: Pen): boolean {
  return width < NARROW;
}

/** A finished drawing, still as data. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What it shows, in a few words. */
  readonly title: string;
  /** What there is to see, in sentences, for those who do not see it. */
  readonly description: string;
  readonly shapes: readonly XmlElement[];
  /** Marks that no word stands at. */
  readonly legend?: readonly LegendItem[];
}

/** What a mark means. */
export interface LegendItem {
  /** Round 0, 0: at most 18 wide and 14 high. */
  readonly swatch: readonly XmlElement[];
  readonly text: string;
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** As exactly as a place is drawn. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

/** An element; numbers in units are cut to hundredths, `data-` ones never. Names are others': no character is hidden. */
export function shape(
  name: string,
  attributes: Attributes = {},
  children: XmlElement['children'] = [],
): XmlElement {
  const given: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (typeof value === 'string') given[key] = visible(value);
    else given[key] = key.startsWith('data-') ? value : hundredths(value);
  }
  const inside = typeof children === 'string' ? visible(children) : children;
  return { name, attributes: given, children: inside };
}

export function group(attributes: Attributes, children: readonly XmlElement[]): XmlElement {
  return shape('g', attributes, children);
}

/** A line along a path. */
export function stroke(d: string, colour: string, width: number, dashes?: string): XmlElement {
  return shape('path', {
    d,
    stroke: colour,
    'stroke-width': width,
    'stroke-dasharray': dashes,
    fill: 'none',
  });
}

/** Shapes at another place. */
export function moved(x: number, y: number, shapes: readonly XmlElement[]): XmlElement {
  return group({ transform: `translate(${x} ${y})` }, shapes);
}

interface Lettering {
  readonly size?: number;
  readonly fill: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  /** Of what came out of the run, and is English in every language. */
  readonly english?: boolean;
}

const TEXT_SIZE = 13;

export function words(
  x: number,
  y: number,
  text: string,
  { size = TEXT_SIZE, fill, anchor, bold, english }: Lettering,
  more: Attributes = {},
): XmlElement {
  return shape(
    'text',
    {
      x,
      y,
      'font-size': size,
      fill,
      'text-anchor': anchor === 'start' ? undefined : anchor,
      'font-weight': bold ? 600 : undefined,
      lang: english ? 'en' : undefined,
      ...more,
    },
    text,
  );
}

/** Letters that lie over lines stay legible. */
export function halo(colour: string): Attributes {
  return {
    stroke: colour,
    'stroke-width': 3,
    'stroke-opacity': 0.8,
    'stroke-linejoin': 'round',
    'paint-order': 'stroke',
  };
}

/** How much wider bold letters are. */
export const BOLD = 1.12;

/** About how wide a text is: fonts differ, and so this is rather too much. */
export function widthOf(text: string, size = TEXT_SIZE): number {
  return text.length * size * 0.58;
}

/** As much of a text as there is room for. */
export function fitting(text: string, room: number, size = TEXT_SIZE): string {
  if (widthOf(text, size) <= room) return text;
  const letters = Math.floor(room / (size * 0.58)) - 1;
  return letters < 1 ? '' : `${text.slice(0, letters)}…`;
}

/** A text in lines that there is room for; a word that is too long has a line of its own. */
export function lines(text: string, room: number, size = TEXT_SIZE): string[] {
  const found: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${found.at(-1)} ${word}`;
    if (found.length > 0 && widthOf(longer, size) <= room) found[found.length - 1] = longer;
    else found.push(word);
  }
  return found;
}

/** Milliseconds as seconds to the millisecond, without the unit, as the language writes numbers. */
export function secondsIn(texts: ReportTexts, ms: number): string {
  return decimal(texts, plainSeconds(ms));
}

/** `5.123 s` */
export function timeIn(texts: ReportTexts, ms: number): string {
  return say(texts.seconds, { value: secondsIn(texts, ms) });
}

export function decimal(texts: ReportTexts, number: string): string {
  return number.replace('.', texts.decimal).replace('-', '−');
}

/** Names of the ticks of a time axis: no more digits than the step between them needs. */
export function tickName(texts: ReportTexts, ms: number, stepMs: number): string {
  const digits = Math.min(9, Math.max(0, Math.ceil(-Math.log10(stepMs / 1000) - 1e-9)));
  return decimal(texts, (ms / 1000).toFixed(digits).replace(/^-(0(?:\.0+)?)$/, '$1'));
}
