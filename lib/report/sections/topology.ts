/** Who followed whom. */
import type { ReportTexts } from '../drawing/pen.js';
import { topologyDrawing, topologySlides } from '../drawing/topology.js';
import type { VerifyResult } from '../types.generated.js';
import type { Section } from './section.js';
import { english, number, type PageTable, table } from './tables.js';

export const topology: Section = {
  id: 'topology',
  draw: ({ result, scenario }, pen) => topologyDrawing(result, scenario, pen),
  slides: ({ result, scenario }, pen) => ({ topology: topologySlides(result, scenario, pen) }),
  text: ({ result }, texts) => ({
    heading: texts.topology.heading,
    caption: texts.topology.caption,
    tables: [nodesTable(result, texts)],
  }),
};

function nodesTable({ lab }: VerifyResult, texts: ReportTexts): PageTable {
  const t = texts.topology;
  const port = (value: number | null) => number(value === null ? '–' : String(value));
  return table(
    texts.particulars.nodes,
    [t.node, t.address, t.redisPort, t.sentinelPort],
    [
      ...lab.nodes.map(({ name, address, redisPort, sentinelPort }) => [
        english(name),
        english(address),
        port(redisPort),
        port(sentinelPort),
      ]),
      ...(lab.clients ?? []).map(({ name, address }) => [
        english(name),
        english(address),
        port(null),
        port(null),
      ]),
    ],
  );
}
