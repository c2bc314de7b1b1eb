/** Who followed whom before the fault and after it. Nodes keep their places; what changed is seen. */
import { say } from '../../render/texts.js';
import { faultTexts, masterBefore, strickenNode } from '../derived.js';
import { clean } from '../layout.js';
import type { ResultLab, ResultNode, ScenarioResult, VerifyResult } from '../types.generated.js';
import {
  type Card,
  type CardRole,
  cardShapes,
  eye,
  hasAllLines,
  type Layout,
  type Link,
  layOut,
  layOutOnSlide,
} from './cards.js';
import {
  type Drawing,
  group,
  isNarrow,
  lines,
  moved,
  type Pen,
  shape,
  stroke,
  words,
} from './pen.js';

interface Moment {
  readonly roles: Readonly<Record<string, CardRole>>;
  /** Replica and what it follows. */
  readonly links: readonly Link[];
}

/** All that is drawn: the nodes, then the clients. */
function machinesOf({ nodes, clients = [] }: ResultLab): readonly ResultNode[] {
  const none = { role: 'client', redisPort: null, sentinelPort: null };
  return [...nodes, ...clients.map((client) => ({ ...client, ...none }))];
}

/** Of a machine without a Redis server. */
function besides({ role }: ResultNode): CardRole {
  return role === 'client' ? 'client' : 'sentinel';
}

/** What the result proves: after a scenario that failed, it is not said who follows whom. */
function momentsOf(
  scenario: ScenarioResult | undefined,
  nodes: readonly ResultNode[],
): { readonly before: Moment; readonly after: Moment | undefined } {
  const servers = nodes.filter(({ redisPort }) => redisPort !== null).map(({ name }) => name);
  const under = (master: string | undefined): Moment => ({
    roles: Object.fromEntries(
      nodes.map((node) => [
        node.name,
        node.redisPort === null ? besides(node) : node.name === master ? 'master' : 'replica',
      ]),
    ),
    links: servers.flatMap((name) =>
      master !== undefined && name !== master ? [[name, master] as const] : [],
    ),
  });
  const stricken = scenario ? strickenNode(scenario) : undefined;
  const before = under(masterBefore(scenario, nodes));
  if (!scenario || stricken === undefined) return { before, after: undefined };
  const { promotion, verdict } = scenario;
  if (verdict === 'passed') {
    if (promotion) return { before, after: under(promotion.to) };
    // A lab that is whole again, and nobody was promoted.
    if (scenario.master) return { before, after: before };
  }
  const roles = Object.fromEntries(
    nodes.map((node): [string, CardRole] => [
      node.name,
      node.redisPort === null
        ? besides(node)
        : node.name === promotion?.to
          ? 'master'
          : node.name === stricken
            ? 'down'
            : 'unclear',
    ]),
  );
  return { before, after: { roles, links: [] } };
}

/** Of the whole lab, before and after a scenario's fault; only as it began where there is none. */
export function topologyDrawing(
  result: VerifyResult,
  scenario: ScenarioResult | undefined,
  pen: Pen,
): Drawing {
  const moments = titled(result, scenario, pen);
  const half = moments.length < 2 || isNarrow(pen) ? pen.width : halfOf(pen);
  const [top, others] = placed(result, scenario);
  return drawn(result, scenario, moments, layOut(top, others, half), pen);
}

/** The same on a slide, or on one each where there is no room for both. */
export function topologySlides(
  result: VerifyResult,
  scenario: ScenarioResult | undefined,
  pen: Pen,
): readonly Drawing[] {
  const moments = titled(result, scenario, pen);
  const [top, others] = placed(result, scenario);
  const caption = captionOf(result, pen).length * CAPTION.slide.line;
  const room = (pen.room ?? Number.POSITIVE_INFINITY) - HEAD.slide - caption - 8;
  const [both] = layOutOnSlide(top, others, moments.length < 2 ? pen.width : halfOf(pen), room);
  if (both && hasAllLines(both)) return [drawn(result, scenario, moments, both, pen)];
  const [each = layOut(top, others, pen.width)] = layOutOnSlide(top, others, pen.width, room);
  return moments.map((moment) => drawn(result, scenario, [moment], each, pen));
}

const HEAD = { page: 40, slide: 32 };
/** Of the caption below: letters and lines. */
const CAPTION = { page: { size: 14, line: 20 }, slide: { size: 13, line: 16 } };

interface Titled {
  readonly which: 'before' | 'after';
  readonly title: string;
  readonly moment: Moment;
}

