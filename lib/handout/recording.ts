/** What a real lab answered to the handout's commands. */
import { literal } from '../literal.js';
import type { LabModel } from '../model/model.js';
import type { Block } from './block.js';
import type { Recording } from './read-recording.js';
import type { Performed } from './rehearse.js';
import { blocksOf } from './tasks.js';

export type { Recording };

export interface Circumstances {
  readonly date: string;
  readonly redisLab: string;
  readonly backend: Recording['backend'];
  readonly server: Recording['server'];
  /** As described. */
  readonly described: LabModel;
  /** As it runs. */
  readonly lab: LabModel;
  /** Folders and names of the machine that must not be shown, and what replaces each. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A recording of what was performed, with the addresses of the description in place of those of this machine. */
export function recordingOf(
  performed: readonly Performed[],
  { described, lab, secrets, ...rest }: Circumstances,
): Recording {
  const masks = lab.nodes.flatMap((node, index) => {
    const shown = described.nodes[index];
    return shown === undefined || shown.ip === node.ip ? [] : [{ seen: node.ip, shown: shown.ip }];
  });
  // If all nodes share one address and differ by port, there is nothing to replace it with.
  const apart = new Set(masks.map(({ seen }) => seen)).size === masks.length ? masks : [];
  const blocks = new Map(blocksOf(lab).map((block) => [block.id, block]));
  const shownLab = apart.length > 0 ? described : lab;
  return {
    format: 1,
    ...rest,
    lab: {
      name: lab.name,
      nodes: shownLab.nodes.map(({ name, ip, redisPort, sentinelPort }) => ({
        name,
        ip,
        redisPort,
        sentinelPort,
      })),
      masterName: lab.sentinel.masterName,
      quorum: lab.sentinel.quorum,
      downAfterMs: lab.sentinel.downAfterMs,
    },
    masks: apart,
    outputs: Object.fromEntries(
      performed.map(({ id, output, afterSeconds, letters }) => [
        id,
        {
          output: masked(shownLines(output, blocks.get(id)), apart, secrets),
          afterSeconds,
          letters,
        },
      ]),
    ),
  };
}

/** The lines of a block's output that are worth printing, an ellipsis for each run of others. */
export function shownLines(output: string, block: Pick<Block, 'show'> | undefined): string {
  if (block?.show === undefined) return output;
  const worth = new RegExp(block.show);
  const lines = output.split('\n').map((line) => (worth.test(line) ? line : '…'));
  return lines.filter((line, index) => line !== '…' || lines[index - 1] !== '…').join('\n');
}

function masked(
  output: string,
  masks: Recording['masks'],
  secrets: Circumstances['secrets'],
): string {
  const all = [
    ...masks.map(({ seen, shown }) => [seen, shown] as const),
    ...Object.entries(secrets),
  ];
  // The longest first: one may be the beginning of another.
  const shown = all
    .filter(([seen]) => seen !== '')
    .toSorted(([one], [other]) => other.length - one.length)
    .reduce((text, [seen, instead]) => replaceWhole(text, seen, instead), output);
  return underHeadings(output.split('\n'), shown.split('\n')).join('\n');
}

/** The columns of a table stay below their headings when an address in its rows has become longer or shorter. */
function underHeadings(before: readonly string[], after: readonly string[]): string[] {
  return after.map((line, index) => {
    const [row, shown] = [before[index + 1], after[index + 1]];
    if (line !== before[index] || row === undefined || shown === undefined || row === shown) {
      return line;
    }
    const from = [...row].findIndex((character, at) => character !== shown[at]);
    // Two blanks end a column.
    const next = /\s{2,}/.exec(row.slice(from));
    const column = from + (next?.index ?? row.length) + (next?.[0].length ?? 0);
    if (!/ {2}$/.test(line.slice(0, column)) || !line[column]?.trim()) return line;
    const wider = shown.length - row.length;
    return (
      line.slice(0, column + Math.min(0, wider)) +
      ' '.repeat(Math.max(0, wider)) +
      line.slice(column)
    );
  });
}

/** Not within a longer address or word: 127.0.0.1 is no part of 127.0.0.11. What begins with a blank begins anywhere. */
function replaceWhole(text: string, seen: string, shown: string): string {
  const before = /^\s/.test(seen) ? '' : '(?<![\\w.])';
  return text.replace(new RegExp(`${before}${literal(seen)}(?![\\w])(?!\\.\\d)`, 'g'), () => shown);
}

/** Whether it was recorded with the server that the lab is described with. */
export function isOfThisVersion({ server }: Recording, { redis }: LabModel): boolean {
  return server.engine === redis.engine && server.version === redis.version;
}

/** Whether outputs of this recording look different from what this lab would say. */
export function isOfAnotherLab({ lab: recorded, server }: Recording, lab: LabModel): boolean {
  const nodes = (
    list: readonly { name: string; ip: string; redisPort: number; sentinelPort: number }[],
  ) =>
    list
      .map(({ name, ip, redisPort, sentinelPort }) => `${name} ${ip} ${redisPort} ${sentinelPort}`)
      .join();
  return (
    nodes(recorded.nodes) !== nodes(lab.nodes) ||
    recorded.masterName !== lab.sentinel.masterName ||
    recorded.quorum !== lab.sentinel.quorum ||
    recorded.downAfterMs !== lab.sentinel.downAfterMs ||
    server.engine !== lab.redis.engine
  );
}
