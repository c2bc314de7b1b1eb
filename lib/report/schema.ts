/**
 * The shapes of what `verify`, `status`, `doctor` and `list` print with `--json`: the build makes types and JSON Schemas of
 * them, and a saved result is read by its own. A title is the name of a type, a description what is said of it.
 */
import * as v from 'valibot';
import type { MessageValues } from '../coded.js';
import { MOST_NODES } from '../spec/schema.js';
import type { ScenarioSections } from './types.generated.js';

type Schema = v.GenericSchema<unknown>;

export const is = <T extends Schema>(schema: T, description: string) =>
  v.pipe(schema, v.description(description));
export const called = <T extends Schema>(title: string, description: string, schema: T) =>
  v.pipe(schema, v.title(title), v.description(description));
export const shape = <T extends v.ObjectEntries>(title: string, description: string, entries: T) =>
  called(title, description, v.object(entries));
const strictShape = <T extends v.ObjectEntries>(title: string, description: string, entries: T) =>
  called(title, description, v.strictObject(entries));
export const text = (description: string) => is(v.string(), description);
const flag = (description: string) => is(v.boolean(), description);
export const whole = (description: string, min = 0) =>
  is(v.pipe(v.number(), v.integer(), v.minValue(min)), description);
const port = (description: string) =>
  is(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))), description);
export const ms = (description: string) => is(v.pipe(v.number(), v.minValue(0)), description);
export const at = (description: string) => is(v.number(), description);
const orNull = <T extends Schema>(schema: T, description: string) =>
  is(v.nullable(schema), description);
export const someMs = (description: string) =>
  orNull(v.pipe(v.number(), v.minValue(0)), description);
export const someText = (description: string) => orNull(v.string(), description);
export const list = <T extends Schema>(schema: T, description: string) =>
  is(v.array(schema), description);
const record = <T extends v.ObjectEntries>(entries: T, description: string) =>
  is(v.object(entries), description);

const verdict = called(
  'Verdict',
  'Of a claim, a scenario, a run.',
  v.picklist(['passed', 'failed', 'skipped']),
);

const messageItem = called(
  'MessageItem',
  'What fills the text of one item of a list.',
  v.record(v.string(), v.union([v.string(), v.number()])),
);

/** A sentence may have sentences in it, and no more of them in each other than this: a file may have been written by anybody. */
const DEPTH = 4;

function valuesTo(depth: number): v.GenericSchema<MessageValues> {
  const plain = [v.string(), v.number(), v.array(messageItem)] as const;
  const inner = () => v.object({ code: v.string(), values: valuesTo(depth - 1) });
  return called(
    'MessageValues',
    'What fills the texts of a code.',
    v.record(v.string(), depth === 0 ? v.union(plain) : v.union([...plain, inner()])),
  );
}

export const messageValues = valuesTo(DEPTH);

const CODED = {
  code: text('What it is known by: `servers.redis-silent`.'),
  values: is(messageValues, 'What its text is filled with.'),
};
const ABOUT_CODED =
  'What a sentence says, whatever its language: its code, such as `servers.redis-silent`, and what fills its text.';
export const coded = called('Coded', ABOUT_CODED, v.object(CODED));
const strictlyCoded = called('Coded', ABOUT_CODED, v.strictObject(CODED));
const codes = (description: string) =>
  v.exactOptional(list(coded, `${description} Absent from older results.`));

/** What a later version adds is left out, not refused. */
export const assertion = shape('Assertion', 'A claim that was looked at, or was not: `skipped`.', {
  code: v.exactOptional(
    text(
      'What it is known by, whatever its language: `failover.promoted`. Absent from results of format 1.',
    ),
  ),
  values: v.exactOptional(
    is(messageValues, 'What its texts are filled with. Absent from results of format 1.'),
  ),
  claim: text('A sentence that is true or not, in English, as all of it.'),
  verdict: is(verdict, 'Whether it held.'),
  expected: text('What was expected.'),
  seen: text('What was seen.'),
  seenCodes: codes('What was seen, where the claim does not hold and as far as it has codes.'),
  ms: ms('How long it took to find out, milliseconds.'),
});

