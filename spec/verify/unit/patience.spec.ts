import { expect } from 'chai';
import { buildLab } from '../../../lib/lab/lab.js';
import { flaw } from '../../../lib/verify/health.js';
import { patience } from '../../../lib/verify/patience.js';

const lab = buildLab({ sentinel: { downAfter: 5000 } }).model;

const second = flaw('master.second', { node: 'master', master: 'slave1' });
const down = flaw('links.down', { node: 'slave2', master: 'slave1' });
const loading = flaw('servers.redis-loading', { node: 'slave2', percent: 3, seconds: 9 });
const setting = flaw('settings.priority', { node: 'slave1', is: 0, described: 100 });

describe('how long what is wrong is waited for', () => {
  it('is not at all where nothing is, or what no waiting changes', () => {
    for (const flaws of [
      [],
      [setting],
      [flaw('servers.redis-stopped', { node: 'master' }), second],
      [flaw('servers.sentinel-hung', { node: 'master' }), second],
      [flaw('servers.cut-off', { node: 'master' }), second],
    ]) {
      expect(patience(lab, flaws)).to.deep.equal({ ms: 0, why: undefined });
    }
  });

  it('is for as long as Sentinel needs to demote a master that it has replaced', () => {
    const { ms, why } = patience(lab, [second, down, setting]);
    expect(why).to.equal(second);
    // Four publish periods and one INFO; seen after 10 to 12 s.
    expect(ms).to.be.within(18_000, 30_000);
  });

  it('is for what is loaded or copied, and for what waits for that', () => {
    const stale = flaw('servers.redis-stale', { node: 'slave2', said: 'MASTERDOWN …' });
    for (const flaws of [[loading], [stale, loading], [down, loading]]) {
      const { ms, why } = patience(lab, flaws);
      expect(why).to.equal(loading);
      expect(ms).to.be.greaterThan(60_000);
    }
    const syncing = flaw('links.syncing', { node: 'slave2', master: 'slave1' });
    expect(patience(lab, [down, syncing]).why).to.equal(syncing);
  });

  it('is for a TILT until that is over', () => {
    expect(patience(lab, [flaw('quorum.tilt', { node: 'slave1' })]).ms).to.be.greaterThan(30_000);
  });

  it('is short for what may be between two looks, and for what a server refuses', () => {
    const refused = flaw('servers.redis-unsaved', { node: 'master', said: 'MISCONF', status: '' });
    expect(patience(lab, [down])).to.deep.equal({ ms: 5000, why: down });
    expect(patience(lab, [second, refused])).to.deep.equal({ ms: 5000, why: refused });
  });
});
