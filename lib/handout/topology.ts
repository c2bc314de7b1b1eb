/** The lab drawn: as SVG, and in characters. */
import { type LabModel, masterOf, type NodeModel, replicasOf } from '../model/model.js';
import { safe } from './html.js';

export interface Words {
  readonly title: string;
  readonly roles: Readonly<Record<NodeModel['role'], string>>;
  readonly replicates: string;
  readonly watches: string;
}

const BOX = { width: 190, height: 92, gapX: 34, gapY: 84 };
const MOST_IN_A_ROW = 4;

/** Colours are the page's: classes and `currentColor`. */
export function topologySvg(lab: LabModel, words: Words): string {
  const master = masterOf(lab);
  const below = [...replicasOf(lab), ...lab.nodes.filter(({ role }) => role === 'sentinel')];
  const columns = Math.min(MOST_IN_A_ROW, Math.max(1, below.length));
  const width = columns * BOX.width + (columns - 1) * BOX.gapX + 40;
  const rows = Math.ceil(below.length / columns);
  const height = BOX.height * (rows + 1) + BOX.gapY * rows + 44;
  const masterX = (width - BOX.width) / 2;
  const places = below.map((node, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, below.length - row * columns);
    const rowWidth = inRow * BOX.width + (inRow - 1) * BOX.gapX;
    return {
      node,
      x: (width - rowWidth) / 2 + (index % columns) * (BOX.width + BOX.gapX),
      y: 8 + (row + 1) * (BOX.height + BOX.gapY),
    };
  });
  const arrows = places
    .filter(({ node }) => node.role === 'replica')
    .map(({ x, y }) => {
      const [fromX, fromY, toX, toY] = [width / 2, 8 + BOX.height, x + BOX.width / 2, y - 4];
      const bend = (fromY + toY) / 2;
      return `<path class="flow" d="M ${fromX} ${fromY} C ${fromX} ${bend}, ${toX} ${bend}, ${toX} ${toY}" marker-end="url(#arrow)"/>`;
    });
  const boxes = [{ node: master, x: masterX, y: 8 }, ...places].map(({ node, x, y }) =>
    box(node, x, y, words),
  );
  const labelled =
    arrows.length > 0
      ? [
          `<text class="faint" x="${width / 2 + BOX.width / 2 + 12}" y="${8 + BOX.height - 8}">${safe(words.replicates)} ↓</text>`,
        ]
      : [];
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${safe(words.title)}" style="max-width: ${width}px">`,
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M 0 0 L 10 5 L 0 10 z"/></marker></defs>',
    ...arrows,
    ...boxes,
    ...labelled,
    `<circle class="sentinel" cx="${width / 2 - 4 * words.watches.length - 6}" cy="${height - 13}" r="6"/>`,
    `<text class="faint" text-anchor="middle" x="${width / 2 + 8}" y="${height - 8}">${safe(words.watches)}</text>`,
    '</svg>',
  ].join('\n');
}

function box(node: NodeModel, x: number, y: number, { roles }: Words): string {
  const middle = x + BOX.width / 2;
  const server = node.runsRedis ? `:${node.redisPort}` : '';
  return [
    `<g class="node ${node.role}">`,
    `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="10"/>`,
    `<text class="name" text-anchor="middle" x="${middle}" y="${y + 28}">${safe(node.name)}</text>`,
    `<text text-anchor="middle" x="${middle}" y="${y + 50}">${safe(`${node.ip}${server}`)}</text>`,
    `<text class="faint" text-anchor="middle" x="${middle}" y="${y + 72}">${safe(roles[node.role])}, ${memoryText(node.memoryMb)}</text>`,
    ...(node.runsSentinel
      ? [`<circle class="sentinel" cx="${x + BOX.width - 14}" cy="${y + 14}" r="6"/>`]
      : []),
    '</g>',
  ].join('');
}

/** In 72 columns. */
export function topologyText(lab: LabModel, { roles, replicates, watches }: Words): string {
  const line = (node: NodeModel) =>
    [
      node.name.padEnd(Math.max(...lab.nodes.map(({ name }) => name.length))),
      `${node.ip}${node.runsRedis ? `:${node.redisPort}` : ''}`.padEnd(21),
      roles[node.role],
      `${node.runsSentinel ? '[S]' : ''}`,
    ]
      .join('  ')
      .trimEnd();
  const master = masterOf(lab);
  const replicas = replicasOf(lab);
  const witnesses = lab.nodes.filter(({ role }) => role === 'sentinel');
  return [
    line(master),
    ...(replicas.length > 0 ? [`  │ ${replicates}`] : []),
    ...replicas.map(
      (node, index) => `  ${index === replicas.length - 1 ? '└─>' : '├─>'} ${line(node)}`,
    ),
    ...(witnesses.length > 0 ? ['', ...witnesses.map(line)] : []),
    '',
    `[S] ${watches}`,
  ].join('\n');
}

/** `2 GB`, `512 MB`. */
export function memoryText(mb: number): string {
  return mb % 1024 === 0 ? `${mb / 1024} GB` : `${mb} MB`;
}