const timelineEntry = shape('TimelineEntry', 'Something that happened during a scenario.', {
  atMs: at(
    "Milliseconds from the fault (before it: negative); without a fault, from the scenario's start.",
  ),
  source: text('`scenario`, `client`, `probe`, `sentinel@NODE`, `redis@NODE`.'),
  event: text('A short word: `+sdown`, `write acknowledged`, `log`.'),
  detail: text('What it says besides.'),
  detailCodes: codes('The same by codes, where it is not what a server said.'),
});

const phaseName = called(
  'PhaseName',
  'From the fault to a client that writes again, in this order.',
  v.picklist(['detection', 'agreement', 'election', 'promotion', 'rediscovery']),
);

const phase = shape('Phase', 'A part of the outage.', {
  name: is(phaseName, 'Its name.'),
  from: text('What it begins with, in words.'),
  to: text('What it ends with, in words.'),
  atMs: orNull(
    v.number(),
    'Milliseconds from the fault at which it began; null if that was not seen.',
  ),
  ms: someMs('Length in milliseconds; null if one of its ends was not seen.'),
  predicted: record(
    {
      minMs: ms('At least, milliseconds.'),
      maxMs: ms('At most, milliseconds.'),
      why: text('Where that comes from.'),
    },
    "What Sentinel's own constants give for it.",
  ),
});

const ledgerStretch = shape('LedgerStretch', 'Writes of the same fate, one after the other.', {
  outcome: is(v.picklist(['kept', 'lost', 'refused', 'unknown']), 'What became of all of them.'),
  reason: text('What the server or the connection said; empty where it was accepted.'),
  reasonCodes: codes('The same by codes, where anything was said.'),
  first: whole('First number of the stretch; the first record is 1.', 1),
  last: whole('Last number of the stretch.', 1),
  fromMs: at('When the first was sent, milliseconds from the fault.'),
  toMs: at('When the last was settled, milliseconds from the fault.'),
});

const ledgerResult = shape('LedgerResult', 'What became of every write of the client.', {
  intervalMs: ms(
    'Time between the starts of two writes, milliseconds, if the first is answered by then.',
  ),
  attempted: whole('All writes: acknowledged + refused + unknown.'),
  acknowledged: whole('The server said OK: kept + lost.'),
  kept: whole('Acknowledged and there at the end.'),
  lost: whole('Acknowledged, and not there at the end.'),
  refused: whole('The server said no, or there was no server to send it to.'),
  unknown: whole('Sent, and never answered: it may be there or not.'),
  unknownKept: whole('Those of the unknown that are there at the end.'),
  pausedMs: v.exactOptional(
    ms(
      'The longest time between an answer and the next write, milliseconds: about the interval, and more where this machine was busy. Absent from older results.',
    ),
  ),
  lostRecords: list(v.pipe(v.number(), v.integer(), v.minValue(1)), 'Numbers of the lost records.'),
  stretches: list(ledgerStretch, 'Every write, runs of the same fate taken together.'),
});

const outcome = v.picklist(['acknowledged', 'refused', 'unknown']);

const historyOperation = shape('HistoryOperation', 'What a client asked, and what it heard.', {
  kind: is(v.picklist(['append', 'read', 'wait']), 'RPUSH, LRANGE or WAIT.'),
  client: text('Its name: `c1`.'),
  outcome: is(
    outcome,
    'What it heard. An append that is unknown may have happened at any later time.',
  ),
  node: someText('The node that was asked; null if there was none.'),
  atMs: at('When it was asked, milliseconds from the fault.'),
  answeredMs: orNull(
    v.number(),
    'When the answer came, milliseconds from the fault; null without one.',
  ),
  value: v.exactOptional(text('Of an append: what it appended, as nobody else did.')),
  list: v.exactOptional(
    list(v.string(), 'Of a read: what it saw, of the values that matter here.'),
  ),
  replicas: v.exactOptional(whole('Of a WAIT: how many replicas had the append before it.')),
});

