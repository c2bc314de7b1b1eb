/** Who followed whom before the fault and after it. Nodes keep their places; what changed is seen. */
import { say } from '../../render/texts.js';
import { faultTexts, masterBefore, strickenNode } from '../derived.js';
import { clean } from '../layout.js';
import type { ResultNode, ScenarioResult, VerifyResult } from '../types.generated.js';
import { type Card, cardShapes, type Link, layOut, type NodeRole } from './cards.js';
import { type Drawing, group, isNarrow, lines, moved, type Pen, shape, words } from './pen.js';

interface Moment {
  readonly roles: Readonly<Record<string, NodeRole>>;
  /** Replica and what it follows. */
  readonly links: readonly Link[];
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
  const before = under(masterBefore(scenario, nodes));
  if (!scenario || stricken === undefined) return { before, after: undefined };
  const { promotion, verdict } = scenario;
  if (verdict === 'passed') {
    if (promotion) return { before, after: under(promotion.to) };
    // A lab that is whole again, and nobody was promoted.
    if (scenario.master) return { before, after: before };
  }
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
  const layout = layOut(
    top?.name,
    others.map(({ name }) => name),
    half,
  );
  const height = 40 + layout.height + 44;
  const cardsOf = ({ roles }: Moment) =>
    lab.nodes.map(({ name, address, sentinelPort }): Card => {
      const role = roles[name] ?? 'unclear';
      const word = role === 'down' ? faultTexts(texts, scenario?.fault).during : texts.roles[role];
      const eye = sentinelPort === null ? undefined : texts.lanes.sentinel;
      return { name, role, lines: [word, address], eye };
    });
  const draw = (moment: Moment, title: string, which: string) =>
    group({ 'data-moment': which }, [
      words(half / 2, 18, title, { size: 16, bold: true, anchor: 'middle', fill: pen.colours.ink }),
      moved(0, 40, cardShapes(cardsOf(moment), moment.links, layout, pen.colours)),
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
