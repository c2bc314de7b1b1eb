/** What an experiment runs: every combination of what is varied, with every scenario. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { askServer } from '../cache/ask-server.js';
import { type Problem, SpecError } from '../errors.js';
import type { LabModel } from '../model/model.js';
import type { Engine } from '../model/releases.js';
import { MEASURE } from '../scenarios/names.js';
import { overrideText } from '../spec/override.js';
import { readSpec } from '../spec/read.js';
import { wantedClients } from '../verify/clients/wanted.js';
import type { VerifyOptions } from '../verify/options.js';
import { isProgram } from '../workspace/inspect.js';
import { MOST, readText } from '../workspace/named-file.js';
import type { ExperimentCell } from './types.generated.js';

/** Of an experiment: cells, and runs of all of them together. */
const MOST_CELLS = 1000;
export const MOST_RUNS = 100_000;

/** What is run, and how often. */
export interface ExperimentPlan {
  /** File of the description. Default: the course's lab. */
  readonly spec?: string | undefined;
  /** `path=value` texts over the description, for all runs. Default: none. */
  readonly set?: readonly string[];
  /** By path of the description: the values that it takes in turn. Default: nothing is varied. */
  readonly vary?: Readonly<Record<string, readonly unknown[]>>;
  /** Scenarios that measure. */
  readonly scenarios: readonly string[];
  /** Programs of servers, each in turn, such as `/usr/bin/valkey-server`; for the backend `local` only. Default: the one that the lab has. */
  readonly servers?: readonly string[];
  /** Client libraries that write in every run, as `clients` of {@link VerifyOptions}. Default: none. */
  readonly clients?: readonly string[];
  /** Runs of each cell, from 1. Default 10. */
  readonly repeat?: number;
  /** What runs the nodes. Default `local`. */
  readonly backend?: string;
  /**
   * How the old master comes back: `natural`, at Sentinel's own pace, so that two masters are there for as long as they would be; `hurried`,
   * helped by SENTINEL DEBUG, which takes some ten seconds less. Default `natural`.
   */
  readonly rejoin?: 'natural' | 'hurried';
  /** With `local`, as root on Linux: each lab has a network of its own, in which nodes can be cut off and slowed. Default false. */
  readonly ownNetwork?: boolean;
}

export interface PlannedCell extends Omit<ExperimentCell, 'command'> {
  /** Words of `--set`, of all that this cell sets. */
  readonly sets: readonly string[];
}

export interface Planned {
  /** The same for the same plan, whatever the number of repeats: hexadecimal. */
  readonly id: string;
  readonly cells: readonly PlannedCell[];
  readonly varied: readonly string[];
  readonly repeat: number;
  readonly backend: string;
  readonly rejoin: 'natural' | 'hurried';
  readonly ownNetwork: boolean;
  readonly clients: readonly string[];
  readonly spec: string | undefined;
  /** Of the first cell: what is shared by all, such as the language. */
  readonly lab: LabModel;
}

/**
 * @throws SpecError with every problem of the plan, and of every lab that it asks for
 * @throws WorkspaceError when the description cannot be read
 */
export async function planned(plan: ExperimentPlan, signal?: AbortSignal): Promise<Planned> {
  const { set = [], vary = {}, servers = [], repeat = 10, backend = 'local' } = plan;
  const { rejoin = 'natural', ownNetwork = false, clients = [] } = plan;
  const spec = plan.spec === undefined ? undefined : path.resolve(plan.spec);
  const text = spec === undefined ? undefined : await readText(spec, MOST.description);
  const problems = [...flawsOf(plan, backend, repeat), ...wantedClients(clients).problems];
  const identities = new Map<string, { engine: Engine; version: string }>();
  for (const program of servers) {
    const answer = await identityOf(program, signal);
    if ('problem' in answer) problems.push(answer.problem);
    else identities.set(program, answer);
  }
  const combined = combinations(Object.entries(vary));
  const wanted = combined.length * plan.scenarios.length * Math.max(1, servers.length);
  if (wanted > MOST_CELLS) {
    problems.push(
      problem('vary', `${wanted} cells`, 'are too many', `ask for at most ${MOST_CELLS} at a time`),
    );
  }
  if (wanted * repeat > MOST_RUNS) {
    problems.push(
      problem('repeat', `${wanted * repeat} runs`, 'are too many', `ask for at most ${MOST_RUNS}`),
    );
  }
  if (problems.length > 0) throw new SpecError(problems, 'the experiment');

  const cells: PlannedCell[] = [];
  const told = new Map<string, Problem>();
  let lab: LabModel | undefined;
  for (const scenario of plan.scenarios) {
    for (const program of servers.length > 0 ? servers : [undefined]) {
      const identity = program === undefined ? undefined : identities.get(program);
      const server = program === undefined || !identity ? null : { program, ...identity };
      const own = identity
        ? [`redis.engine=${identity.engine}`, `redis.version="${identity.version}"`]
        : [];
      for (const settings of combined) {
        const varied = Object.entries(settings).map(([where, value]) => `${where}=${value}`);
        const sets = [...set, ...own, ...varied];
        const file =
          text === undefined || spec === undefined ? undefined : { text, filename: spec };
        try {
          const model = readSpec(file, sets);
          lab ??= model;
        } catch (error) {
          if (!(error instanceof SpecError)) throw error;
          for (const each of error.problems) told.set(JSON.stringify(each), each);
        }
        cells.push({ cell: cells.length + 1, scenario, settings, server, sets });
      }
    }
  }
  if (told.size > 0 || !lab) throw new SpecError([...told.values()], 'the experiment');
  const identified = cells.map(({ scenario, server, sets }) => [scenario, server?.program, sets]);
  const id = createHash('sha256')
    .update(JSON.stringify([backend, rejoin, ownNetwork, text ?? null, identified, ...clients]))
    .digest('hex')
    .slice(0, 16);
  const varied = Object.keys(vary);
  return { id, cells, varied, repeat, backend, rejoin, ownNetwork, clients, spec, lab };
}

