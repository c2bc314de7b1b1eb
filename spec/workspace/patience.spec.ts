import { expect } from 'chai';
import { patiently } from '../../lib/workspace/patience.js';

/** Fails so often, then is done. */
function busy(times: number, code: string) {
  const made = { tries: 0 };
  const action = () => {
    made.tries++;
    if (made.tries <= times) throw Object.assign(new Error(code), { code });
    return 'done';
  };
  return { made, action };
}

describe('patience with files', () => {
  for (const code of ['EACCES', 'EBUSY', 'EPERM']) {
    it(`tries again on Windows after ${code}`, () => {
      const { made, action } = busy(3, code);
      expect(patiently(action, 'win32')).to.equal('done');
      expect(made.tries).to.equal(4);
    });
  }

  it('ends after about a second, with the error', () => {
    const { made, action } = busy(Number.POSITIVE_INFINITY, 'EPERM');
    const pauses: number[] = [];
    expect(() => patiently(action, 'win32', (ms) => pauses.push(ms))).to.throw('EPERM');
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).to.be.within(900, 1100);
    expect(made.tries).to.equal(pauses.length + 1);
  });

  it('is of no use with what does not pass, or elsewhere', () => {
    for (const [code, platform] of [
      ['EEXIST', 'win32'],
      ['ENOENT', 'win32'],
      ['EPERM', 'linux'],
    ] as const) {
      const { made, action } = busy(1, code);
      expect(() => patiently(action, platform), platform).to.throw(code);
      expect(made.tries).to.equal(1);
    }
  });
});
