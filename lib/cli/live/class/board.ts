/** The board of a class: redrawn on a terminal, once elsewhere, or as lines of JSON. */
import { forEach } from '../../../class/each.js';
import { keyOf, type StudentLab } from '../../../class/labs.js';
import type { ClassEvent } from '../../../class/watch.js';
import { now, toEpoch } from '../../../clock.js';
import { EXIT, jsonText, RedisLabError } from '../../../errors.js';
import { Lab } from '../../../lab/lab.js';
import { eventText } from '../../../live/event-text.js';
import { isProgress } from '../../../live/events.js';
import { say } from '../../../render/texts.js';
import { cut } from '../../../report/layout.js';
import { textOf, toldIn } from '../../../report/messages.js';
import type { Speech } from '../../../report/speech.js';
import { drained, printRaw, printResult, readerGone } from '../../output.js';
import { quitKey } from '../../quit-key.js';
import { canRedraw, styleFor } from '../../style.js';
import { lastEvent } from '../last-event.js';
import { drawnOver } from '../redraw.js';
import { intervalOf } from '../status.js';
import { clock } from '../watching.js';
import { boardLines, boardSum, type Seat } from './board-text.js';
import { codeOfExit, firstLine, jobsOf, onlyOf, type Work } from './work.js';

export async function board(work: Work): Promise<number> {
  const { argv, labClass, signal } = work;
  const everyMs = intervalOf(argv['interval'] ?? '2s');
  const isLive = argv['json'] || canRedraw(process.stdout);
  if (argv['once'] || !isLive) return once(work);
  const only = onlyOf(argv);
  const key = argv['json'] ? undefined : quitKey();
  const stop = AbortSignal.any([signal, readerGone(), ...(key ? [key.signal] : [])]);
  const events = labClass.watch({ only, jobs: jobsOf(argv), everyMs, signal: stop });
  try {
    if (argv['json']) {
      for await (const event of events) {
        printRaw(`${jsonText(event)}\n`);
        await drained(stop);
      }
    } else await live(work, events, stop);
  } finally {
    key?.close();
  }
  return EXIT.ok;
}

/** One look at each lab, as a table, or as events. */
async function once(work: Work): Promise<number> {
  const { argv, labClass, signal, speech } = work;
  const outcomes = await labClass.status({ only: onlyOf(argv), jobs: jobsOf(argv), signal });
  signal.throwIfAborted();
  if (argv['json']) {
    for (const { item, value: status, error } of outcomes) {
      const at = now();
      const about = { student: keyOf(item.student), lab: item.lab.name, at, time: timeAt(at) };
      const told =
        status === undefined
          ? { kind: 'unreadable', exitCode: codeOfExit(error), text: firstLine(error) }
          : { kind: 'status', status };
      printRaw(`${jsonText({ ...about, ...told })}\n`);
    }
  } else {
    const seats = new Seats(outcomes.map(({ item }) => item));
    for (const { item, value: status, error } of outcomes) {
      const failure = error === undefined ? undefined : firstLine(error);
      seats.set(keyOf(item.student), { status, failure });
    }
    await recall(work, seats, signal);
    const lines = boardLines(seats.all, {
      now: Date.now(),
      style: styleFor(process.stdout),
      speech,
    });
    printResult([boardSum(seats.all, speech), '', ...lines].join('\n'));
  }
  const failed = outcomes.find(({ error }) => error !== undefined)?.error;
  if (failed !== undefined) return codeOfExit(failed);
  return outcomes.every(({ value }) => value?.ready) ? EXIT.ok : EXIT.no;
}

/** Events come in bursts; it is drawn no sooner than so long after the first of one, milliseconds. */
const GATHER_MS = 100;

/** What is shown grows older. */
const AGES_MS = 1000;

