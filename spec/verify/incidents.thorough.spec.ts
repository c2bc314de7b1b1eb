/** Published incidents: each gives its outcome, and fails where its steps could not be taken. Other outcomes are tested by `long/`. */
import { needsServer } from '../backends/local/support.js';
import { sideBySide } from './side-by-side.js';
import { fails, gives, Ready } from './support/incidents.js';

const mute = new Ready();
let frozen = 0;

describe('a published incident', function () {
  this.timeout(240_000);
  before(needsServer);

  sideBySide([
    gives('reproduced', 'kubeblocks-10753'),
    gives('reproduced', 'redis-12570'),
    gives('reproduced', 'redis-12574'),
    gives('reproduced', 'redis-12271'),
    gives('reproduced', 'redis-14313'),
    gives('reproduced', 'redis-8607'),
    gives('does-not-apply', 'valkey-2779'),
    gives('reproduced', 'forged-hello'),
    gives('fixed-here', 'redis-3306', {
      what: 'a master that hangs, as if it was cut off',
      filter: { packets: 7, instead: 'hang' },
    }),
    fails('kubeblocks-10753.reborn', 'kubeblocks-10753', {
      what: 'a master that has saved its data',
      struck: (lab) => lab.redis('master', 'SAVE'),
    }),
    fails('redis-12271.split', 'redis-12271', {
      what: 'a Sentinel that does not listen',
      before: async (lab) => {
        frozen = await lab.pid('slave2', 'sentinel');
      },
      after: { 'whole.quorum': () => process.kill(frozen, 'SIGSTOP') },
    }),
    fails('redis-3306.cut-off', 'redis-3306', {
      what: 'a packet filter that drops nothing',
      filter: { packets: 0 },
    }),
    fails('valkey-2779.restricted', 'valkey-2779', {
      what: 'a Sentinel that logs in as somebody else',
      before: async (lab) => {
        const password = lab.node('slave1').auth?.reveal() ?? '';
        const words = ['auth-user', 'default', 'auth-pass', password] as const;
        await lab.sentinel('slave1', 'SENTINEL', 'SET', 'mymaster', ...words);
      },
    }),
    fails('forged-hello.published', 'forged-hello', {
      what: 'a client that may not PUBLISH',
      before: (lab) => mute.toRedis(lab, 'master', 'ACL', 'SETUSER', 'default', 'resetchannels'),
      after: { 'whole.quorum': mute.send },
    }),
  ]);
});
