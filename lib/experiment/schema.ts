/** The shape of what an experiment leaves: the build makes types and a JSON Schema of it, and an experiment that goes on reads its runs by it. */
import * as v from 'valibot';
import {
  is,
  libraryClient,
  list,
  ms,
  shape,
  someMs,
  someText,
  text,
  whole,
} from '../report/schema.js';

const settings = v.record(v.string(), v.string());

const band = shape('ExperimentBand', "What Sentinel's own constants give.", {
  minMs: ms('At least, milliseconds.'),
  maxMs: ms('At most, milliseconds.'),
});

const server = shape('ExperimentServer', 'What ran.', {
  engine: is(v.picklist(['redis', 'valkey']), 'Whose server.'),
  version: text('Its version.'),
});

const phase = shape('ExperimentPhase', 'A part of the outage.', {
  name: text('`detection`, `agreement`, `election`, `promotion` or `rediscovery`.'),
  ms: someMs('Length, milliseconds; null if one of its ends was not seen.'),
  predicted: is(band, 'What was predicted for it.'),
});

const writes = shape('ExperimentWrites', 'What became of what the measured client wrote.', {
  attempted: whole('All writes.'),
  acknowledged: whole('The server said OK.'),
  lost: whole('Acknowledged, and not there at the end.'),
  refused: whole('The server said no, or there was no server to send it to.'),
  unknown: whole('Sent, and never answered.'),
});

const late = shape(
  'ExperimentLateWrites',
  'What the old master acknowledged while another took its place.',
  {
    acknowledged: whole('Writes, of a client that stayed with it. All of them are lost.'),
    ms: ms('From the first to the last, milliseconds.'),
  },
);

const history = shape(
  'ExperimentHistory',
  'What the oracle says of several clients that append and read.',
  {
    acknowledged: whole('Appends that the server acknowledged.'),
    lost: whole('Those of them that are not there at the end.'),
    twoMastersMs: ms('For how long two nodes acknowledged at once, milliseconds.'),
    findings: list(v.string(), 'Kinds of what was found.'),
  },
);

export const experimentRun = shape('ExperimentRun', 'One run of one cell.', {
  cell: whole('Number of the cell.', 1),
  run: whole('Number of the run in its cell.', 1),
  startedAt: text('When it began, ISO 8601.'),
  ms: ms('How long it took, with bringing the lab up and down, milliseconds.'),
  verdict: is(
    v.picklist(['passed', 'failed', 'skipped', 'error']),
    'Whether every claim held; `skipped` where the scenario makes no sense; `error` where it could not be run.',
  ),
  claim: someText('Code of the claim that failed; null where none did.'),
  reason: someText('Why it did not pass, in a sentence.'),
  evidence: someText('Folder with the evidence of a failed run.'),
  server: is(v.nullable(server), 'What ran; null where nothing did.'),
  outageMs: someMs('Without an acknowledged write, as the measured client saw it, milliseconds.'),
  predicted: is(
    v.nullable(band),
    'What the phases of the outage were predicted to take together; null without.',
  ),
  writableMs: someMs('From the fault to the first write that the new master takes, milliseconds.'),
  phases: list(phase, 'The parts of the outage, in order.'),
  writes: is(v.nullable(writes), 'Null where they were not counted.'),
  late: is(v.nullable(late), 'Null where no client stayed with an old master.'),
  history: is(v.nullable(history), 'Null where no clients appended.'),
  pausedMs: someMs(
    'The longest time in which the measured client did not get to write although it had an answer, milliseconds: about its interval, and more where this machine was busy.',
  ),
  clients: v.exactOptional(
    list(libraryClient, 'Of each client of a library. Absent: none was asked for.'),
  ),
});

const cell = shape('ExperimentCell', 'One combination of what is varied.', {
  cell: whole('Its number.', 1),
  scenario: text('What is done to the lab.'),
  settings: is(settings, 'By path, what is set over the description, as `--set` takes it.'),
  server: is(
    v.nullable(
      shape('ExperimentProgram', 'A program of a server.', {
        program: text('Its whole path.'),
        engine: is(v.picklist(['redis', 'valkey']), 'Whose server.'),
        version: text('Its version.'),
      }),
    ),
    'What every node runs; null where the lab has its own.',
  ),
  command: text('What repeats one run of it.'),
});