async function live(
  work: Work,
  events: AsyncIterable<ClassEvent>,
  stop: AbortSignal,
): Promise<void> {
  const { speech, labClass, argv } = work;
  const seats = new Seats(chosen(labClass.model.labs, onlyOf(argv)));
  const drawing = drawnOver();
  let isDue = false;
  const draw = () => {
    isDue = false;
    if (stop.aborted) return;
    const style = styleFor(process.stdout);
    const height = (process.stdout.rows || Number.POSITIVE_INFINITY) - FRAME;
    const at = new Date();
    drawing.draw([
      cut(
        `${labClass.model.name} (${labClass.backend}): ${boardSum(seats.all, speech)}`,
        style.width,
      ),
      '',
      ...boardLines(seats.all, { now: at.getTime(), height, style, speech }),
      '',
      cut(say(speech.t.class.ends, { time: clock({ time: at.toISOString() }) }), style.width),
    ]);
  };
  const soon = () => {
    if (isDue) return;
    isDue = true;
    setTimeout(draw, GATHER_MS).unref();
  };
  const onResize = () => {
    drawing.clear();
    draw();
  };
  const ages = setInterval(draw, AGES_MS);
  process.stdout.on('resize', onResize);
  draw();
  const recalled = recall(work, seats, stop, soon);
  try {
    for await (const event of events) {
      seats.hear(event, speech);
      soon();
      await drained(stop);
    }
  } finally {
    clearInterval(ages);
    process.stdout.off('resize', onResize);
    await recalled;
  }
}

/** Beside the labs: the sum, two empty lines, the time, and the line that the cursor stands in. */
const FRAME = 5;

/** Logs that are read at the same moment. */
const LOGS_AT_ONCE = 2;

/** What the log of a Sentinel tells of before, of each lab that nothing else is known of. */
async function recall(
  { labClass }: Work,
  seats: Seats,
  signal: AbortSignal,
  onFound: () => void = () => undefined,
): Promise<void> {
  const outcomes = await forEach(
    seats.labs,
    async ({ student, lab }) => {
      const running = await new Lab(lab).attach({ backend: labClass.backend });
      const found = await lastEvent(running, signal, 1);
      if (!found) return;
      const text = eventText({ kind: 'sentinel', node: found.node, event: found.text, text: '' });
      seats.recall(keyOf(student), { at: found.at, text });
      onFound();
    },
    { jobs: LOGS_AT_ONCE, signal },
  );
  // An event of before is one more thing to see, and nothing depends on it; but a defect is told.
  for (const { error } of outcomes) {
    if (error !== undefined && !(error instanceof RedisLabError)) throw error;
  }
}

function chosen(labs: readonly StudentLab[], only: readonly string[] | undefined) {
  const wanted = only?.map((each) => each.toLowerCase());
  return labs.filter(({ student }) => wanted?.includes(keyOf(student).toLowerCase()) ?? true);
}

function timeAt(at: number): string {
  return new Date(toEpoch(at)).toISOString();
}

/** What is known of each lab so far. */
class Seats {
  readonly labs: readonly StudentLab[];
  readonly #seats: Map<string, Seat>;

  constructor(labs: readonly StudentLab[]) {
    this.labs = labs;
    this.#seats = new Map(
      labs.map(({ student }) => {
        const id = keyOf(student);
        return [id, { id, name: student.name }];
      }),
    );
  }

  get all(): readonly Seat[] {
    return [...this.#seats.values()];
  }

  set(id: string, known: Partial<Seat>): void {
    const seat = this.#seats.get(id);
    if (seat) this.#seats.set(id, { ...seat, ...known });
  }

  /** An event of before; one that was heard since is newer. */
  recall(id: string, event: NonNullable<Seat['event']>): void {
    if (!this.#seats.get(id)?.event) this.set(id, { event });
  }

  hear(event: ClassEvent, speech: Speech): void {
    const { student } = event;
    if (event.kind === 'status') this.set(student, { status: event.status, failure: undefined });
    if (event.kind === 'unreadable') this.set(student, { failure: event.text });
    const text = whatHappened(event, speech);
    if (text !== undefined) this.set(student, { event: { at: Date.parse(event.time), text } });
  }
}

/** Undefined for what would push aside what matters more: the lab as a whole, connections of ours, problems that are gone. */
function whatHappened(event: ClassEvent, speech: Speech): string | undefined {
  if (isProgress(event)) return undefined;
  switch (event.kind) {
    case 'status':
    case 'unreadable':
    case 'hearing':
    case 'dropped':
      return undefined;
    case 'problem': {
      const { code, values, state, text } = event;
      return state === 'came' ? textOf(toldIn(speech, text, [{ code, values }])) : undefined;
    }
    default:
      return eventText(event, speech.lang);
  }
}
