import { expect } from 'chai';
import { now, toEpoch } from '../../../lib/clock.js';
import { logEntry } from '../../../lib/verify/log-lines.js';

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
