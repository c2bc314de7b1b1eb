/** The lab drawn, and as a table. */
import { isClient, machinesOf, masterOf, replicasOf, sentinelsOf } from '../../model/model.js';
import { say } from '../../render/texts.js';
import type { Part } from '../document.js';
import { memoryText, topologySvg, topologyText } from '../topology.js';
import type { Writing } from '../writing.js';

export function architecture(writing: Writing): Part[] {
  const { page } = writing.texts;
  const { lab } = writing;
  const names = (nodes: readonly { name: string }[]) => nodes.map(({ name }) => name).join(', ');
  const words = {
    title: writing.say(page.drawing, {
      master: masterOf(lab).name,
      replicas: names(replicasOf(lab)),
      sentinels: names(sentinelsOf(lab)),
    }),
    roles: page.roles,
    replicates: page.replicates,
    watches: page.watches,
  };
  return [
    {
      kind: 'figure',
      svg: (id) => topologySvg(lab, words, id),
      drawing: topologyText(lab, words),
      caption: writing.say(page.topology),
    },
    {
      kind: 'table',
      head: [page.address, page.node, page.memory, page.role],
      rows: machinesOf(lab).map((machine) => {
        const role = page.roles[machine.role];
        const isBoth = !isClient(machine) && machine.runsSentinel && machine.role !== 'sentinel';
        return [
          machine.ip,
          `\`${machine.name}\``,
          memoryText(machine.memoryMb),
          isBoth ? say(page.roles.withSentinel, { role }) : role,
        ];
      }),
    },
  ];
}
