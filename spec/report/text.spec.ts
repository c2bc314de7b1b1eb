import { expect } from 'chai';
import { WIDTH } from '../../lib/report/layout.js';
import { PLAIN } from '../../lib/report/style.js';
import { tellingEntries } from '../../lib/report/telling.js';
import { textReport } from '../../lib/report/text.js';
import { englishWords } from './support/indonesian.js';
import {
  entry,
  failedFailover,
  failover,
  LEDGER,
  repeated,
  replication,
  result,
  TIMELINE,
} from './support/results.js';
import { CODED, saved } from './support/saved.js';

describe('the text of a result', () => {
  it('tells a failover', () => {
    expect(textReport(result()).split('\n')).to.deep.equal(
      `Lab course (local): redis 7.0.15 (8.2.8 is described), 3 nodes, quorum 2,
  down-after 5.00 s

replication: passed in 43 ms
  ✓ every replica gives demokey back: slave1 after 0.6 ms, slave2 after 0.9 ms
  ✓ a write to a replica is refused: READONLY from each

    +0.002  client  SET demokey "testing testing" on master

failover: passed in 8.42 s
  ✓ DEBUG SEGFAULT ends the master: connection closed
  ✓ a replica is promoted: slave1

  master was master, now it is slave1.

               seconds    predicted
  detection      5.012  5.000–6.200  until the first +sdown
  agreement      0.076  0.000–1.200  until the first +odown
  election       0.062  0.053–1.200  until +elected-leader
  promotion      0.150  0.105–0.300  until the first write that the promoted
                                     node accepts
  rediscovery    0.950  0.000–1.300  until the first write of the client
  writable       5.301               from the fault, asked directly
  outage         6.251               for a client that asks Sentinel

  Ledger: 761 writes: 160 acknowledged (159 kept, 1 lost), 600 refused, 1 never
          answered (there at the end: 0)
  Acknowledged and lost, by number: 31

    +0.000  scenario         fault DEBUG SEGFAULT on master
    +0.004  client           write refused connection closed by master
    +5.012  sentinel@slave1  +sdown master mymaster master
    +5.088  sentinel@slave1  +odown master mymaster master #quorum 2/2
    +5.089  sentinel@slave1  +try-failover master mymaster master
    +5.150  sentinel@slave1  +elected-leader master mymaster master
    +5.205  sentinel@slave1  +selected-slave slave slave1
    +5.301  probe            write accepted by slave1
    +6.200  sentinel@slave1  +promoted-slave slave slave1
    +6.201  sentinel@slave2  +switch-master mymaster master slave1
    +6.230  sentinel@slave1  +switch-master mymaster master slave1
    +6.250  client           write acknowledged by slave1
    +6.900  scenario         start redis on master
    +7.301  sentinel@slave2  +convert-to-slave slave master
    +7.800  scenario         rejoined master follows slave1
  and 7 more: --json has all

  seconds      0         1        2         3         4        5         6
  detection    █████████████████████████████████████████████████░░░░░░░░░░░
  agreement                                                     █░░░░░░░░░░
  election                                                      █░░░░░░░░░░░
  promotion                                                      █░░
  rediscovery                                                     ██████████░░░
               █ measured  ░ until the longest predicted

  Note: The old master came back faster than by itself: SENTINEL DEBUG
        publish-period 100.

✓ passed in 8.46 s`.split('\n'),
    );
  });

  it('says of what failed: expected, seen, why, and where the evidence is', () => {
    const text = textReport(result({ verdict: 'failed', scenarios: [failedFailover()] }));
    expect(text).to.include(
      [
        'failover: failed in 8.42 s',
        '  slave2 follows 127.0.100.99:6379, which is no node of the lab',
        '  ✓ DEBUG SEGFAULT ends the master: connection closed',
        '  ✗ every replica follows the new master',
        '      expected  slave2 follows slave1',
        '      seen      slave2 follows 127.0.100.99:6379, link down',
        '  – demokey is still there: not reached',
        '  Evidence: /home/student/.local/state/redis-lab/evidence/course/1',
      ].join('\n'),
    );
    expect(text).to.match(/\n✗ failed in 8\.46 s: 1 claim failed, 1 not looked at$/);
  });

  it('is Indonesian for a lab whose language that is', () => {
    for (const name of CODED) {
      const text = textReport(saved(name), PLAIN, 'id');
      // What a server said is not marked here.
      const own = text.replace(/READONLY [^✓]*|the…|the server closed the connection/g, ' ');
      expect(englishWords(own), name).to.deep.equal([]);
      expect(text).to.match(/^Lab bahasa \(local\): redis 7\.0\.15 \(dalam deskripsi/);
    }
    expect(textReport(repeated(), PLAIN, 'id'))
      .to.include('3 percobaan')
      .and.include('median');
  });

  it('only counts what held before and holds again', () => {
    const again = failover({ assertions: [...replication().assertions, ...failover().assertions] });
    expect(textReport(result({ scenarios: [replication(), again] }))).to.include(
      [
        'failover: passed in 8.42 s',
        '  ✓ 2 claims from above, true again',
        '  ✓ DEBUG SEGFAULT ends the master: connection closed',
      ].join('\n'),
    );
    const broken = replication().assertions.map((each) => ({
      ...each,
      verdict: 'failed' as const,
    }));
    const failed = failedFailover({ assertions: broken });
    expect(textReport(result({ verdict: 'failed', scenarios: [replication(), failed] })))
      .to.include('  ✗ every replica gives demokey back\n')
      .and.not.to.include('from above');
  });

  it('says why a scenario was skipped', () => {
    const skipped = replication({
      verdict: 'skipped',
      reason: 'the lab has no replica',
      assertions: [],
    });
    const text = textReport(result({ verdict: 'skipped', scenarios: [skipped] }));
    expect(text).to.include('replication: skipped in 43 ms\n  the lab has no replica\n');
    expect(text).to.match(/\n– skipped in 8\.46 s$/);
  });

  it('says of a phase that its end was not seen', () => {
    const phases = failover().phases.map((each) => ({ ...each, ms: null }));
    const text = textReport(result({ scenarios: [failover({ phases })] }));
    expect(text).to.match(/^ {2}detection +not seen {2}5\.000–6\.200 {2}until/m);
  });

  it('sums many runs up, and names those that failed', () => {
    const text = textReport(repeated());
    expect(text).to.include(
      [
        'failover, 3 runs: 2 passed and 1 failed',
        '  seconds      min  median    p95    max',
        '  ready      0.030   0.040  0.050  0.050',
        '  detection  5.012   5.022  5.032  5.032  of 2 runs',
        '  writable   5.300   5.310  5.320  5.320  of 2 runs',
        '  outage     6.250   6.260  6.270  6.270  of 2 runs',
        '  480 writes acknowledged, 3 of them lost',
        '',
        '  ✗ run 2: failover: slave2 follows 127.0.100.99:6379, which is no node of the',
        '           lab (/home/student/.local/state/redis-lab/evidence/course/1)',
        '',
        '✗ failed, 3 runs in 8.46 s: 1 claim failed, 1 not looked at',
      ].join('\n'),
    );
  });

  it('names at most ten of the lost records', () => {
    const lostRecords = Array.from({ length: 11 }, (_, i) => i + 1);
    const ledger = { ...LEDGER, lost: 11, lostRecords };
    expect(textReport(result({ scenarios: [failover({ ledger })] }))).to.include(
      'by number: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …\n',
    );
  });

  it('fits 80 columns, but for a word that is longer than a line', () => {
    for (const each of [result(), repeated(), result({ scenarios: [failedFailover()] })]) {
      for (const line of textReport(each).split('\n')) {
        expect(line.length, line).to.be.at.most(WIDTH);
      }
    }
    const path = `/${'x'.repeat(100)}`;
    const long = textReport(result({ scenarios: [failedFailover({ evidence: path })] }));
    expect(long).to.include(path);
  });

  it('sends nothing to the terminal that a server said', () => {
    const nasty = '\u001b[2Jgone\r\nnext\u202e';
    const scenario = failedFailover({
      reason: nasty,
      evidence: nasty,
      notes: [nasty],
      timeline: [entry(0, nasty, nasty, nasty)],
      promotion: { from: nasty, to: nasty },
      assertions: [
        { claim: nasty, verdict: 'failed', expected: nasty, seen: nasty, ms: 1 },
        { claim: nasty, verdict: 'passed', expected: nasty, seen: nasty, ms: 1 },
      ],
    });
    expect(textReport(result({ backend: nasty, scenarios: [scenario] })))
      .to.match(/^[^\p{Cc}\p{Cf}]*(\n[^\p{Cc}\p{Cf}]*)*$/u)
      .and.to.include('\\u001b[2Jgone next');
  });

  it('marks good and bad where it may', () => {
    const mark = (open: string) => (text: string) => `<${open}>${text}</${open}>`;
    const style = {
      ...PLAIN,
      good: mark('g'),
      bad: mark('b'),
      faint: mark('f'),
      strong: mark('s'),
    };
    const text = textReport(result({ verdict: 'failed', scenarios: [failedFailover()] }), style);
    expect(text).to.include('<g>  ✓ </g>DEBUG').and.to.include('<b>  ✗ </b>every');
    const plain = text.replaceAll(/<\/?[gbfs]>/g, '');
    expect(plain).to.equal(
      textReport(result({ verdict: 'failed', scenarios: [failedFailover()] })),
    );
  });
});

describe('the telling lines of a timeline', () => {
  it('are all of a short one', () => {
    expect(tellingEntries(TIMELINE.slice(0, 20))).to.have.lengthOf(20);
  });

  it('leave out repetitions and logs of a long one, and keep the order', () => {
    const told = tellingEntries(TIMELINE);
    expect(told).to.have.lengthOf(15);
    expect(told.map(({ source, event }) => `${source} ${event}`))
      .to.include('sentinel@slave1 +sdown')
      .and.to.include('sentinel@slave1 +switch-master')
      .and.to.include('sentinel@slave2 +switch-master')
      .and.not.to.include('sentinel@slave2 +sdown');
    expect(told.map(({ atMs }) => atMs)).to.deep.equal(
      told.map(({ atMs }) => atMs).toSorted((a, b) => a - b),
    );
  });

  it('are never more than asked for', () => {
    const many = Array.from({ length: 50 }, (_, i) => entry(i, 'scenario', `step ${i}`));
    expect(tellingEntries(many)).to.have.lengthOf(20);
  });
});