const historyFinding = shape(
  'HistoryFinding',
  'Something that cannot happen in a store that keeps what it acknowledges and shows it to everybody at once.',
  {
    kind: is(
      v.picklist(['lost', 'phantom', 'duplicated', 'reordered', 'two-masters', 'forked', 'stale']),
      'What it is.',
    ),
    allowed: flag('Whether the fault may cost that.'),
    count: whole('How often.', 1),
    first: text('The first, in a sentence.'),
    firstCodes: codes('The same by codes.'),
    operations: list(historyOperation, 'The shortest part of the history that shows the first.'),
    final: list(v.string(), 'The list on the master at the end, of the values that matter here.'),
  },
);

const historyResult = shape(
  'HistoryResult',
  'What several clients that append to one list, and others that read it, did and saw, and what the oracle finds in that alone.',
  {
    clients: whole('How many there were, those that read among them.'),
    reads: whole('How often the list was read, or was to be.'),
    attempted: whole('All appends: acknowledged + refused + unknown.'),
    acknowledged: whole('The server said OK: kept + lost.'),
    kept: whole('Acknowledged and there at the end.'),
    lost: whole('Acknowledged, and not there at the end.'),
    refused: whole('The server said no, or there was no server to send it to.'),
    unknown: whole('Sent, and never answered: it may be there or not.'),
    unknownKept: whole('Those of the unknown that are there at the end.'),
    findings: list(historyFinding, 'One for each kind that was found, from what is worst.'),
  },
);

export const libraryClient = shape(
  'LibraryClientResult',
  'What a client of a library, used as a service uses it, met while the story went on.',
  {
    client: text('Its name, as it was asked for: `ioredis:advised`.'),
    library: text('`ioredis`, `node-redis` or `redis-py`.'),
    version: text('Of the library.'),
    settings: is(
      v.record(v.string(), v.string()),
      'What was set over the defaults of the library; empty: nothing.',
    ),
    attempted: whole('All writes, each an RPUSH: acknowledged + failed + unanswered.'),
    acknowledged: whole('The library said that it was written.'),
    lost: orNull(
      v.pipe(v.number(), v.integer(), v.minValue(0)),
      'Acknowledged, and not there at the end; null where no node could be asked.',
    ),
    failed: whole('The library threw an error.'),
    unanswered: whole('The library had said nothing when the client was ended.'),
    failedKept: orNull(
      v.pipe(v.number(), v.integer(), v.minValue(0)),
      'Failed or unanswered, and there at the end nevertheless; null where no node could be asked.',
    ),
    twice: orNull(
      v.pipe(v.number(), v.integer(), v.minValue(0)),
      'Writes that are there more often than they were asked for, since the library repeated them; null where no node could be asked.',
    ),
    errors: list(
      v.object({
        kind: text('`READONLY`, `ECONNREFUSED`, `MaxRetriesPerRequestError`, …'),
        count: whole('Writes that failed with it.', 1),
      }),
      'What writes failed with, the most frequent first.',
    ),
    outageMs: ms(
      'The longest time without an acknowledged write that ended after the fault, milliseconds. What the old master acknowledged in vain ends none.',
    ),
    againMs: orNull(
      v.number(),
      'From the fault to the write that ended it, milliseconds; null: it did not write again before the end.',
    ),
    stuck: flag(
      'Whether it had not written to the new master when what was broken was mended, 30 s after a replica had taken over: it came back only with the old master, or would have had to be started again.',
    ),
    ended: someText('What its process said when it ended by itself; null: it ran until the end.'),
  },
);

const incidentOutcome = orNull(
  v.picklist(['reproduced', 'fixed-here', 'does-not-apply']),
  'Whether the version at hand has it, does not have it any more, or never had what it is about; null where that is not certain, which fails the scenario.',
);

