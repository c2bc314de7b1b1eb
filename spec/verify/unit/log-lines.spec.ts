import { expect } from 'chai';
import type { Backend } from '../../../lib/backends/backend.js';
import { localise } from '../../../lib/backends/local/localise.js';
import { now, toEpoch } from '../../../lib/clock.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { LogWatch, logEntry } from '../../../lib/verify/log-lines.js';

/** A line as a server writes it whose clock is `ahead` of ours, and whose zone is east of Greenwich. */
function line(at: number, zoneMinutes: number, ahead: number, text: string): string {
  const local = new Date(toEpoch(at) + zoneMinutes * 60_000 + ahead);
  const [, day, month, year] = /^\w+, (\d+) (\w+) (\d+)/.exec(local.toUTCString()) ?? [];
  return `12:M ${day} ${month} ${year} ${local.toISOString().slice(11, 23)} * ${text}`;
}

describe('a line of a log', () => {
  for (const [where, zone, ahead] of [
    ['UTC', 0, 0],
    ['India', 330, 0],
    ['Jakarta with a clock that is 40 s ahead', 420, 40_000],
    ['Chatham, behind', 765, -3000],
    ['Newfoundland', -210, 12],
  ] as const) {
    it(`stands on our clock, written in ${where}`, () => {
      const at = now() - 1500;
      const entry = logEntry('slave1', line(at, zone, ahead, 'MASTER MODE enabled'), ahead);
      expect(entry).to.include({ node: 'slave1', text: 'MASTER MODE enabled' });
      expect(entry?.at).to.be.closeTo(at, 1.5);
    });
  }

  it('is none without a time', () => {
    expect(logEntry('master', '------ STACK TRACE ------', 0)).to.equal(undefined);
    expect(logEntry('master', '12:M 99 Foo 2026 12:00:00.000 * x', 0)).to.equal(undefined);
  });
});

describe('the logs of a scenario', () => {
  // On ports where nobody listens: that a node does not tell its time is no reason to fail.
  const lab = localise(buildLab().model, { kind: 'ports', first: 1 });

  /** A backend with these logs; a node without one has none that can be read. */
  const backendWith = (logs: Readonly<Record<string, readonly string[]>>) =>
    ({
      async *logs(node: string, _: unknown, { tail = 0 }) {
        const lines = logs[node];
        if (!lines) throw new Error('no log');
        yield* lines.slice(-tail);
      },
    }) as unknown as Backend;

  it('are the telling lines that were written since, and none of an earlier time', async () => {
    const minutes = 60_000;
    const began = now();
    // Almost a quarter of an hour ago looks like a moment ahead in another time zone.
    const old = [59, 29, 14, 1].map((ago) =>
      line(began - ago * minutes, 420, 0, 'Ready to accept connections tcp'),
    );
    const master = [...old];
    const slave1: string[] = [];
    const watch = await LogWatch.begin(backendWith({ master, slave1 }), lab);
    expect(await watch.telling(began)).to.deep.equal([]);
    master.push(
      line(began + 2000, 420, 0, 'DB saved on disk'),
      '------ STACK TRACE ------',
      line(began + 2001, 420, 0, 'Redis 7.0.15 crashed by signal: 11, si_code: 0'),
    );
    slave1.push(line(began + 2100, 0, 0, 'PRIMARY MODE enabled (user request)'));
    const found = await watch.telling(began);
    expect(found.map(({ node, text }) => `${node}: ${text}`)).to.deep.equal([
      'master: Redis 7.0.15 crashed by signal: 11, si_code: 0',
      'slave1: PRIMARY MODE enabled (user request)',
    ]);
    expect(found[0]?.at).to.be.closeTo(began + 2001, 1.5);
  });

  it('are all lines of a log that was empty or begun anew', async () => {
    const began = now();
    const master = [line(began - 1000, 0, 0, 'Ready to accept connections tcp')];
    const watch = await LogWatch.begin(backendWith({ master }), lab);
    master.splice(0, 1, line(began + 1, 0, 0, 'MASTER MODE enabled'));
    expect((await watch.telling(began)).map(({ text }) => text)).to.deep.equal([
      'MASTER MODE enabled',
    ]);
  });
});
