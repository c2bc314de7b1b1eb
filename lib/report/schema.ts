/** The shapes of what `verify`, `status`, `doctor` and `list` print with `--json`, once more: for JSON Schema, and to read a saved result. */
import * as v from 'valibot';
import { MOST_NODES } from '../spec/schema.js';
import type { DoctorReport } from './doctor.js';
import type { LabList } from './labs.js';
import type { ScenarioSections, VerifyResult } from './result.js';
import type { LabStatus } from './status.js';

type Schema = v.GenericSchema<unknown>;

/** As the interfaces have it, which are read-only; valibot's own types are not. */
type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T;

const is = <T extends Schema>(schema: T, description: string) =>
  v.pipe(schema, v.description(description));
const text = (description: string) => is(v.string(), description);
const flag = (description: string) => is(v.boolean(), description);
const whole = (description: string, min = 0) =>
  is(v.pipe(v.number(), v.integer(), v.minValue(min)), description);
const port = (description: string) =>
  is(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))), description);
const ms = (description: string) => is(v.pipe(v.number(), v.minValue(0)), description);
const at = (description: string) => is(v.number(), description);
const orNull = <T extends Schema>(schema: T, description: string) =>
  is(v.nullable(schema), description);
const someMs = (description: string) => orNull(v.pipe(v.number(), v.minValue(0)), description);
const someText = (description: string) => orNull(v.string(), description);
const list = <T extends Schema>(schema: T, description: string) => is(v.array(schema), description);
const record = <T extends v.ObjectEntries>(entries: T, description: string) =>
  is(v.object(entries), description);

const verdict = (description: string) =>
  is(v.picklist(['passed', 'failed', 'skipped']), description);

const claimItem = v.record(v.string(), v.union([v.string(), v.number()]));

const values = v.record(v.string(), v.union([v.string(), v.number(), v.array(claimItem)]));

/** What a sentence says, whatever its language. */
const coded = v.object({
  code: text('What it is known by: servers.redis-silent.'),
  values: is(values, 'What its text is filled with.'),
});
const codes = (description: string) =>
  v.exactOptional(list(coded, `${description} Absent from older results.`));

/** What a later version adds is left out, not refused. */
const assertion = v.object({
  code: v.exactOptional(
    text('What the claim is known by: failover.promoted. Absent from format 1.'),
  ),
  values: v.exactOptional(is(values, 'What its texts are filled with. Absent from format 1.')),
  claim: text('A sentence that is true or not.'),
  verdict: verdict('Whether it held.'),
  expected: text('What was expected.'),
  seen: text('What was seen.'),
  seenCodes: codes('What was seen, where the claim does not hold.'),
  ms: ms('How long it took to find out, milliseconds.'),
});

const timelineEntry = v.object({
  atMs: at(
    "Milliseconds from the fault, before it negative; without a fault, from the scenario's begin.",
  ),
  source: text('scenario, client, probe, sentinel@NODE or redis@NODE.'),
  event: text('A short word, such as +sdown.'),
  detail: text('What it says besides.'),
  detailCodes: codes('What it says besides, where it is not what a server said.'),
});

const phase = v.object({
  name: is(
    v.picklist(['detection', 'agreement', 'election', 'promotion', 'rediscovery']),
    'Its name.',
  ),
  from: text('What it begins with, in words.'),
  to: text('What it ends with, in words.'),
  atMs: orNull(v.number(), 'Milliseconds from the fault at which it began; null if not seen.'),
  ms: someMs('Its length, milliseconds; null if one of its ends was not seen.'),
  predicted: record(
    {
      minMs: ms('At least, milliseconds.'),
      maxMs: ms('At most, milliseconds.'),
      why: text('Where that comes from.'),
    },
    "What Sentinel's own constants give for it.",
  ),
});

const stretch = v.object({
  outcome: is(v.picklist(['kept', 'lost', 'refused', 'unknown']), 'What became of all of them.'),
  reason: text('What the server or the connection said; empty where it was accepted.'),
  reasonCodes: codes('The same by codes.'),
  first: whole('First number of the stretch.', 1),
  last: whole('Last number of the stretch.', 1),
  fromMs: at('When the first was sent, milliseconds from the fault.'),
  toMs: at('When the last was settled, milliseconds from the fault.'),
});

