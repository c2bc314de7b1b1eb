/** Who followed whom before the fault and after it. Nodes keep their places; what changed is seen. */
import { say } from '../../render/texts.js';
import { strickenNode } from '../derived.js';
import { clean, largest } from '../layout.js';
import type { ResultNode, ScenarioResult, VerifyResult } from '../result.js';
import type { XmlElement } from '../xml.js';
import {
  type Drawing,
  fitting,
  group,
  isNarrow,
  lines,
  moved,
  type Pen,
  hundredths as r,
  shape,
  widthOf,
  words,
} from './pen.js';

type NodeRole = 'master' | 'replica' | 'sentinel' | 'down' | 'unclear';

interface Moment {
  readonly roles: Readonly<Record<string, NodeRole>>;
  /** Replica and what it follows. */
  readonly links: readonly (readonly [replica: string, master: string])[];
}

/** What the result proves: after a scenario that failed, it is not said who follows whom. */
function momentsOf(
  scenario: ScenarioResult | undefined,
  nodes: readonly ResultNode[],
): { readonly before: Moment; readonly after: Moment | undefined } {
  const servers = nodes.filter(({ redisPort }) => redisPort !== null).map(({ name }) => name);
  const under = (master: string | undefined): Moment => ({
    roles: Object.fromEntries(
      nodes.map(({ name, redisPort }) => [
        name,
        redisPort === null ? 'sentinel' : name === master ? 'master' : 'replica',
      ]),
    ),
    links: servers.flatMap((name) =>
      master !== undefined && name !== master ? [[name, master] as const] : [],
    ),
  });
  const stricken = scenario ? strickenNode(scenario) : undefined;
  const before = under(stricken ?? nodes.find(({ role }) => role === 'master')?.name);
  if (!scenario || stricken === undefined) return { before, after: undefined };
  const { promotion, verdict } = scenario;
  if (promotion && verdict === 'passed') return { before, after: under(promotion.to) };
  const roles = Object.fromEntries(
    nodes.map(({ name, redisPort }): [string, NodeRole] => [
      name,
      redisPort === null
        ? 'sentinel'
        : name === promotion?.to
          ? 'master'
          : name === stricken
            ? 'down'
            : 'unclear',
    ]),
  );
  return { before, after: { roles, links: [] } };
}

const CARD = { width: 148, height: 78 };
/** As a part of its width: that of a card beside many others. */
const NARROWEST = 0.66;
const GAP = 26;
/** By how much bold letters are wider. */
const BOLDER = 1.12;
const ROW = 176;

/** Of the whole lab, before and after a scenario's fault; only as it began where there is none. */
export function topologyDrawing(
  { lab }: VerifyResult,
  scenario: ScenarioResult | undefined,
  pen: Pen,
): Drawing {
  const { texts, width } = pen;
  const { before, after } = momentsOf(scenario, lab.nodes);
  const narrow = isNarrow(pen);
  const top = lab.nodes.find(({ name }) => before.roles[name] === 'master') ?? lab.nodes[0];
  const others = lab.nodes.filter((node) => node !== top);
  const half = narrow ? width : (width - 48) / 2;
  const perRow = Math.max(1, Math.floor((half + GAP) / (CARD.width * NARROWEST + GAP)));
  const card = {
    ...CARD,
    width: Math.min(
      CARD.width,
      (half - GAP * (Math.min(perRow, others.length) - 1)) /
        Math.max(1, Math.min(perRow, others.length)),
    ),
  };
  const places = placesOf(top, others, half, perRow, card.width);
  const height = 40 + largest([...places.values()].map(({ y }) => y)) + CARD.height + 44;
  const draw = (moment: Moment, title: string, which: string) =>
    group({ 'data-moment': which }, [
      words(half / 2, 18, title, { size: 16, bold: true, anchor: 'middle', fill: pen.colours.ink }),
      moved(0, 40, [
        ...moment.links.map((link) => arrow(link, places, card.width, pen)),
        ...lab.nodes.map((node) => nodeCard(node, moment, places, card.width, pen)),
      ]),
    ]);
  const sentinels = lab.nodes.filter(({ sentinelPort }) => sentinelPort !== null).length;
  const caption = say(texts.topology.quorum, {
    sentinels,
    quorum: lab.sentinel.quorum,
    name: clean(lab.sentinel.masterName),
  });
  const panels = [
    draw(before, after ? texts.topology.before : texts.topology.only, 'before'),
    ...(after
      ? [
          moved(narrow ? 0 : half + 48, narrow ? height : 0, [
            draw(after, texts.topology.after, 'after'),
          ]),
        ]
      : []),
  ];
  const full = height * (after && narrow ? 2 : 1);
  const size = 14;
  const written = lines(caption, width, size);
  return {
    width,
    height: full + 4 + written.length * 20,
    title: texts.topology.title,
    description: [
      sentenceOf(before, texts.topology.before, pen),
      ...(after ? [sentenceOf(after, texts.topology.after, pen)] : []),
      caption,
    ].join(' '),
    shapes: [
      ...(after && !narrow
        ? [
            shape('path', {
              d: `M${width / 2 - 12} ${height / 2 + 10}h24m-9 -8l9 8l-9 8`,
              stroke: pen.colours.soft,
              'stroke-width': 2.5,
              fill: 'none',
              'stroke-linecap': 'round',
              'stroke-linejoin': 'round',
            }),
          ]
        : []),
      ...panels,
      ...written.map((line, i) =>
        words(width / 2, full + 14 + i * 20, line, {
          size,
          anchor: 'middle',
          fill: pen.colours.soft,
        }),
      ),
    ],
  };
}

