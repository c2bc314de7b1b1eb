/** Logs of several servers as one, in the order of time. */
import { expect } from 'chai';
import {
  entriesOf,
  eventIn,
  mergedEntries,
  shortened,
  shortening,
} from '../../lib/cli/live/log-entries.js';

async function* given(...lines: string[]): AsyncGenerator<string> {
  yield* lines;
}

const line = (second: string, text: string) => `7:X 24 Nov 2026 12:36:${second} * ${text}`;

describe('logs of several servers', () => {
  it('are merged by time; a line without one stays with the line before it', async () => {
    const a = given('banner', line('38.100', 'a1'), 'more of a1', line('38.300', 'a2'));
    const b = given(line('38.200', 'b1'), line('38.300', 'b2'), line('38.050', 'b3'));
    const told: string[] = [];
    for await (const { log, entry } of mergedEntries([entriesOf(a, 'UTC'), entriesOf(b, 'UTC')])) {
      told.push(`${log} ${entry.lines.map((each) => each.split(' * ').at(-1)).join('+')}`);
    }
    expect(told).to.deep.equal(['0 banner', '0 a1+more of a1', '1 b1', '0 a2', '1 b2', '1 b3']);
  });

  it('have a crash report in one piece', async () => {
    const report = [
      '=== REDIS BUG REPORT START: Cut & paste starting from here ===',
      line('38.100', 'crashed by signal'),
      'stack',
      line('38.200', 'registers'),
      '=== REDIS BUG REPORT END. ===',
    ];
    const found: (readonly string[])[] = [];
    const log = given(line('37.000', 'before'), ...report, line('39.000', 'after'));
    for await (const { lines } of entriesOf(log, 'UTC')) found.push(lines);
    expect(found).to.deep.equal([[line('37.000', 'before')], report, [line('39.000', 'after')]]);
  });

  it('have the times that their zone gives them', async () => {
    const { value } = await entriesOf(given(line('38.123', 'x')), 'UTC').next();
    expect(value.at).to.equal(Date.UTC(2026, 10, 24, 12, 36, 38, 123));
  });

  it('show the begin of a crash report among others, and how to see the rest', () => {
    const lines = Array.from({ length: 90 }, (_, i) => `line ${i}`);
    const shown = shortened({ at: 0, lines }, 'redis-lab logs slave1 --service redis');
    expect(shown).to.deep.equal([
      ...lines.slice(0, 4),
      '… 86 more lines. All of them: redis-lab logs slave1 --service redis',
    ]);
    expect(shortened({ at: 0, lines: lines.slice(0, 5) }, '')).to.deep.equal(lines.slice(0, 5));
  });

  it('show no more of one that comes line by line, and all of what comes after it', () => {
    const shown = shortening('redis-lab logs slave1 --service redis');
    const report = [
      '=== REDIS BUG REPORT START: Cut & paste starting from here ===',
      ...Array.from({ length: 60 }, (_, i) =>
        i % 9 === 0 ? line('38.100', `r${i}`) : `stack ${i}`,
      ),
      '=== REDIS BUG REPORT END. ===',
      'Please report the crash',
    ];
    const lines = [line('37.000', 'before'), ...report, line('39.000', 'after'), 'more of after'];
    expect(lines.flatMap(shown)).to.deep.equal([
      lines[0],
      ...report.slice(0, 7),
      '… more lines. All of them: redis-lab logs slave1 --service redis',
      ...lines.slice(-2),
    ]);
  });

  it('have the times of every format that servers write', async () => {
    const at = Date.UTC(2026, 10, 24, 12, 36, 38, 123);
    for (const told of [
      '7:X 24 Nov 2026 12:36:38.123 * x',
      '7:X 2026-11-24T19:36:38.123+07:00 * x',
      `7:X ${at} * x`,
      'pid=7 role=sentinel timestamp="24 Nov 2026 12:36:38.123" level=notice message="x"',
    ]) {
      const { value } = await entriesOf(given(told), 'UTC').next();
      expect(value.at, told).to.equal(at);
    }
  });

  it('tell events of Sentinels from other lines', () => {
    const events = ['+sdown master m 127.0.0.1 6379', '-odown x', '+switch-master m', '+tilt'];
    for (const event of events) expect(eventIn(line('38.1', event))).to.equal(event);
    for (const other of ['Running mode=sentinel', '-1 left', 'Sentinel new configuration saved']) {
      expect(eventIn(line('38.1', other)), other).to.equal(undefined);
    }
    expect(eventIn('+sdown without a time')).to.equal(undefined);
  });
});
