/** What the cluster did, second by second: who did what in lanes, the phases as shades behind them. */
import { say } from '../../render/texts.js';
import { clean } from '../layout.js';
import type { ResultNode, ScenarioResult } from '../result.js';
import type { XmlElement } from '../xml.js';
import {
  closeUpOf,
  type Gap,
  gapOf,
  healedAt,
  type Lane,
  lanesOf,
  type Moment,
  type Span,
  seenPhases,
  windowOf,
} from './lanes.js';
import {
  type Drawing,
  fitting,
  group,
  halo,
  isNarrow,
  moved,
  type Pen,
  hundredths as r,
  shape,
  tickName,
  timeIn,
  widthOf,
  words,
} from './pen.js';
import { linear, type Scale, ticks } from './scale.js';
import { strip } from './strip.js';

interface Panel {
  readonly height: number;
  readonly shapes: readonly XmlElement[];
}

const SMALL = 12;
/** Above the lanes, for the names of what was done to the lab. */
const MARK_ROW = 18;

/** With its short phases enlarged below. Undefined for a scenario without a fault: nothing is measured in it. */
export function timelineDrawing(
  scenario: ScenarioResult,
  nodes: readonly ResultNode[],
  pen: Pen,
): Drawing | undefined {
  if (scenario.phases.length === 0) return undefined;
  const { whole, closeUp } = panelsOf(scenario, nodes, pen, 'together');
  if (!closeUp) return drawingOf(scenario, pen, whole);
  const gap = 44;
  const { height } = whole;
  return drawingOf(scenario, pen, {
    height: height + gap + closeUp.height,
    shapes: [
      // Behind the names of the axis.
      lens(scaleOf(windowOf(scenario), pen), closeUp.window, height, gap, pen),
      moved(0, 0, whole.shapes),
      moved(0, height + gap, closeUp.shapes),
    ],
  });
}

/** The same in two drawings, each as high as a slide has room for. No close-up where nothing is short. */
export function timelineSlides(
  scenario: ScenarioResult,
  nodes: readonly ResultNode[],
  pen: Pen,
): { readonly whole: Drawing; readonly closeUp: Drawing | undefined } | undefined {
  if (scenario.phases.length === 0) return undefined;
  const { whole, closeUp } = panelsOf(scenario, nodes, pen, 'apart');
  return {
    whole: drawingOf(scenario, pen, whole),
    closeUp: closeUp && {
      ...drawingOf(scenario, pen, closeUp),
      title: say(pen.texts.timeline.closeUpTitle, { scenario: scenario.name }),
    },
  };
}

interface Panels {
  readonly whole: Panel;
  readonly closeUp: (Panel & { readonly window: readonly [number, number] }) | undefined;
}

function panelsOf(
  scenario: ScenarioResult,
  nodes: readonly ResultNode[],
  pen: Pen,
  shown: 'together' | 'apart',
): Panels {
  const lanes = lanesOf(scenario, nodes);
  const whole = windowOf(scenario);
  const window = closeUpOf(scenario, whole);
  return {
    whole: panel(scenario, lanes, whole, pen, {
      isCloseUp: window === undefined,
      closeUp: window,
      // One name is enough for the axes of both.
      hasAxisName: window === undefined || shown === 'apart',
    }),
    closeUp: window && {
      ...panel(scenario, lanes, window, pen, { isCloseUp: true, hasAxisName: true }),
      window,
    },
  };
}

function drawingOf(scenario: ScenarioResult, pen: Pen, { height, shapes }: Panel): Drawing {
  return {
    width: pen.width,
    height,
    title: say(pen.texts.timeline.title, { scenario: scenario.name }),
    description: description(scenario, pen),
    shapes,
  };
}

function description(scenario: ScenarioResult, { texts }: Pen): string {
  const phases = seenPhases(scenario).map(({ name, ms }) =>
    say(texts.timeline.phase, { phase: texts.phases[name], time: timeIn(texts, ms) }),
  );
  const { outageMs } = scenario;
  return [
    texts.timeline.description,
    ...(phases.length > 0 ? [`${phases.join(', ')}.`] : []),
    ...(outageMs === null ? [] : [say(texts.timeline.outage, { time: timeIn(texts, outageMs) })]),
  ].join(' ');
}