function sentenceOf({ roles, links }: Moment, when: string, { texts }: Pen): string {
  const master = Object.keys(roles).find((name) => roles[name] === 'master');
  const followers = links.map(([replica]) => clean(replica)).join(', ');
  return master === undefined
    ? say(texts.topology.noMaster, { when })
    : say(followers === '' ? texts.topology.masterOnly : texts.topology.sentence, {
        when,
        master: clean(master),
        ...(followers === '' ? {} : { replicas: followers }),
      });
}

interface Place {
  /** Upper left corner. */
  readonly x: number;
  readonly y: number;
}

/** The first master above, all others in rows below it. */
function placesOf(
  top: ResultNode | undefined,
  others: readonly ResultNode[],
  width: number,
  perRow: number,
  cardWidth: number,
): Map<string, Place> {
  const places = new Map<string, Place>();
  if (top) places.set(top.name, { x: (width - cardWidth) / 2, y: 0 });
  others.forEach((node, i) => {
    const row = Math.floor(i / perRow);
    const inRow = Math.min(perRow, others.length - row * perRow);
    // The fewer, the further apart.
    const step = Math.min(width / inRow, cardWidth + GAP * 4);
    const left = (width - (inRow - 1) * step) / 2 - cardWidth / 2;
    places.set(node.name, {
      x: left + (i - row * perRow) * step,
      y: ROW + row * (CARD.height + GAP * 1.5),
    });
  });
  return places;
}

/** Data go from the master to the replica, and so the arrow does. */
function arrow(
  [replica, master]: readonly [string, string],
  places: ReadonlyMap<string, Place>,
  cardWidth: number,
  { colours }: Pen,
): XmlElement {
  const centre = (name: string) => {
    const { x, y } = places.get(name) ?? { x: 0, y: 0 };
    return { x: x + cardWidth / 2, y: y + CARD.height / 2 };
  };
  const [from, to] = [centre(master), centre(replica)];
  const level = Math.abs(from.y - to.y) < 1;
  const side = Math.sign(to.x - from.x) || 1;
  const down = to.y > from.y;
  const edge = (down ? 1 : -1) * (CARD.height / 2);
  // Cards in neighbouring rows are close: no more of a bend than there is room for.
  const bend = Math.sign(edge) * Math.min(CARD.height, Math.abs(to.y - from.y) - CARD.height) * 0.5;
  // Side by side: round below. Else from edge to edge.
  const d = level
    ? `M${r(from.x)} ${r(from.y + CARD.height / 2)}C${r(from.x)} ${r(from.y + CARD.height / 2 + 34)} ${r(to.x)} ${r(to.y + CARD.height / 2 + 34)} ${r(to.x)} ${r(to.y + CARD.height / 2 + 7)}`
    : `M${r(from.x + side * 14)} ${r(from.y + edge)}C${r(from.x + side * 14)} ${r(from.y + edge + bend)} ${r(to.x - side * 6)} ${r(to.y - edge - bend)} ${r(to.x - side * 6)} ${r(to.y - edge - Math.sign(edge) * 7)}`;
  const tip = level
    ? { x: to.x, y: to.y + CARD.height / 2 + 1, up: true }
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

function nodeCard(
  { name, address, sentinelPort }: ResultNode,
  { roles }: Moment,
  places: ReadonlyMap<string, Place>,
  width: number,
  { colours, texts }: Pen,
): XmlElement {
  const { x, y } = places.get(name) ?? { x: 0, y: 0 };
  const role = roles[name] ?? 'unclear';
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
    sentinel: {
      fill: colours.panel,
      edge: colours.predictedEdge,
      ink: colours.ink,
      soft: colours.soft,
    },
    unclear: {
      fill: colours.panel,
      edge: colours.predictedEdge,
      ink: colours.ink,
      soft: colours.soft,
    },
  }[role];
  const room = width - 20;
  const beside = room - (sentinelPort === null ? 0 : 26);
  const size = widthOf(clean(name), BOLDER * 16) <= beside ? 16 : 13;
  return group(
    { transform: `translate(${r(x)} ${r(y)})`, 'data-node': clean(name), 'data-role': role },
    [
      shape('rect', {
        width,
        height: CARD.height,
        rx: 9,
        fill: look.fill,
        stroke: look.edge,
        'stroke-width': 1.5,
        'stroke-dasharray': role === 'down' || role === 'unclear' ? '6 4' : undefined,
      }),
      words(12, 24, fitting(clean(name), beside, BOLDER * size), {
        size,
        bold: true,
        fill: look.ink,
      }),
      words(12, 43, fitting(texts.roles[role], room, 13), { size: 13, fill: look.ink }),
      words(12, 63, fitting(clean(address), room, 12), {
        size: 12,
        fill: look.soft,
      }),
      ...(sentinelPort === null ? [] : eye(width - 30, 14, look.ink, texts.lanes.sentinel)),
    ],
  );
}

/** A Sentinel watches here. */
function eye(x: number, y: number, ink: string, name: string): XmlElement[] {
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