const scenarioSections = strictShape(
  'ScenarioSections',
  'What a scenario may find beside its claims. Each key is a section: the report draws those that it knows, whichever scenario they are of, and a reader leaves out the others.',
  {
    master: v.exactOptional(
      someText(
        'The node that was master when it began; null if none was agreed upon. Absent from older results.',
      ),
    ),
    outageMs: someMs(
      "Last acknowledged write before the fault to the first after it, milliseconds, as the client saw it that finds the master as Sentinel's client guide says; null without a fault, or if there was no such write.",
    ),
    writableMs: someMs(
      'The fault to the first write that the promoted node accepts, asked directly, milliseconds; null without.',
    ),
    phases: list(phase, 'The parts of the outage, in order; empty without a fault.'),
    ledger: orNull(
      ledgerResult,
      'What became of every write; null without a fault, and where no node could be asked for what it has.',
    ),
    history: v.exactOptional(
      orNull(
        historyResult,
        'What the oracle finds in the history of several clients; null where none wrote. Absent from older results.',
      ),
    ),
    clients: v.exactOptional(
      list(libraryClient, 'Of each client of a library that was asked for. Absent: none was.'),
    ),
    fault: v.exactOptional(
      orNull(
        v.object({ kind: text('`crash`, `hang`, …'), node: text('The node that it was for.') }),
        'What was broken; null where nothing was. Absent from results of format 1.',
      ),
    ),
    promotion: orNull(
      v.object({ from: text('The node before.'), to: text('The node after.') }),
      'Who was master before and after, by node; null without a failover.',
    ),
    incident: v.exactOptional(
      is(
        v.object({
          link: text('Where it was published.'),
          reported: text('What was reported there.'),
          outcome: incidentOutcome,
        }),
        'Of a published incident. Absent: the scenario is none.',
      ),
    ),
  },
);

const givenSections = v.partial(v.strictObject(scenarioSections.entries));

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

export const scenarioResult = shape('ScenarioResult', 'What one scenario found out.', {
  name: text('Its name, as on the command line.'),
  verdict: is(verdict, 'Whether all its assertions held.'),
  reason: someText('Why it failed or was skipped, in a sentence; null if it passed.'),
  failedClaim: v.exactOptional(
    someText('Code of the claim that ended it; null where none did. Absent from older results.'),
  ),
  reasonCodes: codes('Why it failed or was skipped, beside the claim.'),
  ms: ms('How long it took, milliseconds.'),
  assertions: list(assertion, 'What was to be proven, in order.'),
  timeline: list(timelineEntry, 'What happened, in order of time.'),
  ...scenarioSections.entries,
  notes: list(v.string(), 'What a reader should know about how it was done, as sentences.'),
  noteCodes: codes('Of the notes, in their order.'),
  evidence: someText(
    'Folder with logs, INFO and Sentinel state, kept because the scenario failed; else null.',
  ),
});

const runResult = shape('RunResult', 'One run of all scenarios that were asked for.', {
  run: whole('1, 2, …', 1),
  verdict: is(verdict, '`failed` if any of its scenarios failed.'),
  readyMs: someMs(
    'From the start of the last process to a ready lab, milliseconds; null if this run did not start it.',
  ),
  scenarios: list(scenarioResult, 'Its scenarios, in order.'),
});

const statistics = shape(
  'Statistics',
  'Of figures to a tenth of a millisecond, as all numbers of a result. Milliseconds.',
  {
    count: whole('Runs that had this figure.', 1),
    min: ms('Milliseconds.'),
    median: ms('Milliseconds.'),
    p95: v.exactOptional(ms('Milliseconds, nearest rank; absent for fewer than 20 runs.')),
    max: ms('Milliseconds.'),
  },
);
const figures = (description: string) => v.exactOptional(is(statistics, description));

const scenarioSummary = shape(
  'ScenarioSummary',
  'A scenario over all runs. What no run had a figure for is absent.',
  {
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
    outcomes: v.exactOptional(
      list(
        v.object({ outcome: incidentOutcome, runs: whole('How often it came out so.', 1) }),
        'Of a published incident: how it came out. Absent: the scenario is none.',
      ),
    ),
  },
);

const randomStep = shape('RandomStep', 'A fault that comes at a random moment.', {
  atMs: at('When it is injected, milliseconds from the beginning.'),
  fault: text('Its kind.'),
  node: text('The node that it is for.'),
  forMs: ms('When it is undone, milliseconds after it was injected.'),
  options: v.exactOptional(
    is(
      v.record(v.string(), v.union([v.string(), v.number()])),
      'What it is told besides, as `fault` takes it.',
    ),
  ),
});