const ledger = v.object({
  intervalMs: ms('Time between the starts of two writes, milliseconds.'),
  attempted: whole('All writes: acknowledged + refused + unknown.'),
  acknowledged: whole('The server said OK: kept + lost.'),
  kept: whole('Acknowledged and there at the end.'),
  lost: whole('Acknowledged and not there at the end.'),
  refused: whole('The server said no, or there was none to send it to.'),
  unknown: whole('Sent and never answered: it may be there or not.'),
  unknownKept: whole('Those of the unknown that are there at the end.'),
  lostRecords: list(v.pipe(v.number(), v.integer(), v.minValue(1)), 'Numbers of the lost records.'),
  stretches: list(stretch, 'Every write, runs of the same fate taken together.'),
});

/** Each key is a section; a reader leaves out those that it does not know. */
const sections = {
  master: v.exactOptional(
    someText('The node that was master when it began. Absent from older results.'),
  ),
  outageMs: someMs(
    'Last acknowledged write before the fault to the first after it, as a client saw it; null without.',
  ),
  writableMs: someMs(
    'The fault to the first write that the promoted node accepts, asked directly; null without.',
  ),
  phases: list(phase, 'The parts of the outage, in order; empty without a fault.'),
  ledger: orNull(
    ledger,
    'What became of every write; null without a fault, and where no node could be asked for what it has.',
  ),
  fault: v.exactOptional(
    orNull(
      v.object({ kind: text('crash, hang, …'), node: text('The node that it was for.') }),
      'What was broken; null where nothing was. Absent from format 1.',
    ),
  ),
  promotion: orNull(
    v.object({ from: text('The node before.'), to: text('The node after.') }),
    'Who was master before and after; null without a failover.',
  ),
};

const givenSections = v.partial(v.strictObject(sections));

/**
 * Sections that a scenario of a program gives.
 * @throws TypeError for what is none, with every path
 */
export function readSections(given: Partial<ScenarioSections>): Partial<ScenarioSections> {
  const { success, output, issues } = v.safeParse(givenSections, given);
  if (success) return output as Partial<ScenarioSections>;
  const problems = issues.map((issue) => `${v.getDotPath(issue) ?? 'sections'}: ${issue.message}`);
  throw new TypeError(`These are no sections of a result: ${problems.join('; ')}`);
}

const scenario = v.object({
  name: text('Its name, as on the command line.'),
  verdict: verdict('Whether all its assertions held.'),
  reason: someText('Why it failed or was skipped, in a sentence; null if it passed.'),
  failedClaim: v.exactOptional(
    someText('Code of the claim that ended it; null where none did. Absent from older results.'),
  ),
  reasonCodes: codes('Why it failed or was skipped, beside the claim.'),
  ms: ms('How long it took, milliseconds.'),
  assertions: list(assertion, 'What was to be proven, in order.'),
  timeline: list(timelineEntry, 'What happened, in order of time.'),
  ...sections,
  notes: list(v.string(), 'What a reader should know about how it was done.'),
  noteCodes: codes('Of the notes, in their order.'),
  evidence: someText('Folder with logs and states, kept because the scenario failed; else null.'),
});

const run = v.object({
  run: whole('1, 2, …', 1),
  verdict: verdict('failed if any of its scenarios failed.'),
  readyMs: someMs(
    'From the start of the last process to a ready lab; null if this run did not start it.',
  ),
  scenarios: list(scenario, 'Its scenarios, in order.'),
});

const statistics = v.object({
  count: whole('Runs that had this figure.', 1),
  min: ms('Milliseconds.'),
  median: ms('Milliseconds.'),
  p95: ms('Milliseconds, nearest rank.'),
  max: ms('Milliseconds.'),
});
const figures = (description: string) => v.exactOptional(is(statistics, description));

