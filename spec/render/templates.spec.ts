import { expect } from 'chai';
import { fill } from '../../lib/render/template.js';

describe('templates', () => {
  it('fail on a name that the view lacks', () => {
    expect(() => fill('node/redis-lab-share.service', { ip: 'x' })).to.throw('"port" not defined');
  });

  it('fail on a name that only a condition asks for', () => {
    const view = { engineName: 'Redis', serverBinary: '/bin/true', restart: 'no' };
    expect(() => fill('node/redis-server.service', view)).to.throw('"restartSec" not defined');
    expect(fill('node/redis-server.service', { ...view, restartSec: null })).not.to.include(
      'RestartSec',
    );
  });
});