/** Where rows begin: beside their names, or under them. */
function gutter(pen: Pen): number {
  return isNarrow(pen) ? 0 : 148;
}

function scaleOf(window: readonly [number, number], pen: Pen): Scale {
  return linear(window, [gutter(pen), pen.width - 4]);
}

interface PanelOptions {
  /** It shows what the rows say; the other one only where things are. */
  readonly isCloseUp: boolean;
  readonly hasAxisName: boolean;
  /** The part of it that is enlarged elsewhere. */
  readonly closeUp?: readonly [number, number] | undefined;
}

function panel(
  scenario: ScenarioResult,
  lanes: readonly Lane[],
  window: readonly [number, number],
  pen: Pen,
  { isCloseUp, hasAxisName, closeUp }: PanelOptions,
): Panel {
  const scale = scaleOf(window, pen);
  const gap = gapOf(scenario);
  const isWhole = closeUp !== undefined || !isPart(scenario, window);
  const spans = isWhole ? spanMarks(scenario, gap, scale, pen) : { height: 0, shapes: [] };
  const names = phaseNames(scenario, scale, pen, closeUp);
  const marks = marksOf(scenario, scale, pen, isCloseUp);
  const top = spans.height + names.height + (marks.some(({ isNamed }) => isNamed) ? MARK_ROW : 0);
  const heights = lanes.map((lane) => laneHeight(lane, pen, isCloseUp));
  const topOf = (index: number) => heights.slice(0, index).reduce((sum, each) => sum + each, top);
  const bottom = topOf(lanes.length);
  return {
    height: bottom + 38,
    shapes: [
      ...bands(scenario, scale, [spans.height + names.height - 6, bottom], pen),
      axis(scale, [top, bottom], pen, hasAxisName),
      ...marks.map((mark) => vertical(mark, scale, [top - 6, bottom], pen)),
      ...spans.shapes,
      moved(0, spans.height, names.shapes),
      ...lanes.map((lane, i) =>
        moved(0, topOf(i), laneShapes(lane, scale, heights[i] ?? 0, pen, isCloseUp)),
      ),
    ],
  };
}

function isPart(scenario: ScenarioResult, window: readonly [number, number]): boolean {
  const [from, to] = windowOf(scenario);
  return window[0] > from || window[1] < to;
}

function laneHeight({ kind }: Lane, pen: Pen, isCloseUp: boolean): number {
  if (kind === 'client') return isNarrow(pen) ? 48 : 44;
  if (isNarrow(pen)) return isCloseUp && kind === 'sentinel' ? 62 : 36;
  return isCloseUp && kind === 'sentinel' ? 48 : 28;
}

/** Outage and writable as measures above everything. */
function spanMarks(
  { writableMs, outageMs }: ScenarioResult,
  gap: Gap | undefined,
  scale: Scale,
  pen: Pen,
): Panel {
  const { texts } = pen;
  const rows = [
    ...(gap && outageMs !== null
      ? [{ ...gap, ms: outageMs, kind: 'outage', name: texts.outage.name }]
      : []),
    ...(writableMs === null
      ? []
      : [
          {
            fromMs: 0,
            toMs: writableMs,
            ms: writableMs,
            kind: 'writable',
            name: texts.writable.name,
          },
        ]),
  ];
  const step = 30;
  return {
    height: rows.length * step + (rows.length > 0 ? 8 : 0),
    shapes: rows.map(({ fromMs, toMs, ms, kind, name }, i) => {
      const [x1, x2] = [scale.within(fromMs), scale.within(toMs)];
      const y = i * step + 24;
      const ink = kind === 'outage' ? pen.colours.down : pen.colours.soft;
      return group({ 'data-kind': kind, 'data-ms': ms, 'data-from': fromMs, 'data-to': toMs }, [
        shape('path', {
          d: `M${r(x1)} ${y - 5}v10M${r(x1)} ${y}H${r(x2)}M${r(x2)} ${y - 5}v10`,
          stroke: ink,
          'stroke-width': kind === 'outage' ? 3 : 1.5,
          fill: 'none',
        }),
        words(x1 + 8, y - 7, say(texts.timeline.measure, { name, time: timeIn(texts, ms) }), {
          fill: ink,
          bold: kind === 'outage',
          size: kind === 'outage' ? 16 : 13,
        }),
      ]);
    }),
  };
}