function titled(
  { lab }: VerifyResult,
  scenario: ScenarioResult | undefined,
  { texts }: Pen,
): readonly Titled[] {
  const { before, after } = momentsOf(scenario, machinesOf(lab));
  const title = after ? texts.topology.before : texts.topology.only;
  return [
    { which: 'before', title, moment: before },
    ...(after ? [{ which: 'after' as const, title: texts.topology.after, moment: after }] : []),
  ];
}

/** Who stands above, and all others. */
function placed(
  { lab }: VerifyResult,
  scenario: ScenarioResult | undefined,
): [top: string | undefined, others: readonly string[]] {
  const machines = machinesOf(lab);
  const { before } = momentsOf(scenario, machines);
  const top = machines.find(({ name }) => before.roles[name] === 'master') ?? machines[0];
  return [top?.name, machines.filter((each) => each !== top).map(({ name }) => name)];
}

function halfOf({ width }: Pen): number {
  return (width - 48) / 2;
}

function captionOf({ lab }: VerifyResult, { texts, width, room }: Pen): readonly string[] {
  const sentinels = lab.nodes.filter(({ sentinelPort }) => sentinelPort !== null).length;
  const { quorum, masterName } = lab.sentinel;
  const values = { sentinels, quorum, name: clean(masterName) };
  const { size } = CAPTION[room === undefined ? 'page' : 'slide'];
  // A slide has margins, into which a sentence may reach.
  return lines(say(texts.topology.quorum, values), width + (room === undefined ? 0 : 24), size);
}

/** Moments beside each other, on a phone below each other. */
function drawn(
  result: VerifyResult,
  scenario: ScenarioResult | undefined,
  moments: readonly Titled[],
  layout: Layout,
  pen: Pen,
): Drawing {
  const { lab } = result;
  const { colours, texts, width } = pen;
  const isPage = pen.room === undefined;
  const where = isPage ? 'page' : 'slide';
  const { size, line } = CAPTION[where];
  const head = HEAD[where];
  const isBoth = moments.length > 1;
  const narrow = isNarrow(pen);
  const half = isBoth && !narrow ? halfOf(pen) : width;
  const height = head + layout.height + (isPage ? 44 : 4);
  const cardsOf = ({ roles }: Moment) =>
    machinesOf(lab).map(({ name, address, sentinelPort }): Card => {
      const role = roles[name] ?? 'unclear';
      const word = role === 'down' ? faultTexts(texts, scenario?.fault).during : texts.roles[role];
      const eye = sentinelPort === null ? undefined : texts.lanes.sentinel;
      return { name, role, lines: [word, address], eye };
    });
  const panels = moments.map(({ which, title, moment }, i) =>
    moved(i === 0 || narrow ? 0 : half + 48, narrow ? i * height : 0, [
      group({ 'data-moment': which }, [
        words(half / 2, 18, title, { size: 16, bold: true, anchor: 'middle', fill: colours.ink }),
        moved(0, head, cardShapes(cardsOf(moment), moment.links, layout, colours)),
      ]),
    ]),
  );
  const written = captionOf(result, pen);
  const least = height * (narrow ? moments.length : 1);
  // Below the arrows, which may go round below the cards.
  const full = Math.max(least, (pen.room ?? 0) - written.length * line - 4);
  return {
    width,
    height: full + 4 + written.length * line,
    title: texts.topology.title,
    description: [
      ...moments.map(({ moment, title }) => sentenceOf(moment, title, pen)),
      written.join(' '),
    ].join(' '),
    legend: [
      ...(moments.some(({ moment }) => moment.links.length > 0)
        ? [
            {
              swatch: [
                stroke('M-9 0H3', colours.master, 2.5),
                shape('path', { d: 'M9 0l-9 -6v12z', fill: colours.master }),
              ],
              text: texts.legend.data,
            },
          ]
        : []),
      { swatch: eye(-9, -6, colours.soft, texts.lanes.sentinel), text: texts.legend.sentinel },
    ],
    shapes: [
      ...(isBoth && !narrow
        ? [
            shape('path', {
              d: `M${width / 2 - 12} ${height / 2 + 10}h24m-9 -8l9 8l-9 8`,
              stroke: colours.soft,
              'stroke-width': 2.5,
              fill: 'none',
              'stroke-linecap': 'round',
              'stroke-linejoin': 'round',
            }),
          ]
        : []),
      ...panels,
      ...written.map((text, i) =>
        words(width / 2, full + 14 + i * line, text, {
          size,
          anchor: 'middle',
          fill: colours.soft,
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
