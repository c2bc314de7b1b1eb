/** The board of a class: all labs at once, those in trouble first, in as many columns and lines as there are. Pure. */
import { say } from '../../../render/texts.js';
import { clean, columnsOf, cut, largest, padded } from '../../../report/layout.js';
import { textOf, toldIn } from '../../../report/messages.js';
import { listed, type Speech } from '../../../report/speech.js';
import { type Style, same } from '../../../report/style.js';
import type { LabStatus } from '../../../report/types.generated.js';

/** What is known of the lab of one student. */
export interface Seat {
  readonly id: string;
  readonly name: string;
  /** Undefined until it was looked at. */
  readonly status?: LabStatus | undefined;
  /** Why it cannot be looked at. */
  readonly failure?: string | undefined;
  /** The last thing that happened to it. */
  readonly event?: { readonly at: number; readonly text: string } | undefined;
}

interface Shown {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Lines that it may have; default: as many as it takes. */
  readonly height?: number | undefined;
  readonly style: Style;
  readonly speech: Speech;
}

/** Titles and rows, and a line for the labs that have no room. */
export function boardLines(
  seats: readonly Seat[],
  { now, height = Number.POSITIVE_INFINITY, style, speech }: Shown,
): string[] {
  const t = speech.t.class;
  const inOrder = seats.toSorted((a, b) => rankOf(a) - rankOf(b));
  const room = Math.max(1, height - 1);
  const shown = inOrder.length <= room ? inOrder : inOrder.slice(0, room - 1);
  const titles: Cells = [t.id, t.name, t.state, t.master, t.age, t.event];
  const rows = shown.map((seat) => cellsOf(seat, now, speech));
  const { width = Number.POSITIVE_INFINITY } = style;
  const widths = widthsOf([titles, ...rows], width);
  const lines = [titles, ...rows].map((cells, at) => {
    const seat = shown[at - 1];
    return (seat ? paintOf(seat, style) : same)(lineOf(cells, widths));
  });
  const others = inOrder.slice(shown.length);
  return others.length === 0 ? lines : [...lines, cut(restOf(others, speech), width)];
}

/** `28 of 30 ready` */
export function boardSum(seats: readonly Seat[], { t }: Speech): string {
  const good = seats.filter(({ failure, status }) => !failure && status?.ready).length;
  return say(t.class.sumReady, { good, all: seats.length });
}

type Cells = readonly [
  id: string,
  name: string,
  state: string,
  master: string,
  age: string,
  event: string,
];

function cellsOf(seat: Seat, now: number, speech: Speech): Cells {
  const { id, name, status, failure, event } = seat;
  const text = failure ?? event?.text ?? (status ? firstProblem(status, speech) : '');
  return [
    clean(id),
    clean(name),
    stateOf(seat, speech),
    status?.master ?? '–',
    event && failure === undefined ? ageOf(now - event.at, speech) : '',
    clean(text),
  ];
}

/** The first of what is wrong with a lab; empty where nothing is. */
export function firstProblem({ problems, problemCodes }: LabStatus, speech: Speech): string {
  return textOf(toldIn(speech, problems[0] ?? '', problemCodes.slice(0, 1)));
}

function stateOf({ status, failure }: Seat, { t }: Speech): string {
  if (failure !== undefined) return t.class.unseen;
  if (!status) return '…';
  const states: Readonly<Record<string, string>> = t.class.states;
  return status.ready ? t.class.isReady : (states[status.state] ?? status.state);
}

/** What needs somebody first. */
function rankOf({ status, failure }: Seat): number {
  if (failure !== undefined) return 0;
  if (!status) return 4;
  if (status.ready) return 5;
  return RESTING[status.state] ?? 1;
}

const RESTING: Readonly<Record<string, number>> = { stopped: 2, absent: 3 };

function paintOf(seat: Seat, { bad, faint }: Style): (line: string) => string {
  const rank = rankOf(seat);
  if (rank <= 1) return bad;
  return rank <= 4 ? faint : same;
}

/** `12 s`, `3 min` */
function ageOf(ms: number, { t }: Speech): string {
  const { s, min, h, d } = t.class.ages;
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const units: readonly (readonly [text: string, seconds: number])[] = [
    [d, 86_400],
    [h, 3600],
    [min, 60],
  ];
  const [unit = s, length = 1] = units.find(([, each]) => seconds >= each) ?? [];
  return say(unit, { n: Math.floor(seconds / length) });
}

/** The labs that have no room, by their states. */
function restOf(others: readonly Seat[], speech: Speech): string {
  const counts = new Map<string, number>();
  for (const each of others) {
    const state = stateOf(each, speech);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const each = listed(
    [...counts].map(([state, count]) => `${state} ${count}`),
    speech,
  );
  return say(speech.t.class.others, { count: others.length, each });
}

const BETWEEN = '  ';

/** No cell is wider, but for the last. */
const MOST: readonly number[] = [24, 28, 20, 20, 10];

/** What of the cells there is room for, in the order in which it is tried: most widths, and 0 for what is left out. */
const WAYS: readonly (readonly number[])[] = [MOST, [24, 12, 20, 20, 10], [16, 8, 20, 12, 10]];

/** With less, the last cell says nothing. */
const LEAST_EVENT = 20;

/** How wide each cell is; 0: it is left out. */
function widthsOf(rows: readonly Cells[], width: number): readonly number[] {
  const natural = [0, 1, 2, 3, 4, 5].map((i) =>
    largest(rows.map((row) => columnsOf(row[i] ?? ''))),
  );
  const limited = (most: readonly number[]) =>
    most.map((each, i) => Math.min(each, natural[i] ?? 0));
  const total = (widths: readonly number[]) =>
    widths.reduce((sum, each) => sum + (each > 0 ? each + BETWEEN.length : 0), -BETWEEN.length);
  const event = natural[5] ?? 0;
  for (const way of WAYS) {
    const widths = limited(way);
    const left = width - total(widths) - BETWEEN.length;
    if (left >= Math.min(event, LEAST_EVENT)) return [...widths, Math.min(event, left)];
  }
  const [id = 0, , state = 0, master = 0, age = 0] = limited(MOST);
  const narrow = [
    [...limited(WAYS.at(-1) ?? MOST), 0],
    [id, 0, state, master, age, 0],
    [id, 0, state, 0, age, 0],
    [id, 0, state, 0, 0, 0],
  ].find((widths) => total(widths) <= width);
  return narrow ?? [Math.max(4, width - state - BETWEEN.length), 0, state, 0, 0, 0];
}

function lineOf(cells: Cells, widths: readonly number[]): string {
  return cells
    .flatMap((cell, i) => {
      const width = widths[i] ?? 0;
      return width === 0 ? [] : [padded(cut(cell, width), width)];
    })
    .join(BETWEEN)
    .trimEnd();
}
