/** Many labs of one description, from the command line. */

import type { Room } from '../../backends/descriptor.js';
import { faultNamed } from '../../backends/registry.js';
import { LabClass, type StudentOutcome } from '../../class/class.js';
import type { Outcome } from '../../class/each.js';
import { keyOf, type StudentLab } from '../../class/labs.js';
import { loadClass } from '../../class/load.js';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import { allFaults } from '../../faults/registry.js';
import { say } from '../../render/texts.js';
import { clean, table } from '../../report/layout.js';
import { type Speech, speechIn, timeOf } from '../../report/speech.js';
import type { LabStatus, VerifyResult } from '../../report/types.generated.js';
import { IN_UP, SCENARIO_NAMES } from '../../scenarios/names.js';
import { exists } from '../../workspace/inspect.js';
import { ask, canAsk } from '../ask.js';
import { CLASS_ACTIONS, type ClassAction } from '../class-actions.js';
import { computing } from '../computing.js';
import { DEFAULT_SPEC } from '../load.js';
import { printAside, printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';
import { oneOf, UsageError, wholeNumber } from '../usage.js';
import { commandLine } from '../words.js';

const MOST_JOBS = 1000;

export async function labs(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const action = oneOf('action', String(argv['action']), CLASS_ACTIONS);
  const { spec, set, roster } = argv as { spec?: string; set: string[]; roster?: string };
  const file = spec ?? (exists(DEFAULT_SPEC) ? DEFAULT_SPEC : undefined);
  const model = await computing(() => loadClass({ spec: file, set, roster }));
  const work = { argv, action, signal, labClass: new LabClass(model, 'incus') };
  const speech = speechIn(model.described.language);
  if (action === 'list') return list(work, speech);
  if (action === 'down') return down(work, speech);
  return onEach(work, speech);
}

interface Work {
  readonly argv: Record<string, unknown>;
  readonly action: ClassAction;
  readonly labClass: LabClass;
  readonly signal: AbortSignal;
}

/** What was seen or done of one lab, for the table and for JSON. */
interface Seen {
  /** Whether the answer is yes. */
  readonly ok: boolean;
  /** Cells behind number and name. */
  readonly cells: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
}

async function onEach(work: Work, speech: Speech): Promise<number> {
  const { argv, labClass, signal } = work;
  const jobs = jobsOf(argv);
  const only = onlyOf(argv);
  const { labs: all } = labClass.model;
  const count = only?.length ?? all.length;
  const onEnd = teller<StudentLab>(count, whoIs, speech);
  const seen = await doneTo(work, { only, jobs, signal, onEnd }, speech);
  signal.throwIfAborted();
  if (argv['json']) {
    printJson({
      class: labClass.model.name,
      backend: labClass.backend,
      action: work.action,
      labs: seen.map(({ outcome, seen }) => asJson(outcome, seen)),
    });
  } else {
    printResult(asText(work.action, seen, speech));
  }
  return exitOf(seen);
}

/** Says of each lab that the work on it has ended. */
function teller<Item>(count: number, who: (item: Item) => string, speech: Speech) {
  const t = speech.t.class;
  let done = 0;
  return ({ item, error, ms = 0 }: Outcome<Item, unknown>) => {
    done += 1;
    const time = timeOf(speech, ms);
    const told =
      error === undefined ? say(t.done, { time }) : say(t.failed, { time, said: firstLine(error) });
    printAside(`${done}/${count} ${who(item)}: ${told}`);
  };
}

type Call = Parameters<LabClass['status']>[0];

interface Told {
  readonly outcome: StudentOutcome<unknown>;
  readonly seen: Seen | undefined;
}

async function doneTo(
  { argv, action, labClass }: Work,
  call: NonNullable<Call>,
  speech: Speech,
): Promise<readonly Told[]> {
  const words = [argv['word'] ?? []].flat().map(String);
  switch (action) {
    case 'up':
      return told(await labClass.up(call), (running) => ({
        ok: true,
        cells: [
          running.readyMs === null
            ? speech.t.class.wasUp
            : say(speech.t.class.ready, { time: timeOf(speech, running.readyMs) }),
        ],
        json: { started: running.started, readyMs: running.readyMs },
      }));
    case 'status':
      return told(await labClass.status(call), (status) => statusSeen(status, speech));
    case 'verify': {
      const names = words.map((word) => oneOf('scenario', word, SCENARIO_NAMES));
      const results = await labClass.verify(names.length > 0 ? names : IN_UP, {}, call);
      return told(results, (result) => verdictSeen(result, speech));
    }
    case 'fault': {
      const kinds = allFaults().map(({ kind }) => kind);
      const [word, node = '@master', ...more] = words;
      if (word === undefined || more.length > 0) {
        throw new UsageError('class fault takes a fault and a node: class fault crash @master');
      }
      const kind = oneOf('fault', word, kinds);
      faultNamed(kind, labClass.backend);
      return told(await labClass.inject(kind, node.split(','), {}, call), () => did());
    }
    case 'heal':
      return told(await labClass.heal(call), (mended) => ({
        ok: true,
        cells: [mended.length === 0 ? speech.t.class.nothing : mended.join(' ')],
        json: { mended },
      }));
    case 'exec': {
      const command = ((argv['--'] as string[] | undefined) ?? []).map(String);
      const [node = '@master', ...rest] = words;
      const all = [...rest, ...command];
      if (all.length === 0) {
        throw new UsageError('class exec needs a command: class exec @master -- redis-cli PING');
      }
      return told(await labClass.exec(node, all, call), ({ exitCode, stdout, stderr }) => ({
        ok: exitCode === 0,
        cells: [String(exitCode), clean(`${stdout}${stderr}`.trim())],
        json: { exitCode, stdout, stderr },
      }));
    }
    case 'stop':
      return told(await labClass.stop(call), (ended) => ({
        ok: true,
        cells: [ended.length === 0 ? speech.t.class.nothing : speech.t.class.stopped],
        json: { ended },
      }));
    default:
      throw new Error(`${action} is not done to each lab`);
  }
}

function did(): Seen {
  return { ok: true, cells: [], json: {} };
}

function told<Value>(
  outcomes: readonly StudentOutcome<Value>[],
  see: (value: Value) => Seen,
): readonly Told[] {
  return outcomes.map((outcome) => ({
    outcome,
    seen:
      'value' in outcome && outcome.error === undefined ? see(outcome.value as Value) : undefined,
  }));
}

function statusSeen(status: LabStatus, { t }: Speech): Seen {
  const { state, ready, master, problems } = status;
  const states: Readonly<Record<string, string>> = t.class.states;
  const [first = ''] = problems;
  const more = problems.length > 1 ? say(t.class.more, { count: problems.length - 1 }) : '';
  return {
    ok: ready,
    cells: [
      ready ? t.class.isReady : (states[state] ?? state),
      master ?? '–',
      `${clean(first)}${more}`,
    ],
    json: { status },
  };
}

function verdictSeen(result: VerifyResult, { t }: Speech): Seen {
  const { verdict, scenarios } = result;
  const failed = scenarios.find((each) => each.verdict === 'failed');
  return {
    ok: verdict !== 'failed',
    cells: [
      verdict === 'failed' ? t.class.no : t.class.yes,
      clean(failed ? `${failed.name}: ${failed.reason ?? ''}` : ''),
    ],
    json: { verify: result },
  };
}

function asJson({ item, error, ms }: StudentOutcome<unknown>, seen: Seen | undefined) {
  const { name, email } = item.student;
  return {
    id: keyOf(item.student),
    name,
    email,
    lab: item.lab.name,
    ok: seen?.ok ?? false,
    ms: ms === undefined ? null : Math.round(ms),
    error: failureOf(error),
    ...seen?.json,
  };
}

function asText(action: ClassAction, all: readonly Told[], speech: Speech): string {
  const t = speech.t.class;
  const style = styleFor(process.stdout);
  const heads: Readonly<Record<string, readonly string[]>> = {
    status: [t.state, t.master, t.problem],
    verify: [t.verdict, t.reason],
    exec: [t.exit, t.output],
  };
  const behind = heads[action] ?? [t.result];
  const rows = all.map(({ outcome, seen }) => {
    const { student } = outcome.item;
    const failed = outcome.error === undefined ? t.notBegun : firstLine(outcome.error);
    return [clean(keyOf(student)), clean(student.name), ...(seen?.cells ?? [failed])];
  });
  const good = all.filter(({ seen }) => seen?.ok).length;
  const lines = table(
    [t.id, t.name, ...behind].map((title) => ({ title })),
    rows,
    style.width,
  );
  return [...lines, '', say(t.sum, { good, all: all.length })].join('\n');
}

function exitOf(all: readonly Told[]): number {
  const failed = all.find(({ outcome }) => outcome.error !== undefined)?.outcome.error;
  if (failed !== undefined) return codeOfExit(failed);
  return all.every(({ seen }) => seen?.ok) ? EXIT.ok : EXIT.no;
}

async function list({ argv, labClass, signal }: Work, speech: Speech): Promise<number> {
  const rooms = await labClass.rooms(signal);
  const names = new Map(labClass.model.labs.map(({ lab, student }) => [lab.name, student.name]));
  if (argv['json']) {
    const all = rooms.map(({ lab, student }) => ({
      id: student,
      name: names.get(lab) ?? null,
      lab,
    }));
    printJson({ class: labClass.model.name, backend: labClass.backend, labs: all });
    return EXIT.ok;
  }
  const t = speech.t.class;
  const title = [t.id, t.name, t.lab].map((each) => ({ title: each }));
  const rows = rooms.map(({ lab, student }) => [clean(student), clean(names.get(lab) ?? '–'), lab]);
  printResult(
    rooms.length === 0
      ? say(t.none, { class: labClass.model.name })
      : table(title, rows).join('\n'),
  );
  return EXIT.ok;
}

async function down({ argv, labClass, signal }: Work, speech: Speech): Promise<number> {
  const t = speech.t.class;
  const { name, labs: listed } = labClass.model;
  const only = onlyOf(argv)?.map((each) => each.toLowerCase());
  const known = new Set(listed.map(({ lab }) => lab.name));
  const all = await labClass.rooms(signal);
  const strange = only?.filter(
    (each) => !all.some(({ student }) => student.toLowerCase() === each),
  );
  if (strange && strange.length > 0) {
    throw new UsageError(
      `No lab of the class ${name} is that of ${strange.map(visible).join(', ')}.`,
    );
  }
  const rooms = all.filter(
    ({ lab, student }) =>
      (!argv['gone'] || !known.has(lab)) && (!only || only.includes(student.toLowerCase())),
  );
  if (rooms.length > 0 && !argv['yes']) {
    const count = rooms.length;
    const question = say(t.question, { count, class: name });
    if (!canAsk()) {
      const roster = argv['roster'] === undefined ? [] : ['--roster', String(argv['roster'])];
      const which = (onlyOf(argv) ?? []).flatMap((each) => ['--only', each]);
      const gone = argv['gone'] ? ['--gone'] : [];
      const yes = commandLine(argv, 'class', 'down', ...roster, ...which, ...gone, '--yes');
      throw new UsageError(say(t.refused, { count, class: name, yes }).trim());
    }
    if (!(await ask(question, signal, speech, 'no'))) return EXIT.no;
  }
  const onEnd = teller<Room>(rooms.length, ({ student }) => clean(student), speech);
  const jobs = jobsOf(argv);
  const outcomes = await labClass.down(rooms, { ...(jobs ? { jobs } : {}), signal, onEnd });
  signal.throwIfAborted();
  const failed = outcomes.find(({ error }) => error !== undefined)?.error;
  if (argv['json']) {
    printJson({
      class: name,
      backend: labClass.backend,
      labs: outcomes.map(({ item, error, ms }) => ({
        id: item.student,
        lab: item.lab,
        ms: Math.round(ms ?? 0),
        error: failureOf(error),
      })),
    });
  } else {
    const good = outcomes.filter(({ error }) => error === undefined).length;
    printResult(
      rooms.length === 0 ? say(t.none, { class: name }) : say(t.gone, { good, all: rooms.length }),
    );
  }
  return failed === undefined ? EXIT.ok : codeOfExit(failed);
}

function jobsOf({ jobs }: Record<string, unknown>): number | undefined {
  return jobs === undefined ? undefined : wholeNumber('jobs', jobs, 1, MOST_JOBS);
}

function onlyOf({ only }: Record<string, unknown>): readonly string[] | undefined {
  const all = [only ?? []].flat().map(String);
  return all.length === 0 ? undefined : all;
}

function whoIs({ student }: StudentLab): string {
  return clean(`${keyOf(student)} ${student.name}`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failureOf(error: unknown) {
  return error === undefined ? null : { code: codeOf(error), message: textOf(error) };
}

function codeOfExit(error: unknown): number {
  return error instanceof RedisLabError ? error.exitCode : EXIT.bug;
}

function codeOf(error: unknown): string {
  return error instanceof RedisLabError ? error.code : 'redis-lab.defect';
}

function firstLine(error: unknown): string {
  return clean(textOf(error).split('\n')[0] ?? '');
}