function problem(where: string, seen: string | undefined, message: string, fix: string): Problem {
  return {
    code: 'experiment.plan',
    path: where,
    ...(seen === undefined ? {} : { seen }),
    message,
    fix,
  };
}

function* flawsOf(
  { scenarios, vary = {}, servers = [], ownNetwork = false }: ExperimentPlan,
  backend: string,
  repeat: number,
): Iterable<Problem> {
  const known: readonly string[] = MEASURE;
  if (scenarios.length === 0) {
    yield problem('scenarios', undefined, 'names none', `name one or more: ${known.join(', ')}`);
  }
  for (const [i, name] of scenarios.entries()) {
    if (!known.includes(name)) {
      yield problem(
        `scenarios[${i}]`,
        JSON.stringify(name),
        'measures nothing, or does not exist',
        `use ${known.join(', ')}`,
      );
    } else if (scenarios.indexOf(name) < i) {
      yield problem(`scenarios[${i}]`, JSON.stringify(name), 'is there twice', 'leave one out');
    }
  }
  for (const [where, values] of Object.entries(vary)) {
    if (values.length === 0)
      yield problem(`vary.${where}`, undefined, 'has no value', 'give it one or more');
    if (where === 'name') {
      yield problem('vary.name', undefined, 'is given by the experiment', 'leave it out');
    }
    if (servers.length > 0 && ['redis.engine', 'redis.version'].includes(where)) {
      yield problem(
        `vary.${where}`,
        undefined,
        'is what the servers say',
        'leave it out, or the servers',
      );
    }
  }
  if (servers.length > 0 && backend !== 'local') {
    yield problem(
      'servers',
      undefined,
      `are programs of this machine, and ${backend} runs its own`,
      'leave them out, or take the backend local',
    );
  }
  if (ownNetwork && backend !== 'local') {
    yield problem(
      'ownNetwork',
      undefined,
      `is for the backend local: the nodes of ${backend} have networks of their own`,
      'leave it out',
    );
  }
  if (!Number.isInteger(repeat) || repeat < 1 || repeat > MOST_RUNS) {
    yield problem(
      'repeat',
      JSON.stringify(repeat),
      'is not accepted here',
      `use a whole number from 1 to ${MOST_RUNS}`,
    );
  }
}

async function identityOf(
  program: string,
  signal: AbortSignal | undefined,
): Promise<{ engine: Engine; version: string } | { problem: Problem }> {
  const refused = (message: string, fix: string) => ({
    problem: problem('servers', JSON.stringify(program), message, fix),
  });
  const name = path.basename(program);
  if (!path.isAbsolute(program) || !/^(?:redis|valkey)-server$/.test(name)) {
    return refused('is no server', 'name it by its whole path: /usr/bin/redis-server');
  }
  if (!isProgram(program))
    return refused('is no program', 'look whether it is there, and may be run');
  const answer = await askServer(program, name, signal);
  if ('flaw' in answer) return refused(answer.flaw.text, 'name a server of Redis or Valkey');
  return answer;
}

/** Every value of each with every value of the others; the last one changes fastest. */
function combinations(
  varied: readonly (readonly [path: string, values: readonly unknown[]])[],
): Readonly<Record<string, string>>[] {
  return varied.reduce<Record<string, string>[]>(
    (sets, [where, values]) =>
      sets.flatMap((set) => values.map((value) => ({ ...set, [where]: overrideText(value) }))),
    [{}],
  );
}