function bands(
  scenario: ScenarioResult,
  scale: Scale,
  [top, bottom]: readonly [number, number],
  { colours }: Pen,
): XmlElement[] {
  return seenPhases(scenario).flatMap(({ name, atMs, ms }) => {
    const [x1, x2] = [scale.within(atMs), scale.within(atMs + ms)];
    if (x2 <= x1) return [];
    const index = scenario.phases.findIndex((phase) => phase.name === name);
    return [
      shape('rect', {
        x: x1,
        y: top,
        width: x2 - x1,
        height: bottom - top,
        fill: index % 2 === 0 ? colours.phase : colours.otherPhase,
        'data-kind': 'phase',
        'data-phase': name,
        'data-at': atMs,
        'data-ms': ms,
      }),
    ];
  });
}

/** Names over the shades; what is too narrow for its name has it higher up, on a stalk. */
function phaseNames(
  scenario: ScenarioResult,
  scale: Scale,
  pen: Pen,
  closeUp: readonly [number, number] | undefined,
): Panel {
  const { colours, texts } = pen;
  const step = 32;
  const ends: number[] = [];
  const placed = seenPhases(scenario).flatMap(({ name, atMs, ms }) => {
    // What is enlarged below has its name there.
    if (closeUp && atMs + ms > closeUp[0] && atMs >= closeUp[0]) return [];
    const [x1, x2] = [scale.within(atMs), scale.within(atMs + ms)];
    if (x2 - x1 < 0.5) return [];
    const [title, time] = [texts.phases[name], timeIn(texts, ms)];
    // The title is bold.
    const width = Math.max(widthOf(title, SMALL * 1.1), widthOf(time, SMALL));
    // The end of a phase that began before the window.
    if (atMs < scale.from && x2 - x1 < width) return [];
    const middle = (x1 + x2) / 2;
    const x = Math.min(Math.max(middle, gutter(pen) + width / 2), pen.width - width / 2 - 2);
    const free = ends.findIndex((end) => end + 10 <= x - width / 2);
    const level = free < 0 ? ends.length : free;
    ends[level] = x + width / 2;
    return [{ title, time, x, middle, level }];
  });
  const height = ends.length * step + 6;
  return {
    height,
    shapes: placed.flatMap(({ title, time, x, middle, level }) => {
      const y = height - 6 - level * step;
      return [
        ...(level > 0
          ? [
              shape('path', {
                d: `M${r(middle)} ${y - 2}V${height - 6}`,
                stroke: colours.line,
                'stroke-width': 1,
                fill: 'none',
              }),
            ]
          : []),
        words(x, y - 19, title, { size: SMALL, bold: true, anchor: 'middle', fill: colours.ink }),
        words(x, y - 5, time, { size: SMALL, anchor: 'middle', fill: colours.soft }),
      ];
    }),
  };
}

function axis(
  scale: Scale,
  [top, bottom]: readonly [number, number],
  pen: Pen,
  isNamed: boolean,
): XmlElement {
  const { colours, texts } = pen;
  const { values, step } = ticks(scale.from, scale.to, isNarrow(pen) ? 5 : 10);
  return group({ 'font-size': SMALL }, [
    ...values.flatMap((ms) => {
      const x = scale.at(ms);
      return [
        shape('path', {
          d: `M${r(x)} ${r(top)}V${r(bottom + 5)}`,
          stroke: colours.line,
          'stroke-width': 1,
          fill: 'none',
        }),
        words(Math.min(Math.max(x, 8), pen.width - 14), bottom + 19, tickName(texts, ms, step), {
          size: SMALL,
          anchor: 'middle',
          fill: colours.soft,
        }),
      ];
    }),
    ...(isNamed
      ? [
          words(pen.width - 4, bottom + 35, texts.timeline.axis, {
            size: SMALL,
            anchor: 'end',
            fill: colours.soft,
          }),
        ]
      : []),
  ]);
}

