import { expect } from 'chai';
import { answerIn, choices } from '../../lib/cli/ask.js';
import { plainProgress } from '../../lib/cli/progress/plain.js';
import { speechIn } from '../../lib/report/speech.js';
import { assertion, failedFailover, failover } from '../report/support/results.js';
import { needTerminal, onTerminal } from './support/terminal.js';

describe('progress in lines', () => {
  const told = (...events: Parameters<ReturnType<typeof plainProgress>>) => {
    const lines: string[] = [];
    const tell = plainProgress((line) => lines.push(line));
    for (const event of events) tell(event);
    return lines;
  };
  const all = (events: readonly Parameters<ReturnType<typeof plainProgress>>[0][]) => {
    const lines: string[] = [];
    const tell = plainProgress((line) => lines.push(line));
    for (const event of events) tell(event);
    return lines;
  };

  it('tells what a phase does and how it ended', () => {
    expect(
      all([
        { kind: 'phase', phase: 'preflight', state: 'begun', text: '' },
        { kind: 'phase', phase: 'preflight', state: 'detail', text: 'apt-get install' },
        { kind: 'phase', phase: 'preflight', state: 'done', text: '' },
        { kind: 'phase', phase: 'ready', state: 'done', text: 'after 312 ms' },
      ]),
    ).to.deep.equal(['preflight: apt-get install …', 'preflight: done', 'ready: after 312 ms']);
  });

  it('does not repeat what is waited for many times a second', () => {
    const waiting = { kind: 'phase', phase: 'ready', state: 'detail' } as const;
    const events = Array.from({ length: 50 }, (_, i) => ({ ...waiting, text: `look ${i}` }));
    expect(all(events)).to.deep.equal([]);
  });

  it('tells a scenario by its outcome, and at once what did not hold', () => {
    const scenario = { kind: 'scenario', name: 'failover', run: 3, runs: 50 } as const;
    const broken = assertion({ verdict: 'failed', claim: 'it holds', expected: 'a', seen: 'b' });
    expect(
      all([
        { ...scenario, state: 'begun' },
        { kind: 'assertion', scenario: 'failover', assertion: assertion() },
        { kind: 'assertion', scenario: 'failover', assertion: broken },
        { ...scenario, state: 'done', result: failedFailover() },
      ]),
    ).to.deep.equal([
      'failover: ✗ it holds (expected a; seen b)',
      'failover 3/50: failed in 8.42 s, writable 5.30 s, outage 6.25 s, slave2 follows 127.0.100.99:6379, which is no node of the lab',
    ]);
    expect(told({ ...scenario, runs: 1, run: 1, state: 'done', result: failover() })).to.deep.equal(
      ['failover: passed in 8.42 s, writable 5.30 s, outage 6.25 s'],
    );
  });
});

describe('an answer', () => {
  const INDONESIAN = speechIn('id');

  it('is a word of the language or an English one, or its first letter', () => {
    for (const word of ['ya', 'Y', 'yes', ' YA '])
      expect(answerIn(INDONESIAN, word)).to.equal('yes');
    for (const word of ['tidak', 't', 'no', 'N']) expect(answerIn(INDONESIAN, word)).to.equal('no');
    for (const word of ['y', 'yes']) expect(answerIn(speechIn(), word)).to.equal('yes');
    for (const word of ['n', 'no']) expect(answerIn(speechIn(), word)).to.equal('no');
  });

  it('is nothing else: it is asked again', () => {
    for (const word of ['', 'tida', 'ye', 'yak']) {
      expect(answerIn(INDONESIAN, word)).to.equal(undefined);
    }
    for (const word of ['ya', 'tidak', 't']) expect(answerIn(speechIn(), word)).to.equal(undefined);
  });

  it('has letters to choose from, of which the usual one is a capital', () => {
    expect(choices(speechIn(), 'yes')).to.equal('[Y/n]');
    expect(choices(INDONESIAN, 'yes')).to.equal('[Y/t]');
    expect(choices(INDONESIAN, 'no')).to.equal('[y/T]');
  });
});

