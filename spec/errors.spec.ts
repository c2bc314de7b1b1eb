import { expect } from 'chai';
import { NotReadyHereError } from '../lib/errors.js';

describe('errors', () => {
  it('of a place that is not ready carry what it lacks', () => {
    const lacks = [
      {
        code: 'redis-server',
        what: 'Redis',
        seen: 'no redis-server',
        fix: 'apt-get install redis-tools',
      },
      { code: 'ports', what: 'port 6379', seen: 'taken', fix: 'free it', remedy: 'free it' },
    ];
    const error = new NotReadyHereError(lacks);
    expect(error).to.deep.include({ exitCode: 3, lacks });
    expect(error.message).to.equal(
      'The lab cannot run here yet:\n  Redis: no redis-server\n      apt-get install redis-tools\n  port 6379: taken\n      free it',
    );
  });
});
