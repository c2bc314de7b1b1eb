/** Every statement about time or order that the handout and the documentation make, and what shows it. */
import { expect } from 'chai';
import { COUNTED } from '../../../lib/handout/commands.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { HOLD_MS } from '../../../lib/verify/clients/library-clients.js';
import {
  at,
  CRASHES,
  keptFailover,
  output,
  recordedCrash,
  recording,
  secondsOf,
} from './recorded.js';

/** What a recording shows; or why there is nothing to measure. */
export type Evidence = (() => void) | 'a setting' | 'a constant of the server' | 'advice' | string;

const { sentinel } = buildLab().model;
const down = sentinel.downAfterMs;
/** How late a machine with much else to do may be. Milliseconds. */
const BUSY = 300;

/** The phases of each recorded crash, from the first `+sdown`, which is down-after later than the last answer. */
function shortly(): void {
  for (const { first } of CRASHES) {
    const noticed = first('+sdown');
    expect(first('+failover-state-wait-promotion') - noticed).to.be.within(0, 500);
    expect(first('+promoted-slave') - noticed).to.be.within(900, 1400 + BUSY);
  }
  const { outageMs, writableMs, crash } = keptFailover('plain');
  expect(crash.first('+sdown')).to.be.within(down, down + 100 + BUSY);
  expect(writableMs).to.be.within(down + 300, down + 500 + BUSY);
  expect(outageMs).to.be.within(down + 1000, down + 1400 + BUSY);
}

/** Who names the new master when. */
export function named(): void {
  for (const { leader, voters } of CRASHES) {
    const promoted = at(leader, '+promoted-slave');
    const switched = voters.map((events) => at(events, '+switch-master'));
    expect(promoted).to.be.lessThan(Math.min(...switched));
    const last = at(leader, '+switch-master');
    // The results that are kept end before the leader's own.
    if (Number.isFinite(last)) expect(last).to.be.greaterThan(Math.max(...switched));
  }
  expect(at(recordedCrash.leader, '+switch-master')).to.be.finite;
}

function orderOfTheLeader(): void {
  const order = [
    '+sdown',
    '+odown',
    '+vote-for-leader',
    '+elected-leader',
    '+selected-slave',
    '+promoted-slave',
    '+switch-master',
  ];
  for (const { leader } of CRASHES) {
    const times = order.map((event) => at(leader, event));
    expect(times).to.deep.equal(times.toSorted((one, other) => one - other));
  }
  const early = CRASHES.flatMap(({ voters }) => voters).filter(
    (events) => at(events, '+vote-for-leader') < at(events, '+odown'),
  );
  expect(early).not.to.be.empty;
}

/** Until the old master was a replica: not less than `heal` waited once it was started, not more than until it said so itself. */
function demoted(least: number, most: number): void {
  for (const task of ['comeback', 'lost']) {
    const waited = Number(/ready: after (\d+) ms/.exec(output(`${task}.start`))?.[1]) / 1000;
    expect(waited, task)
      .to.be.greaterThan(least - 3)
      .and.lessThan(most);
    expect(secondsOf(`${task}.role`), task).to.be.greaterThan(least);
  }
}

function hung(): void {
  const seconds = secondsOf('hang.says');
  // To type a command takes a second or two of its own.
  const ofCrash = secondsOf(`crash.says.${recording.lab.nodes[0]?.name}`);
  expect(seconds).to.be.greaterThan(down / 1000 + 1);
  expect(Math.round((seconds - ofCrash) * 10) / 10).to.be.within(0, 1.1 + 2);
}

function putRight(): void {
  const failoverTimeout = sentinel.failoverTimeoutMs / 1000;
  expect(secondsOf('safer.mended')).to.be.within(failoverTimeout, failoverTimeout + 10 + 2);
}

/** How many writes a master acknowledged that was cut off and wants a replica in touch: one a second, begun a few seconds after the cut. */
function lagged(): void {
  const said = output('partition-safe.count').split('\n');
  expect(said.filter((line) => /^\d+$/.test(line)).length).to.be.within(5, 12);
  expect(said.filter((line) => line.startsWith('NOREPLICAS'))).not.to.be.empty;
  // All of them are gone, and without that setting as many as were tried.
  expect(output('partition-safe.new')).to.equal(output('partition.new'));
  expect(output('partition.count').split('\n').at(-1)).to.equal(
    String(Number(output('partition.new')) + COUNTED),
  );
}

/** Not before a Sentinel has missed an answer for down-after; a save, and three commands that are typed first, take seconds of their own. */
function unsaved(): void {
  expect(secondsOf('disk.says')).to.be.within(down / 1000 + 1, down / 1000 + 2.5 + 12);
  for (const id of ['disk.ping', 'disk.write']) expect(output(id)).to.match(/^MISCONF /);
}