describe('progress on a terminal', function () {
  this.timeout(30_000);
  before(function () {
    needTerminal(this);
  });

  it('is a list, with the note after it, and nothing on standard output', async () => {
    const { raw, screen, stdout } = await onTerminal('progress-probe.ts', ['up']);
    expect(screen).to.deep.equal([
      '✔ Look at what is here',
      '✔ Write the files',
      '✔ Start Redis and Sentinel: master redis, slave1 redis',
      '✔ Wait until the lab is ready: after 312 ms',
      'Note: Here runs another version.',
    ]);
    expect(stdout).to.equal('');
    expect(raw).to.include('› slave1 redis').and.to.include('› slave1 says \\u001b]0;title\\u0007');
    // The cursor was hidden, and is there again.
    expect(raw.lastIndexOf('\u001b[?25h')).to.be.greaterThan(raw.lastIndexOf('\u001b[?25l'));
  });

  it('shows what a scenario waits for, and which one failed', async () => {
    const { raw, screen } = await onTerminal('progress-probe.ts', ['proof']);
    expect(screen).to.deep.equal([
      '✔ Bring the lab up',
      '✔ Prove replication: passed in 43 ms',
      '✖ Prove failover: failed in 8.42 s, writable 5.30 s, outage 6.25 s, slave2',
      '  follows 127.0.100.99:6379, which is no node of the lab',
    ]);
    expect(raw).to.include('› failover waits for something');
  });

  it('takes many runs as one step, which has failed if one run did', async () => {
    const { raw, screen } = await onTerminal('progress-probe.ts', ['runs']);
    expect(screen).to.deep.equal(['✖ Prove failover, 2 times']);
    expect(raw).to.include('› failover 1/2: failed in').and.to.include('› failover 2/2: passed in');
  });

  it('leaves a list that was interrupted as it stood', async () => {
    const { screen } = await onTerminal('progress-probe.ts', ['interrupted']);
    expect(screen.slice(0, 2)).to.deep.equal(['✔ Look at what is here', '✖ Write the files']);
    expect(screen.join('\n')).not.to.include('✔ Start');
  });

  it('of a class is a line for each lab at work, and a sum; nothing of it is left', async () => {
    const { raw, screen, stdout } = await onTerminal('class-probe.ts', []);
    expect(raw).to.include('Done: 0 of 3, failed: 0');
    expect(raw).to.include('› 051110 Ani: start: slave1 redis').and.include('051111 Budi: …');
    expect(raw).to.include('19/440/TK 李雷: failover');
    expect(raw).to.include('Done: 1 of 3, failed: 1');
    expect(raw).to.include('✗ 051111 Budi: failed after 1.20 s: no room \\u001b]0;title\\u0007');
    expect(screen).to.deep.equal([]);
    expect(stdout).to.equal('the table\n');
  });

  it('of a class is a line for each lab that is done on a dumb terminal', async () => {
    const { raw } = await onTerminal('class-probe.ts', [], { env: { TERM: 'dumb' } });
    expect(raw.split('\r\n').map((line) => line.split(': ')[0])).to.deep.equal([
      '1/3 051111 Budi',
      '2/3 051110 Ani',
      '3/3 19/440/TK 李雷',
      '',
    ]);
  });

  it('has colours, and none with NO_COLOR', async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what it looks for
    const colour = /\u001b\[[\d;]*m/;
    const forced = await onTerminal('progress-probe.ts', ['up'], { env: { FORCE_COLOR: '1' } });
    expect(forced.raw).to.match(colour);
    for (const env of [{ NO_COLOR: '1' }, { NO_COLOR: '1', FORCE_COLOR: '1' }]) {
      const plain = await onTerminal('progress-probe.ts', ['up'], { env });
      expect(plain.raw).not.to.match(colour).and.not.include('Warning');
    }
  });

  it('is lines on a dumb terminal', async () => {
    const { raw } = await onTerminal('progress-probe.ts', ['up'], { env: { TERM: 'dumb' } });
    expect(raw).to.include('ready: after 312 ms\r\n').and.not.to.include('\u001b');
  });
});

describe('a question', function () {
  this.timeout(30_000);
  before(function () {
    needTerminal(this);
  });

  const QUESTION = 'Install it? [Y/n]';
  for (const [what, text, answer] of [
    ['an empty line is a yes', '\n', 'true'],
    ['yes', 'YES\n', 'true'],
    ['no', 'n\n', 'false'],
    ['the end of the input is a no', '\u0004', 'false'],
    ['Ctrl-C interrupts', '\u0003', 'interrupted'],
    ['anything else is asked again', 'what\nn\n', 'false'],
  ] as const) {
    it(what, async () => {
      const { raw, stdout } = await onTerminal('ask-probe.ts', [], {
        typed: { until: QUESTION, text },
      });
      expect(stdout).to.equal(`answer: ${answer}\n`);
      expect(raw).to.include(QUESTION);
    });
  }

  it('an empty line is a no where something is lost by a yes', async () => {
    for (const [text, answer] of [
      ['\n', 'false'],
      ['y\n', 'true'],
    ] as const) {
      const typed = { until: 'Install it? [y/N]', text };
      const { stdout } = await onTerminal('ask-probe.ts', ['no'], { typed });
      expect(stdout).to.equal(`answer: ${answer}\n`);
    }
  });

  it('is asked in the language of the lab', async () => {
    const typed = { until: 'Install it? [y/T]', text: 'ya\n' };
    const { stdout } = await onTerminal('ask-probe.ts', ['no', 'id'], { typed });
    expect(stdout).to.equal('answer: true\n');
  });
});
