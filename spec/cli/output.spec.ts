/** What reaches the terminal: the one door of the command. */
import { expect } from 'chai';
import { printAside, printJson, printResult } from '../../lib/cli/output.js';

const NASTY = 'a\tb\r\nc\u001b[2J\u001b]0;title\u0007\u009b8m\u202e\u2066d\u001b[8m';
const SHOWN = 'a\tb\nc\\u001b[2J\\u001b]0;title\\u0007\\u009b8m\\u202e\\u2066d\\u001b[8m';

function written(stream: 'stdout' | 'stderr', print: () => void): string {
  const real = process[stream].write;
  let text = '';
  process[stream].write = ((chunk: string) => {
    text += chunk;
    return true;
  }) as typeof real;
  try {
    print();
  } finally {
    process[stream].write = real;
  }
  return text;
}

describe('what reaches the terminal', () => {
  it('has no character that speaks to it, but for newlines and tabs', () => {
    expect(written('stdout', () => printResult(NASTY))).to.equal(`${SHOWN}\n`);
    expect(written('stderr', () => printAside(NASTY))).to.equal(`${SHOWN}\n`);
  });

  it('keeps the colours that we give', () => {
    const ours = '\u001b[31mbad\u001b[39m \u001b[1m\u001b[2mfaint\u001b[22m';
    expect(written('stdout', () => printResult(ours))).to.equal(`${ours}\n`);
  });

  it('is JSON of the same value, with every such character as an escape', () => {
    const text = written('stdout', () => printJson({ [NASTY]: [NASTY] }));
    expect(JSON.parse(text)).to.deep.equal({ [NASTY]: [NASTY] });
    expect(text).to.not.match(/[^\P{C}\n]/u);
  });
});
