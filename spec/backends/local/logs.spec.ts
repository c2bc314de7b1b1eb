import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { logLines } from '../../../lib/backends/local/logs.js';
import { Folder } from '../../../lib/workspace/folder.js';
import { stateHome } from './homes.js';

describe('the lines of a log', () => {
  let home = '';
  let file = '';
  const lines = async (tail?: number) => {
    const all: string[] = [];
    const options = tail === undefined ? {} : { tail };
    for await (const line of logLines(new Folder(home), 'a.log', options)) all.push(line);
    return all;
  };

  beforeEach(() => {
    home = stateHome();
    file = path.join(home, 'a.log');
  });

  it('are none of a file that is not there, or empty', async () => {
    expect(await lines()).to.deep.equal([]);
    expect(await lines(3)).to.deep.equal([]);
    fs.writeFileSync(file, '');
    expect(await lines()).to.deep.equal([]);
    expect(await lines(3)).to.deep.equal([]);
  });

  for (const end of ['\n', '']) {
    it(`are all, or the last so many, of a ${end ? 'finished' : 'half'} file of any size`, async () => {
      // Longer than what is read at once, and with characters that a cut would halve.
      const all = Array.from({ length: 30_000 }, (_, i) => `${i} ${'ü€'.repeat(i % 9)}`);
      fs.writeFileSync(file, all.join('\n') + end);
      expect(await lines()).to.deep.equal(all);
      for (const tail of [0, 1, 2, 1000, 29_999, 30_000, 40_000]) {
        expect(await lines(tail), String(tail)).to.deep.equal(tail === 0 ? [] : all.slice(-tail));
      }
    });
  }

  it('may be empty', async () => {
    fs.writeFileSync(file, '\n\na\n\n');
    expect(await lines()).to.deep.equal(['', '', 'a', '']);
    expect(await lines(2)).to.deep.equal(['a', '']);
  });

  it('are given in pieces where they have no end, and others have their turn meanwhile', async () => {
    fs.writeFileSync(file, `${'x'.repeat(1_000_000)}\nlast\n`);
    let turns = 0;
    const turn = () => {
      turns += 1;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    const all = await lines();
    clearImmediate(next);
    expect(turns).to.be.greaterThan(5);
    expect(all.join('')).to.equal(`${'x'.repeat(1_000_000)}last`);
    expect(Math.max(...all.map(({ length }) => length))).to.be.below(200_000);
    fs.truncateSync(file, 30_000_000_000);
    expect((await lines(1)).join('')).to.match(/^\0{1,65536}$/);
  });

  describe('that come', () => {
    /** Follows, and does the next thing each time that a line has come. */
    const follow = async (steps: readonly (() => void)[]) => {
      const stop = new AbortController();
      const seen: string[] = [];
      const todo = [...steps, () => stop.abort()];
      const options = { follow: true, signal: stop.signal };
      for await (const line of logLines(new Folder(home), 'a.log', options)) {
        seen.push(line);
        todo.shift()?.();
      }
      return seen;
    };

    it('are given when they are whole', async () => {
      fs.writeFileSync(file, 'one\n');
      const seen = await follow([
        () => {
          fs.appendFileSync(file, 'tw');
          setTimeout(() => fs.appendFileSync(file, 'o\n'), 150);
        },
      ]);
      expect(seen).to.deep.equal(['one', 'two']);
    });

    it('are given of a file that was cut, made anew, or away for a while', async () => {
      fs.writeFileSync(file, 'the first line\n');
      const seen = await follow([
        () => fs.writeFileSync(file, 'cut\n'),
        () => {
          fs.writeFileSync(`${file}.new`, 'another file, and a long line\n');
          fs.renameSync(`${file}.new`, file);
        },
        () => {
          fs.unlinkSync(file);
          setTimeout(() => fs.writeFileSync(file, 'back\n'), 250);
        },
      ]);
      expect(seen).to.deep.equal([
        'the first line',
        'cut',
        'another file, and a long line',
        'back',
      ]);
    });

    it('end with the abort, also where nothing comes', async () => {
      fs.writeFileSync(file, '');
      const stop = new AbortController();
      void sleep(50).then(() => stop.abort());
      const options = { follow: true, signal: stop.signal };
      for await (const line of logLines(new Folder(home), 'a.log', options)) {
        throw new Error(`a line: ${line}`);
      }
    });
  });
});
