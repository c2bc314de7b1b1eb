/* biome-ignore-all lint/suspicious/noConsole: a benchmark prints */
/**
 * Failovers of virtual machines, five by DEBUG SEGFAULT and five by cutting the master's power: each of them correct, and
 * how long a client was without a master. Run it with `npm run bench:vagrant-failovers`.
 */
import { now, sleep } from '../../lib/clock.js';
import { buildLab } from '../../lib/lab/lab.js';
import type { VerifyResult } from '../../lib/report/types.generated.js';
import { storedRecords } from '../../lib/scenarios/measure.js';
import { WRITE_EVERY_MS, Writer } from '../../lib/verify/writer.js';
import { User } from '../support/ground.js';
import { eventually } from '../support/nodes.js';
import { SOURCE, withBuild } from '../vagrant/support/labs.js';
import { must } from './support.js';

const ROUNDS = 5;
const LEDGER = 'ledger';

/** Down-after, and what an emulated machine adds to it; milliseconds. */
const WITHIN_MS = 60_000;

// Five failovers with fresh data each take a quarter of an hour where machines are emulated.
const user = new User(2_400_000);
const { model: lab } = buildLab(SOURCE);
try {
  await withBuild(user);
  await must(user, 'up', '--backend', 'vagrant', '--no-verify');
  await bySegfault();
  for (let round = 1; round <= ROUNDS; round++) await byPowerOff(round);
} finally {
  await user.run('down', '--backend', 'vagrant');
  user.remove();
}

async function bySegfault(): Promise<void> {
  const anew = ['--repeat', String(ROUNDS), '--fresh', '--yes'];
  const said = await must(user, 'verify', 'failover', ...anew, '--json');
  const { runs = [] } = JSON.parse(said) as VerifyResult;
  for (const { run, verdict, scenarios } of runs) {
    const [{ outageMs = null, writableMs = null, ledger = null, promotion = null } = {}] =
      scenarios.filter(({ name }) => name === 'failover');
    tell(`DEBUG SEGFAULT ${run}: ${verdict}, ${promotion?.from} to ${promotion?.to}`, {
      outageMs,
      writableMs,
      lost: ledger?.lost,
    });
  }
}

async function byPowerOff(round: number): Promise<void> {
  const { master: name } = await eventually(user, ({ ready }) => ready, 'ready', 300_000);
  const writer = new Writer(lab, { key: LEDGER });
  writer.start();
  try {
    await sleep(3000);
    await must(user, 'fault', 'power-off', String(name));
    const begun = now();
    const after = await until(
      () => writer.ledger.firstAcknowledgedAfter(begun),
      `write after ${name} was switched off`,
    );
    const before = writer.ledger.entries.findLast(
      (each) => each.outcome === 'acknowledged' && each.number < after.number,
    );
    await writer.stop();
    const promoted = lab.nodes.find((node) => node.name === after.node);
    if (!promoted || !before) throw new Error(`${after.node} took a write that nobody sent`);
    const stored = await storedRecords(promoted, { database: 0, ledger: LEDGER });
    const { lost } = writer.ledger.result(stored, WRITE_EVERY_MS, begun);
    await must(user, 'heal');
    const whole = await eventually(user, ({ ready }) => ready, 'ready again', 300_000);
    if (whole.master !== promoted.name) throw new Error(`${whole.master} is master at the end`);
    tell(`power-off ${round}: passed, ${name} to ${promoted.name}`, {
      outageMs: after.settledAt - before.settledAt,
      lost,
    });
  } finally {
    await writer.stop();
  }
}

async function until<T>(look: () => T | undefined, what: string): Promise<T> {
  for (const end = now() + WITHIN_MS; now() < end; ) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error(`no ${what} within ${WITHIN_MS / 1000} s`);
}

function tell(what: string, figures: Readonly<Record<string, number | null | undefined>>): void {
  const down = lab.sentinel.downAfterMs;
  console.log(`${what}; down-after ${down} ms; ${JSON.stringify(figures)}`);
}
