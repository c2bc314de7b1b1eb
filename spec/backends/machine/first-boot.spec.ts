import { expect } from 'chai';
import { bootEnd, lastWords, stepIn } from '../../../lib/backends/machine/first-boot.js';

const MARK = '--- cloud-init status';
const result = (errors: string[]) => JSON.stringify({ v1: { datasource: 'x', errors } });

describe('how a first boot ended', () => {
  it('is done without errors', () => {
    expect(bootEnd({ code: 0, stdout: `log\n${MARK}\n${result([])}` })).to.deep.equal({
      how: 'done',
    });
  });

  it('failed: our own line tells why, before what Python says; the last one counts', () => {
    const log = 'redis-lab: FAILED: first\nredis-lab: FAILED: no source; seen; do this\n';
    const python = ["('scripts-user', RuntimeError('Runparts: 1 failures'))"];
    expect(bootEnd({ code: 0, stdout: `${log}${MARK}\n${result(python)}` })).to.deep.equal({
      how: 'failed',
      seen: 'did not get through its first boot: no source; seen; do this',
    });
    expect(bootEnd({ code: 0, stdout: `${MARK}\n${result(python)}` })).to.deep.equal({
      how: 'failed',
      seen: `did not get through its first boot: ${python}`,
    });
  });

  it('is not known where the status is no status, or did not come', () => {
    expect(bootEnd({ code: 0, stdout: `${MARK}\nno such file` })).to.deep.equal({
      how: 'failed',
      seen: 'does not tell how cloud-init ended: no such file',
    });
    expect(bootEnd({ code: 137, stdout: 'log' })).to.deep.equal({ how: 'cut off' });
  });

  it('never came where there is no cloud-init, or it is switched off', () => {
    expect(bootEnd({ code: 90, stdout: '' }).how).to.equal('no cloud-init');
    expect(bootEnd({ code: 91, stdout: '' })).to.deep.equal({
      how: 'no cloud-init',
      seen: 'has cloud-init switched off',
    });
  });
});

describe('what a node says while it boots', () => {
  it('is told by its steps; what failed is for the message, and what would move the cursor is shown', () => {
    expect(stepIn('redis-lab: building redis 7.0.15')).to.equal('building redis 7.0.15');
    expect(stepIn('redis-lab: FAILED: no')).to.equal(undefined);
    expect(stepIn('Get:1 http://deb.debian.org')).to.equal(undefined);
    expect(stepIn('redis-lab: a\u001b[2Jb')).not.to.include('\u001b');
  });

  it('ends in its last fifteen lines', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    const said = lastWords(`${lines.join('\n\n')}\n`).split('\n');
    expect(said).to.have.lengthOf(15);
    expect(said.at(0)).to.equal('  line 5');
    expect(lastWords('\n \n')).to.equal('  (it said nothing)');
  });
});