const randomRound = shape('RandomRound', 'Faults at random moments, once.', {
  seed: orNull(v.number(), 'What its schedule was drawn from; null where it was given.'),
  schedule: list(randomStep, 'What was to be injected, in order.'),
  verdict: is(verdict, 'Whether every claim held.'),
  claim: someText('Code of the claim that failed; null where none did.'),
  reason: someText('Why it failed, in a sentence.'),
  ms: ms('How long it took, milliseconds.'),
  lost: orNull(v.number(), 'Acknowledged writes that are lost; null where they were not counted.'),
  findings: list(v.string(), 'Kinds of what the oracle found.'),
  evidence: someText('Folder with the evidence of a failed round.'),
});

export const randomSchema = shape('RandomResult', 'What faults at random moments have shown.', {
  format: is(v.literal(1), 'Of this document.'),
  lab: text('Name of the lab.'),
  backend: text('What ran the nodes.'),
  verdict: is(verdict, 'Of the last round: a failed one is the last.'),
  startedAt: text('When it began, ISO 8601.'),
  ms: ms('How long it took, milliseconds.'),
  rounds: list(randomRound, 'In order.'),
  shortest: orNull(
    v.object({
      schedule: list(randomStep, 'The faults without which the same claim held.'),
      tries: whole('Rounds that it took to find that out.', 1),
      again: flag('Whether it failed again when it was tried for the last time.'),
    }),
    'Of a round that failed: what of it is enough; null where none failed.',
  ),
});

export const labState = v.picklist(['absent', 'stopped', 'idle', 'partial', 'running']);

const foundProblem = shape(
  'FoundProblem',
  'Something that was wrong with a lab before anything was done to it.',
  {
    about: is(
      v.picklist(['servers', 'settings', 'members', 'master', 'links', 'contact', 'quorum']),
      'What is wrong.',
    ),
    code: v.exactOptional(
      text('What it is known by: `servers.redis-silent`. Absent from older results.'),
    ),
    values: v.exactOptional(
      is(messageValues, 'What its text is filled with. Absent from older results.'),
    ),
    text: text('A sentence.'),
  },
);

const foundLab = shape('FoundLab', 'A lab before anything was done to it.', {
  state: is(
    labState,
    '`absent` and `stopped` labs are brought up first; of a `partial` one something does not run or stands still.',
  ),
  whole: orNull(v.boolean(), 'Whether nothing was wrong with it; null where nothing of it ran.'),
  problems: list(foundProblem, 'What was wrong with it.'),
  mended: list(v.string(), 'What was done about it, as sentences: only where that was asked for.'),
  mendedCodes: codes('Of what was done, in its order.'),
});

const resultNode = shape('ResultNode', 'A node, as it ran.', {
  name: text('Its name.'),
  role: text('What it starts as.'),
  address: text('IPv4 address.'),
  redisPort: port('null on a node that runs no Redis server.'),
  sentinelPort: port('null on a node that runs no Sentinel.'),
});

const resultClient = shape('ResultClient', 'A client: a machine of the lab that runs no server.', {
  name: text('Its name.'),
  address: text('IPv4 address.'),
});