interface Mark {
  readonly ms: number;
  readonly kind: 'fault' | 'healed';
  readonly name: string;
  readonly isNamed: boolean;
}

/** The fault, and the moment at which it was undone. */
function marksOf(
  scenario: ScenarioResult,
  scale: Scale,
  { texts }: Pen,
  isCloseUp: boolean,
): Mark[] {
  const healed = healedAt(scenario);
  const marks: readonly Mark[] = [
    { ms: 0, kind: 'fault', name: texts.timeline.fault, isNamed: true },
    ...(healed === undefined
      ? []
      : [
          {
            ms: healed,
            kind: 'healed' as const,
            name: texts.timeline.healed,
            isNamed: !isCloseUp,
          },
        ]),
  ];
  return marks.filter(({ ms }) => ms >= scale.from && ms <= scale.to);
}

function vertical(
  { ms, kind, name, isNamed }: Mark,
  scale: Scale,
  [top, bottom]: readonly [number, number],
  { colours, width }: Pen,
): XmlElement {
  const x = scale.at(ms);
  const isFault = kind === 'fault';
  const ink = isFault ? colours.down : colours.soft;
  const fits = x + 5 + widthOf(name, SMALL) <= width;
  return group({ 'data-kind': kind, 'data-at': ms }, [
    shape('path', {
      d: `M${r(x)} ${r(top - (isNamed ? 14 : 0))}V${r(bottom)}`,
      stroke: ink,
      'stroke-width': isFault ? 2 : 1.5,
      'stroke-dasharray': isFault ? undefined : '3 3',
      fill: 'none',
    }),
    ...(isNamed
      ? [
          words(x + (fits ? 5 : -5), top - 3, name, {
            size: SMALL,
            fill: ink,
            bold: isFault,
            anchor: fits ? 'start' : 'end',
          }),
        ]
      : []),
  ]);
}

function laneShapes(
  lane: Lane,
  scale: Scale,
  height: number,
  pen: Pen,
  isCloseUp: boolean,
): XmlElement[] {
  const { colours, texts } = pen;
  const narrow = isNarrow(pen);
  const y = narrow ? height - (isCloseUp && lane.kind === 'sentinel' ? 24 : 11) : height / 2;
  const [kind, name] =
    lane.kind === 'client'
      ? [texts.lanes.client, '']
      : [lane.kind === 'sentinel' ? texts.lanes.sentinel : texts.lanes.redis, clean(lane.node)];
  const label = narrow
    ? [
        words(
          0,
          12,
          `${kind} ${name}`.trim(),
          { size: 11, fill: colours.soft },
          halo(colours.paper),
        ),
      ]
    : [
        words(gutter(pen) - 12, y + 4.5, laneName(kind, name, gutter(pen) - 12), {
          size: 13,
          anchor: 'end',
          fill: lane.kind === 'client' ? colours.ink : colours.soft,
          bold: lane.kind === 'client',
        }),
      ];
  const line = shape('path', {
    d: `M${gutter(pen)} ${y}H${pen.width - 4}`,
    stroke: colours.line,
    'stroke-width': 1,
    fill: 'none',
  });
  const row = (children: readonly XmlElement[]) => [
    group({ 'data-lane': lane.kind, ...('node' in lane ? { 'data-node': lane.node } : {}) }, [
      ...label,
      ...children,
    ]),
  ];
  if (lane.kind === 'client') return row([line, ...strip(lane.stretches, scale, y, pen)]);
  if (lane.kind === 'redis') return row(lane.spans.flatMap((span) => bar(span, scale, y, pen)));
  return row([line, ...dots(lane.moments, scale, y, pen, isCloseUp)]);
}

/** The node's name matters more than what runs there. */
function laneName(kind: string, name: string, room: number): string {
  const whole = `${kind} ${name}`.trim();
  return widthOf(whole, 13) <= room ? whole : fitting(name, room, 13);
}