const spread = shape('ExperimentSpread', 'A figure over the runs of a cell.', {
  count: whole('Runs that have it.'),
  min: v.number(),
  median: v.number(),
  p95: v.exactOptional(is(v.number(), 'Nearest rank; absent with fewer than 20 runs.')),
  max: v.number(),
});

const clientSummary = shape('ExperimentClientSummary', 'A client of a library in all runs.', {
  client: text('Its name, as it was asked for: `ioredis:advised`.'),
  library: text('`ioredis`, `node-redis` or `redis-py`.'),
  version: text('Of the library.'),
  settings: is(settings, 'What was set over the defaults of the library; empty: nothing.'),
  runs: whole('Runs in which it wrote.'),
  again: whole('Runs in which it wrote again before the end.'),
  stuck: whole(
    'Runs in which it had not written to the new master 30 s after a replica had taken over.',
  ),
  againMs: is(
    v.nullable(spread),
    'From the fault to the write that ended its longest time without one; null where it never wrote again.',
  ),
  outageMs: is(v.nullable(spread), 'Its longest time without an acknowledged write.'),
  lost: is(v.nullable(spread), 'Of what it had acknowledged.'),
  failed: is(v.nullable(spread), 'Writes that ended with an error.'),
  twice: is(v.nullable(spread), 'Writes that the library repeated although they were there.'),
  errors: list(
    v.object({ kind: text('What they were.'), count: whole('In all runs.', 1) }),
    'What writes failed with, the most frequent first.',
  ),
});

const summary = shape('ExperimentSummary', 'The runs of a cell together.', {
  cell: whole('Its number.', 1),
  runs: whole('Runs that there are.'),
  passed: whole('Every claim held.'),
  failed: whole('A claim did not hold.'),
  skipped: whole('The scenario makes no sense there.'),
  errors: whole('Could not be run.'),
  outageMs: is(v.nullable(spread), 'Null where no run had one.'),
  writableMs: is(v.nullable(spread), 'Null where no run had it.'),
  predicted: is(v.nullable(band), 'The band of the outage; null without one.'),
  within: whole('Runs whose outage lies in the band.'),
  lost: is(v.nullable(spread), 'Acknowledged writes of the measured client that were lost.'),
  late: is(v.nullable(spread), 'Writes that the old master acknowledged in vain.'),
  twoMastersMs: is(v.nullable(spread), 'For how long two nodes acknowledged at once.'),
  clients: v.exactOptional(
    list(clientSummary, 'One for each client of a library. Absent: none was asked for.'),
  ),
});

const machine = shape('ExperimentMachine', 'Where it was measured.', {
  platform: text('`linux`, `darwin`, `win32`.'),
  release: text('Of its kernel.'),
  arch: text('`x64`, `arm64`.'),
  processor: text('Its name.'),
  cores: whole('How many.'),
  memory: whole('Megabytes.'),
  node: text('Version of Node.'),
});

export const experimentResult = shape('ExperimentResult', 'All that an experiment has found.', {
  format: is(v.literal(1), 'Of this document.'),
  id: text('The same for the same plan.'),
  redisLab: text('Version of redis-lab.'),
  machine: is(machine, 'Where it was measured.'),
  backend: text('What ran the nodes.'),
  repeat: whole('Runs of each cell.', 1),
  jobs: whole('Runs side by side.', 1),
  startedAt: text('When the first run began, ISO 8601.'),
  endedAt: text('When the last run ended, ISO 8601.'),
  varied: list(v.string(), 'Paths that are varied, in order.'),
  cells: list(cell, 'In order.'),
  summaries: list(summary, 'One for each cell.'),
  runs: list(experimentRun, 'By cell and run.'),
});

/** What marks the folder of an experiment. */
export const savedPlan = v.object({
  id: v.string(),
  salt: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
});
