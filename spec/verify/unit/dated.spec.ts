import { expect } from 'chai';
import { dated } from '../../../lib/verify/dated.js';

const MASTER = 'master mymaster 10.0.0.1 6379';
const heard = (at: number, type: string, text = MASTER) => ({ at, type, text });
const logged = (at: number, type: string, text = MASTER) => ({ at, text: `${type} ${text}` });

describe('when a Sentinel said something', () => {
  it('is told by its log, where this process was held up and all came at once', () => {
    const log = [logged(1000, '+sdown'), logged(1074, '+odown'), logged(1137, '+elected-leader')];
    const events = [
      heard(1000.4, '+sdown'),
      heard(1162, '+odown'),
      heard(1162.1, '+elected-leader'),
    ];
    expect(dated(events, log)).to.deep.equal([1000.4, 1074.4, 1137.4]);
  });

  it('is never after its arrival, however far the clock of its node is off', () => {
    for (const off of [-60, 0, 60]) {
      const log = [logged(1000 + off, '+sdown'), logged(1070 + off, '+odown')];
      const moments = dated([heard(1002, '+sdown'), heard(1090, '+odown')], log);
      expect(moments, String(off)).to.deep.equal([1002, 1072]);
    }
  });

  it('is its arrival where the log does not have it, or has it of another time', () => {
    expect(dated([heard(1000, '+sdown')], [])).to.deep.equal([1000]);
    const jumped = [logged(1000, '+sdown'), logged(41_070, '+odown')];
    expect(dated([heard(1001, '+sdown'), heard(1080, '+odown')], jumped)).to.deep.equal([
      1001, 1080,
    ]);
  });

  it('is looked for from the end, as a log has what was said before somebody listened', () => {
    const log = [
      logged(500, '+sdown'),
      logged(600, '-sdown'),
      logged(900, '+sdown'),
      logged(930, '-sdown'),
      logged(960, '+sdown'),
    ];
    const events = [heard(980, '+sdown'), heard(980, '-sdown'), heard(980, '+sdown')];
    expect(dated(events, log)).to.deep.equal([920, 950, 980]);
  });
});