/** What a server was, as a bar with the word in it. */
function bar(span: Span, scale: Scale, y: number, { colours, texts }: Pen): XmlElement[] {
  const { state, fromMs, toMs } = span;
  const x1 = fromMs === null ? scale.at(scale.from) : scale.within(fromMs);
  const x2 = toMs === null ? scale.at(scale.to) : scale.within(toMs);
  if (x2 - x1 < 0.5) return [];
  const look = {
    master: {
      fill: colours.master,
      stroke: colours.master,
      ink: colours.onMaster,
      dashes: undefined,
    },
    replica: {
      fill: colours.replica,
      stroke: colours.replicaEdge,
      ink: colours.ink,
      dashes: undefined,
    },
    down: { fill: colours.paper, stroke: colours.down, ink: colours.down, dashes: '5 4' },
    back: {
      fill: colours.replica,
      stroke: colours.replicaEdge,
      ink: colours.ink,
      dashes: undefined,
    },
  }[state];
  const text = fitting(texts.states[state], x2 - x1 - 10, SMALL);
  return [
    group({ 'data-state': state, 'data-from': fromMs ?? '', 'data-to': toMs ?? '' }, [
      shape('rect', {
        x: x1 + 0.75,
        y: y - 9,
        width: Math.max(1, x2 - x1 - 1.5),
        height: 18,
        rx: 3,
        fill: look.fill,
        stroke: look.stroke,
        'stroke-width': 1.25,
        'stroke-dasharray': look.dashes,
      }),
      ...(text === '' || text.endsWith('…')
        ? []
        : [words(x1 + 8, y + 4.2, text, { size: SMALL, fill: look.ink })]),
    ]),
  ];
}

function dots(
  moments: readonly Moment[],
  scale: Scale,
  y: number,
  pen: Pen,
  isNamed: boolean,
): XmlElement[] {
  const { colours } = pen;
  // Under the line, then over it; what has no room in either is only a dot.
  const rows = [
    { at: y + 19, end: Number.NEGATIVE_INFINITY },
    { at: y - 9, end: Number.NEGATIVE_INFINITY },
  ];
  const size = isNarrow(pen) ? 10 : 12;
  const inside = moments.filter(({ entry }) => entry.atMs >= scale.from && entry.atMs <= scale.to);
  const faint = inside.filter(({ telling }) => !telling);
  const told = inside.filter(({ telling }) => telling);
  return [...faint, ...told].map(({ entry, telling }) => {
    const x = scale.at(entry.atMs);
    const named = isNamed && telling;
    const width = widthOf(entry.event, size);
    const left = Math.max(gutter(pen), Math.min(x - 4, pen.width - width));
    const row = named ? rows.find(({ end }) => end + 8 <= left) : undefined;
    if (row) row.end = left + width;
    return group({ 'data-event': clean(entry.event), 'data-at': entry.atMs }, [
      shape('circle', {
        cx: x,
        cy: y,
        r: telling ? 4.5 : 2.5,
        fill: telling ? colours.master : colours.refused,
        stroke: telling ? colours.paper : undefined,
        'stroke-width': telling ? 1 : undefined,
      }),
      ...(row
        ? [
            words(
              left,
              row.at,
              clean(entry.event),
              { size, fill: colours.ink, english: true },
              halo(colours.paper),
            ),
          ]
        : []),
    ]);
  });
}

/** From a part of one panel to the whole of the next. */
function lens(
  scale: Scale,
  [from, to]: readonly [number, number],
  y: number,
  gap: number,
  pen: Pen,
): XmlElement {
  const { colours, texts } = pen;
  const [x1, x2] = [scale.at(from), scale.at(to)];
  const top = y - 38;
  const [left, right] = [gutter(pen), pen.width - 4];
  return group({ 'data-kind': 'close-up', 'data-from': from, 'data-to': to }, [
    shape('path', {
      d: `M${r(x1)} ${r(top)}H${r(x2)}L${right} ${r(y + gap - 14)}H${left}Z`,
      fill: colours.panel,
    }),
    shape('path', {
      d: `M${r(x1)} ${r(top)}L${left} ${r(y + gap - 14)}M${r(x2)} ${r(top)}L${right} ${r(y + gap - 14)}`,
      stroke: colours.predictedEdge,
      'stroke-width': 1,
      'stroke-dasharray': '2 3',
      fill: 'none',
    }),
    words((left + right) / 2, y + gap - 20, texts.timeline.closeUp, {
      size: SMALL,
      anchor: 'middle',
      fill: colours.soft,
    }),
  ]);
}
