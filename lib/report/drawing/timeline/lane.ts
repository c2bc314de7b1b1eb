/** One lane: its name, and what was done there. */
import { faultTexts } from '../../derived.js';
import { clean } from '../../layout.js';
import type { ScenarioResult } from '../../types.generated.js';
import type { XmlElement } from '../../xml.js';
import { between, Rows } from '../labels.js';
import {
  type Colours,
  fitting,
  group,
  halo,
  isNarrow,
  type Pen,
  type ReportTexts,
  shape,
  stroke,
  widthOf,
  words,
} from '../pen.js';
import type { Scale } from '../scale.js';
import { gutter, SMALL } from './frame.js';
import type { Lane, Moment, ServerState, Span } from './lanes.js';
import { strip } from './strip.js';

export function laneHeight({ kind }: Lane, pen: Pen, isCloseUp: boolean): number {
  if (pen.room !== undefined)
    return kind === 'client' ? 28 : isCloseUp && kind === 'sentinel' ? 38 : 18;
  if (kind === 'client') return isNarrow(pen) ? 48 : 44;
  if (isNarrow(pen)) return isCloseUp && kind === 'sentinel' ? 62 : 36;
  return isCloseUp && kind === 'sentinel' ? 48 : 28;
}

export function laneShapes(
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
  const line = stroke(`M${gutter(pen)} ${y}H${pen.width - 4}`, colours.line, 1);
  const row = (children: readonly XmlElement[]) => [
    group({ 'data-lane': lane.kind, ...('node' in lane ? { 'data-node': lane.node } : {}) }, [
      ...label,
      ...children,
    ]),
  ];
  if (lane.kind === 'client') return row([line, ...strip(lane.stretches, scale, y, pen)]);
  if (lane.kind === 'redis')
    return row(lane.spans.flatMap((span) => bar(span, lane.fault, scale, y, pen)));
  return row([
    line,
    ...lane.spans.flatMap((span) => bar(span, undefined, scale, y, pen)),
    ...dots(lane.moments, scale, y, pen, isCloseUp),
  ]);
}

/** The node's name matters more than what runs there. */
function laneName(kind: string, name: string, room: number): string {
  const whole = `${kind} ${name}`.trim();
  return widthOf(whole, 13) <= room ? whole : fitting(name, room, 13);
}

export function wordFor(
  state: ServerState,
  fault: ScenarioResult['fault'],
  texts: ReportTexts,
): string {
  if (state === 'down') return faultTexts(texts, fault).during;
  return state === 'back' ? faultTexts(texts, fault).after : texts.states[state];
}

/** How a bar looks that stands for what a server was. */
export function barLook(
  state: ServerState,
  { master, onMaster, replica, replicaEdge, ink, paper, down, soft, lost }: Colours,
) {
  const like = { fill: replica, stroke: replicaEdge, ink, dashes: undefined };
  return {
    master: { fill: master, stroke: master, ink: onMaster, dashes: undefined },
    replica: like,
    down: { fill: paper, stroke: down, ink: down, dashes: '5 4' },
    back: like,
    vain: { fill: lost, stroke: lost, ink: onMaster, dashes: undefined },
    gone: { fill: paper, stroke: soft, ink: soft, dashes: '2 3' },
  }[state];
}

/** What a server was, as a bar with the word in it. */
function bar(
  span: Span,
  fault: ScenarioResult['fault'],
  scale: Scale,
  y: number,
  { colours, texts, room }: Pen,
): XmlElement[] {
  const height = room === undefined ? 18 : 16;
  const { state, fromMs, toMs } = span;
  const x1 = fromMs === null ? scale.at(scale.from) : scale.within(fromMs);
  const x2 = toMs === null ? scale.at(scale.to) : scale.within(toMs);
  if (x2 - x1 < 0.5) return [];
  const look = barLook(state, colours);
  const text = fitting(wordFor(state, fault, texts), x2 - x1 - 10, SMALL);
  return [
    group({ 'data-state': state, 'data-from': fromMs ?? '', 'data-to': toMs ?? '' }, [
      shape('rect', {
        x: x1 + 0.75,
        y: y - height / 2,
        width: Math.max(1, x2 - x1 - 1.5),
        height,
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
  const rows = new Rows(8, 2);
  const heights = pen.room === undefined ? [y + 19, y - 9] : [y + 17, y - 8];
  const size = isNarrow(pen) ? 10 : SMALL;
  const inside = moments.filter(({ entry }) => entry.atMs >= scale.from && entry.atMs <= scale.to);
  const faint = inside.filter(({ telling }) => !telling);
  const told = inside.filter(({ telling }) => telling);
  return [...faint, ...told].map(({ entry, telling }) => {
    const x = scale.at(entry.atMs);
    const named = isNamed && telling;
    const width = widthOf(entry.event, size);
    const left = between(gutter(pen), x - 4, pen.width - width);
    const row = named ? rows.take(left, left + width) : undefined;
    return group({ 'data-event': clean(entry.event), 'data-at': entry.atMs }, [
      shape('circle', {
        cx: x,
        cy: y,
        r: telling ? 4.5 : 2.5,
        fill: telling ? colours.master : colours.refused,
        stroke: telling ? colours.paper : undefined,
        'stroke-width': telling ? 1 : undefined,
      }),
      ...(row !== undefined
        ? [
            words(
              left,
              heights[row] ?? y,
              clean(entry.event),
              { size, fill: colours.ink, english: true },
              halo(colours.paper),
            ),
          ]
        : []),
    ]);
  });
}