const summary = v.object({
  name: text('The scenario.'),
  runs: whole('How often it was run.', 1),
  passed: whole('Runs that passed.'),
  failed: whole('Runs that failed.'),
  skipped: whole('Runs that were skipped.'),
  readyMs: figures('From the start of the last process to a ready lab.'),
  outageMs: figures('As in the scenarios.'),
  writableMs: figures('As in the scenarios.'),
  phases: record(
    {
      detection: figures('The fault to the first +sdown.'),
      agreement: figures('The first +sdown to +odown.'),
      election: figures('+odown to an elected leader.'),
      promotion: figures('The elected leader to a promoted node.'),
      rediscovery: figures('The promoted node to a client that has found it.'),
    },
    'Lengths of the phases; those that no run had are absent.',
  ),
  acknowledged: whole('Acknowledged writes of all runs together.'),
  lost: whole('Lost writes of all runs together.'),
});

const found = v.object({
  state: is(
    v.picklist(['absent', 'stopped', 'idle', 'partial', 'running']),
    'absent and stopped labs are brought up first; of a partial one something does not run or stands still.',
  ),
  whole: orNull(v.boolean(), 'Whether nothing was wrong with it; null where nothing of it ran.'),
  problems: list(
    v.object({
      about: is(
        v.picklist(['servers', 'settings', 'members', 'master', 'links', 'contact', 'quorum']),
        'What is wrong.',
      ),
      code: v.exactOptional(text('What it is known by: servers.redis-silent.')),
      values: v.exactOptional(is(values, 'What its text is filled with.')),
      text: text('A sentence.'),
    }),
    'What was wrong with it.',
  ),
  mended: list(v.string(), 'What was done about it: only where that was asked for.'),
  mendedCodes: codes('Of what was done, in its order.'),
});

export const resultSchema = v.object({
  format: is(v.picklist([1, 2]), 'Version of this format; 2 is what is written.'),
  lab: record(
    {
      name: text('Name of the lab.'),
      server: record(
        {
          engine: text('redis or valkey.'),
          version: text('What really runs, x.y.z.'),
          describedVersion: text('What the description asks for.'),
        },
        'The server program.',
      ),
      nodes: is(
        v.pipe(
          v.array(
            v.object({
              name: text('Its name.'),
              role: text('What it starts as.'),
              address: text('IPv4 address.'),
              redisPort: port('null on a node without a Redis server.'),
              sentinelPort: port('null on a node without a Sentinel.'),
            }),
          ),
          v.maxLength(MOST_NODES),
        ),
        'The nodes, as they run.',
      ),
      sentinel: record(
        {
          masterName: text('What the Sentinels call the master.'),
          quorum: whole('Sentinels that must agree that it is down.', 1),
          downAfterMs: ms('Silence after which it is held for down, milliseconds.'),
          failoverTimeoutMs: ms('Time limit of a failover, milliseconds.'),
        },
        'How the Sentinels are set.',
      ),
    },
    'What was looked at.',
  ),
  backend: text('What ran the nodes.'),
  verdict: verdict('failed if any scenario of any run failed; skipped if all were.'),
  startedAt: text('When it began, ISO 8601, UTC.'),
  ms: ms('How long all of it took, milliseconds.'),
  found: v.exactOptional(is(found, 'How the lab was found; absent from older results.')),
  scenarios: list(scenario, 'With repeats: those of the first run that failed, else of the last.'),
  runs: v.exactOptional(list(run, 'Every run, in order; only with repeats.')),
  summary: v.exactOptional(list(summary, 'One for each scenario; only with repeats.')),
}) satisfies v.GenericSchema<unknown, Writable<VerifyResult>>;

const state = is(
  v.picklist(['running', 'hung', 'stopped', 'silent']),
  'hung: made to stand still by a fault. silent: it runs and does not answer.',
);

const redisStatus = v.strictObject({
  port: whole('TCP port.', 1),
  state,
  role: orNull(v.picklist(['master', 'replica']), 'What it says of itself; null if silent.'),
  follows: someText('Node, or host:port outside the lab, that a replica follows.'),
  link: orNull(v.picklist(['up', 'down']), "A replica's link to its master."),
  lagSeconds: orNull(v.number(), 'Seconds since a replica heard from its master; -1: link down.'),
  offset: orNull(v.pipe(v.number(), v.integer()), 'Replication offset, bytes.'),
  replicas: orNull(v.pipe(v.number(), v.integer()), 'Replicas that a master has in touch.'),
});