/** By their key in `templates/handout/*.yaml`. */
export const IN_HANDOUT: Readonly<Record<string, Evidence>> = {
  'page.after': 'the time itself is from the recording',
  'page.again': 'advice',
  'page.wait': 'advice',
  'page.story': 'a setting',
  'about.elsewhere': 'a setting',
  'chapters.architecture.intro': 'a setting',
  'chapters.failover.restarts': 'a setting',
  'installation.units': 'a setting',
  'installation.unitsRestart': 'a setting',
  'directives.redis.repl-diskless-sync': 'a constant of the server',
  'directives.sentinel.known-replica': 'a constant of the server',
  'tasks.roles.trouble': 'a lab with a quorum of 1 is not recorded',
  'tasks.replication.questions.1.answer': 'a setting',
  'tasks.sentinels.questions.0.answer': 'a constant of the server',
  'tasks.sentinels.trouble': 'advice',
  'tasks.crash.questions.0.ask': orderOfTheLeader,
  'tasks.crash.questions.0.answer': () => {
    orderOfTheLeader();
    named();
  },
  'tasks.crash.questions.2.answer': () => {
    shortly();
    named();
  },
  'tasks.crash.trouble': 'a constant of the server',
  'tasks.crash.timing': shortly,
  'tasks.comeback.questions.0.answer': () => demoted(2, 20),
  'tasks.comeback.trouble': () => demoted(10, 12),
  'tasks.comeback.timing': () => demoted(10, 12),
  'tasks.hang.questions.0.answer': () => {
    expect(output('crash.segfault')).to.include('closed the connection');
  },
  'tasks.hang.timing': hung,
  'tasks.quorum.trouble': 'a setting',
  'tasks.lost.goal': 'a setting',
  'tasks.lost.trouble': putRight,
  'tasks.safer.questions.0.answer': 'a setting',
  'tasks.safer.questions.2.ask': putRight,
  'tasks.safer.trouble': 'a setting',
  'tasks.safer.timing': putRight,
  'tasks.partition.goal': 'a setting',
  'tasks.partition.timing': 'constants of the server',
  'tasks.partition-safe.questions.0.answer': lagged,
  'tasks.partition-safe.questions.1.answer': 'a constant of the server',
  'tasks.partition-safe.trouble': 'a constant of the server',
  'tasks.partition-safe.timing': lagged,
  'tasks.disk.questions.0.answer': 'a setting',
  'tasks.disk.timing': unsaved,
  'steps.start.up': 'advice',
  'steps.partition.count': 'a setting',
  'errata.unit.wrong': 'a setting',
};

/** By the file and words of the line. */
export const IN_DOCS: Readonly<Record<string, Evidence>> = {
  'README.md: the first command takes about ten seconds': () => {
    expect(keptFailover('plain').ms).to.be.within(7000, 13_000);
  },
  'docs/backends.md: is reported at once': 'nothing is measured',
  'docs/backends.md: The way through a node takes about half a millisecond more':
    'npm run bench:relay measures it',
  'docs/backends.md: 5 ms, on a busy machine': 'npm run bench:relay measures it',
  'docs/backends.md: they are up in about ten seconds': 'npm run bench:incus measures it',
  'docs/engineer.md: 20 ms. A name alone takes the library': 'a setting',
  'docs/engineer.md: for 30 s at most; one that': () => expect(HOLD_MS).to.equal(30_000),
  'docs/engineer.md: at a down-after of 1 s, as the median of three runs': 'a setting',
  // Three runs of each by `npm run findings`.
  'docs/engineer.md: | `ioredis': 'a table of what was measured',
  'docs/engineer.md: | `node-redis': 'a table of what was measured',
  'docs/engineer.md: | `redis-py': 'a table of what was measured',
  'docs/engineer.md: ten seconds until a Sentinel makes a replica of it':
    'Sentinel: 8 s, and INFO each 10 s',
  'docs/engineer.md: then waits 2 s for the hung one': 'a setting of ioredis',
  'docs/engineer.md: ends at once by a segmentation fault': 'nothing is measured',
  'docs/engineer.md: the whole node is gone at once': 'nothing is measured',
  'docs/engineer.md: every problem at once': 'nothing is measured',
  'docs/engineer.md: silent for a minute': 'a setting',
  'docs/guests.md: waits up to 15 minutes': 'a setting',
  'docs/guests.md: waits up to a minute for a time server': 'a setting',
  'docs/instructor.md: some minutes': 'advice',
  'docs/library.md: a minute (`withinMs`)': 'a setting',
  'docs/student.md: They differ by about a second': () => {
    for (const name of ['plain', 'repeat3']) {
      const { outageMs, writableMs } = keptFailover(name);
      expect((outageMs ?? 0) - (writableMs ?? 0)).to.be.within(600, 1400);
    }
  },
  'docs/student.md: one every 10 ms': 'a setting',
  'docs/student.md: After five seconds the Sentinels agree': () => {
    expect(keptFailover('plain').crash.first('+odown')).to.be.within(5000, 5000 + BUSY);
  },
};
