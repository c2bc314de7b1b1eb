/** The lab drawn: as SVG, and in characters. */
import {
  clientsOf,
  isClient,
  type LabModel,
  type MachineModel,
  machinesOf,
  masterOf,
  replicasOf,
} from '../model/model.js';
import {
  type Card,
  type CardColours,
  cardShapes,
  eye,
  GAP,
  layOut,
} from '../report/drawing/cards.js';
import { widthOf, words } from '../report/drawing/pen.js';
import { inlineSvg } from '../report/drawing/svg.js';

export interface Words {
  readonly title: string;
  readonly roles: Readonly<Record<MachineModel['role'], string>>;
  readonly replicates: string;
  readonly watches: string;
}

/** Room for an address with its port, and for a role with the memory. */
const CARD_WIDTH = 184;
/** More would be too small to read on paper. */
const MOST_IN_A_ROW = 3;
const LEGEND = 40;

/** By the names of the page's style sheet. */
const COLOURS: CardColours = {
  paper: 'var(--paper)',
  ink: 'var(--ink)',
  soft: 'var(--faint)',
  panel: 'var(--soft)',
  master: 'var(--accent)',
  onMaster: 'var(--paper)',
  replica: 'var(--soft)',
  replicaEdge: 'var(--accent)',
  down: 'var(--ink)',
  predictedEdge: 'var(--faint)',
};

export function topologySvg(
  lab: LabModel,
  { title, roles, replicates, watches }: Words,
  id: string,
): string {
  const master = masterOf(lab);
  const replicas = replicasOf(lab).map(({ name }) => name);
  const machines = machinesOf(lab);
  const others = machines.filter((machine) => machine !== master).map(({ name }) => name);
  const columns = Math.min(MOST_IN_A_ROW, Math.max(2, others.length));
  const width = columns * CARD_WIDTH + (columns - 1) * GAP;
  const layout = layOut(master.name, others, width, { widest: CARD_WIDTH, least: CARD_WIDTH });
  const cards = machines.map(
    (machine): Card => ({
      name: machine.name,
      role: machine.role,
      lines: [`${roles[machine.role]}, ${memoryText(machine.memoryMb)}`, addressText(machine)],
      eye: hasSentinel(machine) ? watches : undefined,
    }),
  );
  const [middle, below] = [width / 2, layout.height + LEGEND];
  const faint = { size: 12, fill: COLOURS.soft };
  return inlineSvg(
    {
      width,
      height: below + 8,
      title,
      description: `${watches}.`,
      shapes: [
        ...cardShapes(
          cards,
          replicas.map((name) => [name, master.name]),
          layout,
          COLOURS,
        ),
        ...(replicas.length > 0
          ? [words(middle + CARD_WIDTH / 2 + 12, 72, `${replicates} ↓`, faint)]
          : []),
        ...eye(middle - widthOf(watches, 12) / 2 - 26, below - 10, COLOURS.soft, watches),
        words(middle, below, watches, { ...faint, anchor: 'middle' }),
      ],
    },
    id,
    columns > 2 ? 'wide' : 'lab',
  );
}

function addressText(machine: MachineModel): string {
  return !isClient(machine) && machine.runsRedis
    ? `${machine.ip}:${machine.redisPort}`
    : machine.ip;
}

function hasSentinel(machine: MachineModel): boolean {
  return !isClient(machine) && machine.runsSentinel;
}

/** In 72 columns. */
export function topologyText(lab: LabModel, { roles, replicates, watches }: Words): string {
  const line = (node: MachineModel) =>
    [
      node.name.padEnd(Math.max(...machinesOf(lab).map(({ name }) => name.length))),
      addressText(node).padEnd(21),
      roles[node.role],
      `${hasSentinel(node) ? '[S]' : ''}`,
    ]
      .join('  ')
      .trimEnd();
  const master = masterOf(lab);
  const replicas = replicasOf(lab);
  const witnesses = lab.nodes.filter(({ role }) => role === 'sentinel');
  const besides = [...witnesses, ...clientsOf(lab)];
  return [
    line(master),
    ...(replicas.length > 0 ? [`  │ ${replicates}`] : []),
    ...replicas.map(
      (node, index) => `  ${index === replicas.length - 1 ? '└─>' : '├─>'} ${line(node)}`,
    ),
    ...(besides.length > 0 ? ['', ...besides.map(line)] : []),
    '',
    `[S] ${watches}`,
  ].join('\n');
}

/** `2 GB`, `512 MB`. */
export function memoryText(mb: number): string {
  return mb % 1024 === 0 ? `${mb / 1024} GB` : `${mb} MB`;
}