const sentinelStatus = v.strictObject({
  port: whole('TCP port.', 1),
  state,
  master: someText('Node, or host:port, that it takes for the master; null if silent.'),
  flags: someText('What it says about the master: master,s_down,o_down.'),
  replicas: orNull(v.pipe(v.number(), v.integer()), 'Replicas that it knows.'),
  sentinels: orNull(v.pipe(v.number(), v.integer()), 'Other Sentinels that it knows.'),
  quorum: someText('Its answer to SENTINEL CKQUORUM.'),
  quorumOk: orNull(v.boolean(), 'Whether that answer is a yes.'),
  tilt: orNull(v.boolean(), 'In TILT it does not fail over.'),
});

export const statusSchema = v.strictObject({
  lab: text('Name of the lab.'),
  backend: text('What runs the nodes.'),
  state: is(
    v.picklist(['absent', 'stopped', 'idle', 'partial', 'running']),
    'absent: never brought up, or taken down. idle: machines or containers run, no service does. partial: some services run.',
  ),
  server: orNull(
    v.strictObject({ engine: text('redis or valkey.'), version: text('x.y.z') }),
    'What really runs.',
  ),
  master: someText('Node that every Sentinel that answered takes for the master; null if none.'),
  ready: flag('Whether all is well.'),
  problems: list(v.string(), 'What is not as it should be, as sentences.'),
  problemCodes: list(v.strictObject(coded.entries), 'Of the problems, in their order.'),
  notes: list(v.string(), 'What the user should know beside, as sentences.'),
  noteCodes: list(v.strictObject(coded.entries), 'Of the notes, in their order.'),
  quorum: whole('Sentinels that must agree that the master is down.', 1),
  nodes: list(
    v.strictObject({
      node: text('Its name.'),
      address: text('IPv4 address.'),
      redis: orNull(redisStatus, 'null on a node without a Redis server.'),
      sentinel: orNull(sentinelStatus, 'null on a node without a Sentinel.'),
    }),
    'The nodes, in the order of the description.',
  ),
}) satisfies v.GenericSchema<unknown, Writable<LabStatus>>;

export const doctorSchema = v.strictObject({
  backend: someText(
    'What was asked for, else the one to take: vagrant, incus or local; null if none would work.',
  ),
  why: text('Why, or why not, as a sentence.'),
  checks: list(
    v.strictObject({
      code: text('What the check is known by: virtualbox.host-only-range.'),
      name: text('What was looked at.'),
      about: list(v.string(), 'The backends that it matters for.'),
      state: is(
        v.picklist(['good', 'poor', 'bad']),
        'bad: up will not work. poor: it may not, or work worse, or nobody could find out.',
      ),
      seen: text('What was seen.'),
      why: text('Why it matters.'),
      fix: someText(
        'What to do; lines that begin with two blanks are commands. null where nothing need be done.',
      ),
      remedy: someText('What doctor --fix does about it; null where it does nothing.'),
    }),
    'What was looked at, in the order of the work of up.',
  ),
}) satisfies v.GenericSchema<unknown, Writable<DoctorReport>>;

export const labsSchema = v.strictObject({
  labs: list(
    v.strictObject({
      name: text('Of the lab.'),
      backend: text('What runs its nodes: local, incus, vagrant, or what a program registered.'),
      state: is(
        v.picklist(['running', 'partial', 'stopped', 'damaged', 'unknown']),
        'With local, what its servers do; else its machines or containers. damaged: what it remembers cannot be read. unknown: its backend could not be asked.',
      ),
      folder: someText('Where its files are; null where they are with its instances.'),
      problem: someText('Why it is damaged or unknown.'),
      incus: orNull(
        v.strictObject({
          remote: text('As in the description.'),
          project: text('As in the description.'),
        }),
        'With incus, where it is.',
      ),
    }),
    'The labs, by name.',
  ),
  silent: list(
    v.strictObject({
      backend: text('Its name.'),
      problem: text('Why.'),
    }),
    'Backends that could not be asked: labs may be there that are not listed.',
  ),
}) satisfies v.GenericSchema<unknown, Writable<LabList>>;
