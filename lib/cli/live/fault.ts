import { faultNamed } from '../../backends/registry.js';
import { sleep } from '../../clock.js';
import { EXIT } from '../../errors.js';
import { optionProblems, settled } from '../../faults/check-options.js';
import { expectation, roleOf } from '../../faults/expectation.js';
import type { FaultOptions } from '../../faults/options.js';
import { allFaults } from '../../faults/registry.js';
import { say } from '../../render/texts.js';
import { item } from '../../report/layout.js';
import { codesOf, textOf, toldIn } from '../../report/messages.js';
import { listed, speechIn, timeOf } from '../../report/speech.js';
import { toMilliseconds } from '../../spec/units.js';
import { printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';
import { oneOf, UsageError } from '../usage.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';
import { targetOf } from './target.js';

/** What each option of the library is called here. */
const FLAGS = {
  from: 'from',
  oneWay: 'one-way',
  traffic: 'traffic',
  delayMs: 'delay',
  jitterMs: 'jitter',
  lossPercent: 'loss',
  rateKbit: 'rate',
  forMs: 'for',
} as const;

const MUST = {
  delayMs: 'a time from 1ms to 1m, such as 200ms',
  jitterMs: 'a time from 1ms to 1m, such as 20ms',
  lossPercent: 'a percentage above 0, up to 100, such as 5%',
  rateKbit: 'a rate from 8kbit to 10000mbit, such as 1mbit',
  forMs: 'a time from 1ms to 24h, such as 30s',
} as const;

export async function fault(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const attached = await attachedLab(argv);
  const { running } = attached;
  const kinds = allFaults().map((each) => each.kind);
  const word = oneOf('fault', argv['kind'] as string, kinds);
  const targets = wordsOf(argv['node'] ?? '@master').map((node) => targetOf(attached, { node }));
  const ends = argv['from'] === undefined ? undefined : wordsOf(argv['from']);
  const others = ends?.map((node) => targetOf(attached, { node }));
  // If this backend cannot do it, the library says so, and names those that can.
  const found = faultNamed(word, running.backend);
  const { kind, done } = found;
  const namesOf = (all: typeof targets) => Promise.all(all.map((each) => running.node(each)));
  const nodes = [...new Set(await namesOf(targets))];
  const from = others && (await namesOf(others));
  const model = (await running.model()) ?? attached.lab.model;
  const { forMs, ...options } = read(argv, from);
  const timed = forMs === undefined ? options : { ...options, forMs };
  const problems = optionProblems(found, nodes, model, timed, {
    name: (option) => `--${FLAGS[option]}`,
    given: (option) => argv[FLAGS[option]],
    must: MUST,
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const before = await running.status();
  await running.inject(kind, nodes, options);
  const { language } = attached.lab.model;
  const [node = ''] = nodes;
  const role = roleOf(node, before);
  const end = isPart(options) ? settled(found, nodes, model, options).from : undefined;
  const settings = { ...model.sentinel, ...model.redis, from: end };
  const expected = nodes.length > 1 ? [] : expectation(found, node, before, settings);
  const speech = speechIn(language);
  const t = speech.t.fault;
  if (!argv['json']) {
    const { width } = styleFor(process.stdout);
    const kinds: Readonly<Record<string, string>> = t.kinds;
    const parts: Readonly<Record<string, string>> = t.parts;
    const { from: ends = [] } = settled(found, nodes, model, options);
    const part = end && parts[[kind, partOf(options) ?? []].flat().join('-')];
    const what = part ? say(part, { from: listed(ends, speech) }) : (kinds[kind] ?? done);
    for (const each of nodes) {
      printResult(say(t.done, { node: each, role: t.roles[roleOf(each, before)], what }));
    }
    for (const { text, ...coded } of expected) {
      printResult(item('  ', textOf(toldIn(speech, text, [coded])), width).join('\n'));
    }
    if (forMs !== undefined) printResult(`  ${say(t.over, { time: timeOf(speech, forMs) })}`);
    printResult(`  ${t.look.padEnd(21)}${commandLine(argv, 'status', '--watch')}`);
    printResult(`  ${t.undo.padEnd(21)}${commandLine(argv, 'heal')}`);
  }
  if (forMs !== undefined) await sleep(forMs, signal).catch(() => undefined);
  const undone = forMs === undefined ? [] : await running.undone(kind, nodes);
  if (argv['json']) {
    const texts = expected.map(({ text }) => text);
    const told = { fault: kind, node, role, expected: texts, expectedCodes: codesOf(expected) };
    const several = nodes.length > 1 ? { nodes } : {};
    const over = undone.map(({ text }) => text);
    const after = forMs === undefined ? {} : { undone: over, undoneCodes: codesOf(undone) };
    printJson({ ...told, ...several, ...after });
  } else {
    for (const each of undone) printResult(textOf(toldIn(speech, each.text, [each])));
  }
  return signal.aborted ? EXIT.interrupted : EXIT.ok;
}

/** Whether it is less than all between a node and the others. */
function isPart({ from, ...options }: FaultOptions): boolean {
  return from !== undefined || partOf(options) !== undefined;
}

function partOf({ oneWay, traffic }: FaultOptions): string | undefined {
  return traffic === 'sentinel' ? traffic : oneWay;
}

/** The options as the library has them; what cannot be read is not a number, and is told with what else is wrong. */
function read(
  argv: Record<string, unknown>,
  from: readonly string[] | undefined,
): FaultOptions & { readonly forMs?: number } {
  const numbers = (
    [
      ['delayMs', milliseconds],
      ['jitterMs', milliseconds],
      ['lossPercent', percent],
      ['rateKbit', kilobits],
      ['forMs', milliseconds],
    ] as const
  ).flatMap(([option, parse]) => {
    const given = argv[FLAGS[option]];
    return given === undefined ? [] : [[option, parse(String(given))] as const];
  });
  const words = (['oneWay', 'traffic'] as const).flatMap((option) => {
    const given = argv[FLAGS[option]];
    return given === undefined ? [] : [[option, given] as const];
  });
  return { ...(from ? { from } : {}), ...Object.fromEntries([...numbers, ...words]) };
}

/** Without a unit it would be milliseconds, and hardly ever meant. */
function milliseconds(text: string): number {
  return /^\d+$/.test(text) ? Number.NaN : toMilliseconds(text);
}

function percent(text: string): number {
  const [, number] = /^(\d{1,3}(?:\.\d{1,3})?)%?$/.exec(text) ?? [];
  return number === undefined ? Number.NaN : Number(number);
}

const KILOBITS = { kbit: 1, mbit: 1000, gbit: 1_000_000 } as const;

function kilobits(text: string): number {
  const [, number, unit] = /^(\d{1,8}(?:\.\d{1,3})?)([kmg]bit)$/i.exec(text) ?? [];
  if (number === undefined || unit === undefined) return Number.NaN;
  return Number(number) * KILOBITS[unit.toLowerCase() as keyof typeof KILOBITS];
}

/** Nodes, with commas between. */
function wordsOf(given: unknown): string[] {
  return String(given)
    .split(',')
    .map((each) => each.trim());
}
