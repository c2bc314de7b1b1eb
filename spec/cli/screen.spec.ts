/** What of a watched lab has room on a terminal. */
import { expect } from 'chai';
import { clipped, lastFitting } from '../../lib/cli/live/screen.js';

describe('the last events of a watched lab', () => {
  const events = ['one', 'two two', 'three', 'four'];
  /** A line a word. */
  const shown = (line: string) => line.split(' ');
  const fitting = (ofSentinel: string | undefined, room: number) =>
    lastFitting(events, ofSentinel, shown, room);

  it('are as many as have room, whole', () => {
    expect(fitting(undefined, 9)).to.deep.equal(['one', 'two', 'two', 'three', 'four']);
    expect(fitting(undefined, 3)).to.deep.equal(['three', 'four']);
    expect(fitting(undefined, 0)).to.deep.equal([]);
    expect(fitting(undefined, -3)).to.deep.equal([]);
  });

  it('have that of a Sentinel among them, in its place', () => {
    expect(fitting('two two', 9)).to.deep.equal(['one', 'two', 'two', 'three', 'four']);
    expect(fitting('two two', 3)).to.deep.equal(['two', 'two', 'four']);
    expect(fitting('before all', 3)).to.deep.equal(['before', 'all', 'four']);
    expect(fitting('before all', 1)).to.deep.equal([]);
  });
});

describe('the status of a watched lab', () => {
  const rows = ['lab', '', 'titles', 'master', 'slave1', '', 'problem', 'problem'];

  it('is whole where there is room', () => {
    expect(clipped(rows, 12, 0)).to.deep.equal(rows);
    expect(clipped(rows, Number.POSITIVE_INFINITY, 2)).to.deep.equal(rows);
  });

  it('leaves room for the last event, but not before its table is whole', () => {
    expect(clipped(rows, 12, 2)).to.deep.equal(rows.slice(0, 6));
    expect(clipped(rows, 9, 2)).to.deep.equal(rows.slice(0, 5));
    expect(clipped(rows, 7, 0)).to.deep.equal(rows.slice(0, 5));
    expect(clipped(rows, 5, 0)).to.deep.equal(rows.slice(0, 3));
  });
});