const resultLab = shape('ResultLab', 'What was verified.', {
  name: text('Name of the lab.'),
  server: record(
    {
      engine: text('`redis` or `valkey`.'),
      version: text('What really runs, x.y.z.'),
      describedVersion: text('What the description asks for.'),
    },
    'The server program.',
  ),
  nodes: is(
    v.pipe(v.array(resultNode), v.maxLength(MOST_NODES)),
    'The nodes, in the order of the description.',
  ),
  clients: v.exactOptional(
    is(
      v.pipe(v.array(resultClient), v.maxLength(MOST_NODES)),
      'The clients, in the order of the description. Absent where there are none.',
    ),
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
});

export const resultSchema = shape('VerifyResult', 'What `verify --json` prints.', {
  format: is(
    v.picklist([1, 2]),
    'Version of this format: 2 is what is written, 1 what older versions wrote. What a reader does not know it leaves out.',
  ),
  lab: is(resultLab, 'What was looked at.'),
  backend: text('What ran the nodes.'),
  verdict: is(verdict, '`failed` if any scenario of any run failed; `skipped` if all were.'),
  startedAt: text('When it began, ISO 8601, UTC.'),
  ms: ms('How long all of it took, milliseconds.'),
  found: v.exactOptional(is(foundLab, 'How the lab was found. Absent from older results.')),
  scenarios: list(
    scenarioResult,
    'With repeats: those of the first run that failed, else of the one whose outage is nearest the median.',
  ),
  shownRun: v.exactOptional(
    whole(
      'Which run the scenarios are of; only with repeats. Absent from older results, which had the last if none failed.',
      1,
    ),
  ),
  runs: v.exactOptional(list(runResult, 'Every run, in order; only with repeats.')),
  summary: v.exactOptional(list(scenarioSummary, 'One for each scenario; only with repeats.')),
});

export const role = v.picklist(['master', 'replica']);

export const serverState = is(
  v.picklist(['running', 'hung', 'stopped', 'silent', 'refusing', 'loading']),
  '`hung`: made to stand still by a fault. `silent`: it runs and does not answer. `refusing`: it answers, and refuses PING, or a master a write. `loading`: it is still reading its data.',
);

const redisStatus = strictShape(
  'RedisStatus',
  'A Redis server: whether it runs, and what it says of itself. null: it does not answer.',
  {
    port: whole('TCP port.', 1),
    state: serverState,
    role: orNull(role, 'What it says of itself.'),
    follows: someText('Node, or `host:port` outside the lab, that a replica follows.'),
    link: orNull(v.picklist(['up', 'down']), "A replica's link to its master."),
    lagSeconds: orNull(
      v.number(),
      "Seconds since a replica heard from its master; -1 while the link is down (Redis's own figures).",
    ),
    offset: orNull(v.pipe(v.number(), v.integer()), 'Replication offset, bytes.'),
    replicas: orNull(v.pipe(v.number(), v.integer()), 'Replicas that a master has in touch.'),
  },
);

const sentinelStatus = strictShape(
  'SentinelStatus',
  'A Sentinel: whether it runs, and what it says of the others. null: it does not answer.',
  {
    port: whole('TCP port.', 1),
    state: serverState,
    master: someText('Node, or `host:port`, that it takes for the master.'),
    flags: someText('What it says about the master: `master`, `master,s_down,o_down`.'),
    replicas: orNull(v.pipe(v.number(), v.integer()), 'Replicas that it knows.'),
    sentinels: orNull(v.pipe(v.number(), v.integer()), 'Other Sentinels that it knows.'),
    quorum: someText('Its answer to SENTINEL CKQUORUM.'),
    quorumOk: orNull(v.boolean(), 'Whether that answer is a yes.'),
    tilt: orNull(v.boolean(), 'In TILT it does not fail over.'),
  },
);

const nodeStatus = strictShape('NodeStatus', 'A node, with what its servers say.', {
  node: text('Its name.'),
  address: text('IPv4 address.'),
  redis: orNull(redisStatus, 'null on a node without a Redis server.'),
  sentinel: orNull(sentinelStatus, 'null on a node without a Sentinel.'),
});

const clientStatus = strictShape(
  'ClientStatus',
  'A client: a machine of the lab that runs no server.',
  {
    client: text('Its name.'),
    address: text('IPv4 address.'),
    state: is(v.picklist(['running', 'stopped']), 'Whether commands can be run on it.'),
  },
);

export const statusSchema = strictShape('LabStatus', 'What `status --json` prints.', {
  lab: text('Name of the lab.'),
  backend: text('What runs the nodes.'),
  state: is(
    labState,
    '`absent`: never brought up, or taken down. `idle`: machines or containers run, no service does. `partial`: some services run.',
  ),
  server: orNull(
    v.strictObject({ engine: text('`redis` or `valkey`.'), version: text('x.y.z') }),
    'What really runs.',
  ),
  sameDescription: flag(
    'Whether it was brought up from the very description that it is asked for with; true where it is nowhere.',
  ),
  master: someText(
    'Node that every Sentinel that answered takes for the master; null if they disagree or none answered.',
  ),
  ready: flag('Whether all is well.'),
  problems: list(v.string(), 'What is not as it should be, as sentences.'),
  problemCodes: list(strictlyCoded, 'Of the problems, in their order.'),
  notes: list(v.string(), 'What the user should know beside, as sentences.'),
  noteCodes: list(strictlyCoded, 'Of the notes, in their order.'),
  quorum: whole('Sentinels that must agree that the master is down.', 1),
  nodes: list(nodeStatus, 'The nodes, in the order of the description.'),
  clients: v.exactOptional(
    list(
      clientStatus,
      'The clients, in the order of the description. Absent where there are none.',
    ),
  ),
});

const checkState = called(
  'CheckState',
  '`bad`: up will not work. `poor`: it may not work, or work worse, or that could not be found out.',
  v.picklist(['good', 'poor', 'bad']),
);

const checkReport = strictShape('CheckReport', 'What a check found.', {
  code: text('What it is known by, whatever it says: `virtualbox.host-only-range`.'),
  name: text('What was looked at.'),
  about: list(v.string(), 'The backends that it matters for.'),
  state: checkState,
  seen: text('What was seen.'),
  why: text('Why it matters.'),
  fix: someText(
    'What to do; lines that begin with two blanks are commands to copy. null where nothing need be done.',
  ),
  remedy: someText(
    'What `doctor --fix` does about it, a sentence without a subject; null where it does nothing.',
  ),
});

export const doctorSchema = strictShape('DoctorReport', 'What `doctor --json` prints.', {
  backend: someText('What was asked for, else the backend to take; null where none would work.'),
  why: text('Why, or why not, as a sentence.'),
  checks: list(checkReport, 'What was looked at, in the order of the work of `up`.'),
});

const listedLab = strictShape('ListedLab', 'A lab of this user.', {
  name: text('Of the lab.'),
  backend: text('Its name: `local`, `incus`, `vagrant`, or of one that a program registered.'),
  state: is(
    v.picklist(['running', 'partial', 'stopped', 'damaged', 'unknown']),
    "With `local`, what its servers do: all `running`, some `partial`, none `stopped`. With the others the same of its machines or containers; whether services run on them, the lab's status tells. `damaged`: what it remembers cannot be read. `unknown`: the backend has it and could not be asked.",
  ),
  folder: someText('Where its files are; null where they are with its instances.'),
  problem: someText('Why it is damaged or unknown; else null.'),
  set: list(
    v.string(),
    'What of a description says where it is, as for `--set`: `incus.remote=far`. As a rule nothing.',
  ),
});

const silentBackend = strictShape(
  'SilentBackend',
  'A backend that could not be asked: there may be labs of it that are not listed.',
  {
    backend: text('Its name: `local`, `incus`, `vagrant`, or of one that a program registered.'),
    problem: text('Why.'),
  },
);

export const labsSchema = strictShape('LabList', 'What `list --json` prints.', {
  labs: list(listedLab, 'The labs, by name.'),
  silent: list(
    silentBackend,
    'Backends that could not be asked: labs may be there that are not listed.',
  ),
});

const listedScenario = strictShape('ListedScenario', 'A scenario, and where it can be run.', {
  name: text('As in `verify NAME`.'),
  inUp: is(v.boolean(), 'Whether `up` proves it, and `verify` where none is named.'),
  needs: is(
    v.strictObject({
      replicas: v.number(),
      sentinels: v.number(),
      quorum: v.number(),
      faults: v.array(v.string()),
    }),
    'What it needs at least of a lab, and the faults that the backend must be able to inject.',
  ),
  backends: list(v.string(), 'Where its faults can be injected.'),
  ownNetwork: v.exactOptional(
    list(
      v.string(),
      'Where they can be injected in a network of its own (`--own-network`), on Linux.',
    ),
  ),
});

const listedIncident = strictShape(
  'ListedIncident',
  'A published incident, and where its steps can be taken.',
  {
    ...listedScenario.entries,
    link: text('Where it was published.'),
    reported: text('What was reported there.'),
  },
);

export const scenariosSchema = strictShape('ScenarioList', 'What `verify --list --json` prints.', {
  scenarios: list(listedScenario, 'All there are, also those that a program registered.'),
  incidents: list(
    listedIncident,
    'Published incidents. They are run only where they are named, on a lab that holds nothing.',
  ),
});

/** Whatever types are made of, beside those that are parts of these. */
export const SHAPES = [
  resultSchema,
  scenarioSections,
  statusSchema,
  doctorSchema,
  labsSchema,
  scenariosSchema,
  randomSchema,
];
