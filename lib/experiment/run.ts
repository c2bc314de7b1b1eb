/** Runs an experiment: each run is a process of its own, so that the clients of one do not wait for those of another. */
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { now, sleep } from '../clock.js';
import type { Invocation } from '../command/call.js';
import { run as runProgram } from '../command/run.js';
import { EXIT, RedisLabError, WorkspaceError } from '../errors.js';
import { buildLab } from '../lab/lab.js';
import { withLabLock } from '../process/lab-lock.js';
import { shellWord } from '../render/shell-quote.js';
import { readResult } from '../report/read-result.js';
import { FAIL_OVER } from '../scenarios/names.js';
import { parseSaved } from '../spec/saved.js';
import { callsFor } from '../verify/clients/call.js';
import { wantedClients } from '../verify/clients/wanted.js';
import { version } from '../version.js';
import type { Folder } from '../workspace/folder.js';
import { namedFolder } from '../workspace/named-file.js';
import { clientsCsvOf, csvOf } from './csv.js';
import { experimentPage } from './page.js';
import { type ExperimentPlan, type Planned, type PlannedCell, planned } from './plan.js';
import { errorOf, runOf } from './run-of.js';
import { experimentRun, savedPlan } from './schema.js';
import { summaryOf } from './summary.js';
import type { ExperimentCell, ExperimentResult, ExperimentRun } from './types.generated.js';

/** How an experiment is run. */
export interface ExperimentOptions {
  /**
   * Where everything goes: `runs/` with one file for each run, and at the end `experiment.json`, `runs.csv` and `experiment.html`. An
   * experiment that was interrupted goes on there.
   */
  readonly folder: string;
  /** Runs side by side, each with a lab of its own. Default: as many as this machine has processors. */
  readonly jobs?: number | undefined;
  /** Language of the page: `en` or `id`. Default: that of the lab. */
  readonly lang?: string | undefined;
  /** How redis-lab is called for a run. Default: the executable that this library came with. */
  readonly command?: Invocation | undefined;
  /** Hears of each run when it is over, how many are done, and how many there will be. */
  readonly onRun?:
    | ((run: ExperimentRun, cell: ExperimentCell, done: number, all: number) => void)
    | undefined;
  /** Aborting it ends the runs that are under way, takes their labs down, and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The longest that a run may take before it is taken for stuck: every wait of a scenario ends long before. Milliseconds. */
const RUN_MS = 30 * 60_000;
/** That a run has to take its lab down when it is ended, milliseconds. */
const GRACE_MS = 60_000;
/** Of a cell that cannot be run; then no more are tried. */
const MOST_ERRORS = 3;
/** Bytes. */
const LARGEST_RUN = 1_000_000;

/** Between two looks whether a run of an earlier call is over, milliseconds. */
const BUSY_LOOK_MS = 500;

const PLAN = 'plan.json';

/** @see experiment */
export async function runExperiment(
  plan: ExperimentPlan,
  options: ExperimentOptions,
): Promise<ExperimentResult> {
  const { folder: name, jobs = os.availableParallelism(), signal } = options;
  const all = await planned(plan, signal);
  // What a run would lack is told before the first.
  await callsFor(
    wantedClients(all.clients).clients.map(({ library }) => library),
    signal,
  );
  const folder = namedFolder(name);
  const salt = planIn(folder, all.id);
  return withLabLock(`experiment-${salt}`, 'experiment', async () => {
    const bench = new Bench(all, folder, salt, options);
    const lanes = Math.min(Math.max(1, jobs), all.cells.length * all.repeat);
    const ended = new AbortController();
    const stop = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
    const work = Array.from({ length: lanes }, (_, i) =>
      bench.lane(i + 1, stop).catch((error: unknown) => {
        // What ends one ends all.
        ended.abort(error);
        throw error;
      }),
    );
    const outcomes = await Promise.allSettled(work);
    signal?.throwIfAborted();
    for (const each of outcomes) if (each.status === 'rejected') throw each.reason;
    return bench.finish(lanes);
  });
}

/** Marks a folder as that of a plan; gives what its labs are called by. */
function planIn(folder: Folder, id: string): string {
  const found = folder.read(PLAN, LARGEST_RUN);
  if (!found) {
    const salt = randomBytes(4).toString('hex');
    folder.replace(PLAN, `${JSON.stringify({ id, salt }, null, 2)}\n`, 0o644);
    return salt;
  }
  const file = path.join(folder.root, PLAN);
  const known = parseSaved(savedPlan, String(found.content ?? ''), file, {
    what: 'the plan of an experiment',
    command: 'redis-lab experiment',
  });
  if (known.id === id) return known.salt;
  throw new WorkspaceError(
    `${folder.root} holds another experiment: what is varied, the scenarios, the description or the servers were different. Name another folder, or remove this one.`,
  );
}

class Bench {
  readonly #plan: Planned;
  readonly #folder: Folder;
  readonly #salt: string;
  readonly #options: ExperimentOptions;
  readonly #runs: ExperimentRun[] = [];
  readonly #waiting: { readonly cell: PlannedCell; readonly run: number }[] = [];
  readonly #givenUp = new Set<number>();
  readonly #cells: readonly ExperimentCell[];
  readonly #all: number;

