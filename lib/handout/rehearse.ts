/**
 * Types the handout's commands on a running lab, in order, each until its output looks as it must. The caller provides what
 * types, waits and tells the time.
 */
import { EXIT, RedisLabError } from '../errors.js';
import type { LabModel, NodeModel } from '../model/model.js';
import type { Block, OnNode, Words } from './block.js';
import { isOnNode } from './block.js';
import { lettersOf } from './commands.js';

export interface Typed {
  readonly exitCode: number | undefined;
  /** Standard output and standard error, in the order in which the lines came. */
  readonly output: string;
}

interface Stage {
  /** The lab as it runs, with the addresses of its place. */
  readonly lab: LabModel;
  readonly type: (command: Words | OnNode) => Promise<Typed>;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** What became of a block. */
export interface Performed {
  readonly id: string;
  readonly output: string;
  /** Seconds since the lab was last broken or mended, to a tenth; null: it was not waited for. */
  readonly afterSeconds: number | null;
  /** What the letters stood for: `A` is `slave1`. */
  readonly letters: Readonly<Record<string, string>>;
}

/** Between two tries of what is typed until it looks right. */
const AGAIN_MS = 250;

/**
 * @param commandOf what of a block is typed here; null: nothing
 * @throws RedisLabError (1) for the first that does not look as it must in time, with what it said
 */
export async function rehearse(
  blocks: readonly Block[],
  commandOf: (block: Block) => Words | OnNode | null,
  stage: Stage,
  onPerformed: (performed: Performed) => void = () => undefined,
): Promise<readonly Performed[]> {
  const performed: Performed[] = [];
  let letters: Readonly<Record<string, string>> = {};
  let broken = stage.now();
  for (const block of blocks) {
    const command = commandOf(block);
    if (command === null) continue;
    if (block.pauseSeconds) await stage.sleep(block.pauseSeconds * 1000);
    if (block.breaks && block.withinSeconds === undefined) broken = stage.now();
    const output = await untilRight(block, withNames(command, letters), letters, stage);
    const waited = block.withinSeconds !== undefined || block.pauseSeconds !== undefined;
    const seconds = Math.round((stage.now() - broken) / 100) / 10;
    if (block.breaks && block.withinSeconds !== undefined) broken = stage.now();
    if (block.names === 'task') letters = taskLetters(stage.lab, output);
    if (block.names === 'new') letters = { ...letters, N: masterIn(stage.lab, output).name };
    const done = { id: block.id, output, afterSeconds: waited ? seconds : null, letters };
    performed.push(done);
    onPerformed(done);
  }
  return performed;
}

/** Words that are letters become the nodes that they stand for. */
function withNames(
  command: Words | OnNode,
  letters: Readonly<Record<string, string>>,
): Words | OnNode {
  if (Object.keys(letters).length === 0) return command;
  const named = (word: string) => letters[word] ?? word;
  return isOnNode(command) ? { ...command, node: named(command.node) } : command.map(named);
}

/** How a block's output must look in a lab; letters that mean nothing yet stay. */
export function patternOf(
  { looks }: Pick<Block, 'looks'>,
  lab: LabModel,
  letters: Readonly<Record<string, string>>,
): RegExp {
  const source = looks.replace(/\{([A-Z])\}/g, (place, letter: string) => {
    const node = lab.nodes.find(({ name }) => name === letters[letter]);
    return node ? `${node.ip.replaceAll('.', '\\.')}\\s+${node.redisPort}` : place;
  });
  return new RegExp(source, 'm');
}

async function untilRight(
  block: Block,
  command: Words | OnNode,
  letters: Readonly<Record<string, string>>,
  stage: Stage,
): Promise<string> {
  const pattern = patternOf(block, stage.lab, letters);
  const end = stage.now() + (block.withinSeconds ?? 0) * 1000;
  for (;;) {
    const { exitCode, output: said } = await stage.type(command);
    const output = said.replaceAll('\r', '').trimEnd();
    const ended = (exitCode === 0) === (block.fails !== true);
    if (ended && pattern.test(output)) return output;
    if (stage.now() >= end) {
      const words = isOnNode(command) ? [`${command.node}:`, ...command.argv] : command;
      const within = block.withinSeconds ? ` within ${block.withinSeconds} s` : '';
      throw new RedisLabError(
        `${block.id} of the handout does not look as it must${within}: ${words.join(' ')}\n  expected ${pattern}\n  ended with ${exitCode} and said:\n${indented(output)}\nLook at: redis-lab status`,
        { exitCode: EXIT.no },
      );
    }
    await stage.sleep(AGAIN_MS);
  }
}

function taskLetters(lab: LabModel, output: string): Record<string, string> {
  const master = masterIn(lab, output);
  const others = lab.nodes.filter((node) => node.runsRedis && node !== master);
  const names = [master, ...others].map(({ name }) => name);
  return Object.fromEntries(lettersOf(lab).map((letter, index) => [letter, names[index] ?? '']));
}

/** The node that a Sentinel names: its address, then its port, a line each. */
function masterIn(lab: LabModel, output: string): NodeModel {
  const [ip, port] = output.split('\n');
  const node = lab.nodes.find((each) => each.ip === ip && String(each.redisPort) === port);
  if (node) return node;
  throw new RedisLabError(
    `A Sentinel names ${JSON.stringify(output)} as the master, which is no node of the lab. Look at: redis-lab status`,
    { exitCode: EXIT.no },
  );
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