  constructor(plan: Planned, folder: Folder, salt: string, options: ExperimentOptions) {
    [this.#plan, this.#folder, this.#salt, this.#options] = [plan, folder, salt, options];
    this.#cells = plan.cells.map(({ sets, ...cell }) => ({
      ...cell,
      command: ['redis-lab', ...wordsOf(plan, { sets, ...cell })].map(shellWord).join(' '),
    }));
    this.#all = plan.cells.length * plan.repeat;
    // One of each cell, then the second of each: what changes with time on this machine touches all alike.
    for (let run = 1; run <= plan.repeat; run++) {
      for (const cell of plan.cells) {
        const known = this.#read(cell.cell, run);
        if (known) this.#runs.push(known);
        else this.#waiting.push({ cell, run });
      }
    }
  }

  #read(cell: number, run: number): ExperimentRun | undefined {
    const name = fileOf(cell, run);
    const found = this.#folder.read(name, LARGEST_RUN);
    if (!found) return undefined;
    const kind = { what: 'a run of an experiment', command: 'redis-lab experiment' };
    const file = path.join(this.#folder.root, name);
    return parseSaved(experimentRun, String(found.content ?? ''), file, kind);
  }

  /** Takes one run after another, with a lab of its own name. */
  async lane(number: number, signal: AbortSignal): Promise<void> {
    const lab = `x${this.#salt}-${number}`;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      signal.throwIfAborted();
      const { cell, run } = next;
      if (this.#givenUp.has(cell.cell)) continue;
      const made = await this.#make(lab, cell, run, signal);
      this.#runs.push(made);
      this.#judge(made, cell.cell);
      // One that could not be made is tried again by the next call.
      if (made.verdict !== 'error') {
        this.#folder.replace(fileOf(cell.cell, run), `${JSON.stringify(made)}\n`, 0o644);
      }
      const told = this.#cells[cell.cell - 1];
      if (told) this.#options.onRun?.(made, told, this.#runs.length, this.#all);
    }
  }

  /** What makes no sense, or cannot be run, is not tried again and again. */
  #judge({ verdict }: ExperimentRun, cell: number): void {
    const errors = this.#runs.filter((each) => each.cell === cell && each.verdict === 'error');
    if (verdict === 'skipped' || errors.length >= MOST_ERRORS) this.#givenUp.add(cell);
  }

  async #make(
    lab: string,
    cell: PlannedCell,
    run: number,
    signal: AbortSignal,
  ): Promise<ExperimentRun> {
    const begun = { cell: cell.cell, run, startedAt: new Date().toISOString() };
    const since = now();
    const { program, args, env } = this.#options.command ?? ownCommand();
    const words = [...wordsOf(this.#plan, cell, lab), '--json'];
    try {
      await this.#clear(lab, signal);
      const { code, stdout, stderr } = await runProgram(
        { program, args: [...args, ...words], env: { ...env, ...pathOf(cell), NO_COLOR: '1' } },
        { deadlineMs: RUN_MS, graceMs: GRACE_MS, endBy: 'SIGINT', detached: true, signal },
      );
      const ms = now() - since;
      if (code === EXIT.ok || code === EXIT.no) {
        return runOf({ ...begun, ms }, readResult(stdout, `run ${run} of cell ${cell.cell}`));
      }
      const [first = `ended with ${code}`] = stderr.trim().split('\n').slice(-1);
      return errorOf({ ...begun, ms }, first);
    } catch (error) {
      if (signal.aborted) await this.#clear(lab);
      signal.throwIfAborted();
      if (!(error instanceof RedisLabError)) throw error;
      return errorOf({ ...begun, ms: now() - since }, error.message);
    }
  }

  /**
   * Takes down what an earlier run, which was killed, has left: nobody else has labs of this name. Where its process still is at work,
   * that is waited for.
   * @throws RedisLabError (3) when it is at work for longer than a run takes; the signal's reason
   */
  async #clear(name: string, signal?: AbortSignal): Promise<void> {
    const { backend } = this.#plan;
    const until = now() + RUN_MS;
    for (;;) {
      try {
        const left = await buildLab({ name }).attach({ backend });
        if ((await left.status()).state !== 'absent') await left.down();
        return;
      } catch (error) {
        const isBusy = error instanceof RedisLabError && error.code === 'lab.busy';
        if (!isBusy || now() > until) throw error;
      }
      await sleep(BUSY_LOOK_MS, signal);
    }
  }

  finish(jobs: number): ExperimentResult {
    const { id, varied, repeat, backend, cells, lab } = this.#plan;
    const runs = this.#runs.toSorted((a, b) => a.cell - b.cell || a.run - b.run);
    const begun = runs.map(({ startedAt }) => startedAt).toSorted();
    const result: ExperimentResult = {
      format: 1,
      id,
      redisLab: version,
      machine: thisMachine(),
      backend,
      repeat,
      jobs,
      startedAt: begun[0] ?? new Date().toISOString(),
      endedAt: new Date().toISOString(),
      varied,
      cells: this.#cells,
      summaries: cells.map(({ cell }) => summaryOf(cell, runs)),
      runs,
    };
    const page = experimentPage(result, { lang: this.#options.lang ?? lab.language });
    this.#folder.replace('experiment.json', `${JSON.stringify(result, null, 1)}\n`, 0o644);
    this.#folder.replace('runs.csv', csvOf(result.cells, varied, runs), 0o644);
    this.#folder.replace('experiment.html', page, 0o644);
    if (runs.some(({ clients }) => clients)) {
      this.#folder.replace('clients.csv', clientsCsvOf(result.cells, varied, runs), 0o644);
    }
    return result;
  }
}

function fileOf(cell: number, run: number): string {
  return `runs/${cell}-${run}.json`;
}

/** The words after `redis-lab` that make a run. */
function wordsOf(
  {
    spec,
    backend,
    rejoin,
    ownNetwork,
    clients,
  }: Pick<Planned, 'spec' | 'backend' | 'rejoin' | 'ownNetwork' | 'clients'>,
  { scenario, sets }: Pick<PlannedCell, 'scenario' | 'sets'>,
  lab?: string,
): string[] {
  return [
    ...['verify', scenario, '--backend', backend],
    ...(ownNetwork ? ['--own-network'] : []),
    // The default of verify needs no word.
    ...(rejoin === 'natural' && endsInReturn(scenario) ? ['--rejoin', rejoin] : []),
    ...clients.flatMap((each) => ['--client', each]),
    ...(spec === undefined ? [] : ['--spec', spec]),
    ...[...sets, ...(lab === undefined ? [] : [`name=${lab}`])].flatMap((each) => ['--set', each]),
  ];
}

/** Whether an old master comes back in it: `--rejoin` is refused else. */
function endsInReturn(scenario: string): boolean {
  return (FAIL_OVER as readonly string[]).includes(scenario);
}

/** The folder of the server comes first. */
function pathOf({ server }: PlannedCell): Record<string, string> {
  if (server === null) return {};
  const others = process.env['PATH'];
  const folders = [path.dirname(server.program), ...(others ? [others] : [])];
  return { PATH: folders.join(path.delimiter) };
}

function ownCommand(): Invocation {
  const script = fileURLToPath(new URL('../bin/redis-lab.cjs', import.meta.url));
  return { program: process.execPath, args: [script] };
}

function thisMachine(): ExperimentResult['machine'] {
  const [processor] = os.cpus();
  return {
    platform: process.platform,
    release: os.release(),
    arch: process.arch,
    processor: processor?.model.trim() ?? '',
    cores: os.availableParallelism(),
    memory: Math.round(os.totalmem() / 2 ** 20),
    node: process.versions.node,
  };
}
