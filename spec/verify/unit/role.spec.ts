import { expect } from 'chai';
import { EXIT, RedisLabError } from '../../../lib/errors.js';
import type { LabStatus, NodeStatus } from '../../../lib/report/types.generated.js';
import { isRole, nodeInRole } from '../../../lib/verify/role.js';

type Says = 'master' | `of ${string}` | 'hung';

/** A node whose Redis server says so, and whose Sentinel names that node; `null`: it does not answer. */
function node(name: string, says: Says | null, named: string | null): NodeStatus {
  const follows = says?.startsWith('of ') ? says.slice(3) : null;
  const role = says === 'master' ? 'master' : follows === null ? null : 'replica';
  return {
    node: name,
    address: '127.0.0.1',
    redis:
      says === null
        ? null
        : {
            port: 6379,
            state: says === 'hung' ? 'hung' : 'running',
            role,
            follows,
            link: follows === null ? null : 'up',
            lagSeconds: null,
            offset: null,
            replicas: null,
          },
    sentinel: {
      port: 26379,
      state: named === null ? 'stopped' : 'running',
      master: named,
      flags: null,
      replicas: null,
      sentinels: null,
      quorum: null,
      quorumOk: null,
      tilt: null,
    },
  };
}

function status(...nodes: NodeStatus[]): LabStatus {
  return {
    notes: [],
    noteCodes: [],
    problemCodes: [],
    lab: 'redis-lab',
    backend: 'local',
    state: 'running',
    server: null,
    sameDescription: true,
    master: null,
    ready: false,
    problems: [],
    quorum: 2,
    nodes,
  };
}

describe('the node that has a role', () => {
  it('is the master that the Sentinels name', () => {
    const whole = status(
      node('master', 'of slave1', 'slave1'),
      node('slave1', 'master', 'slave1'),
      node('slave2', 'of slave1', 'slave1'),
    );
    expect(nodeInRole('@master', whole)).to.equal('slave1');
    expect(nodeInRole('@replica', whole)).to.equal('master');
  });

  it('is found where no Sentinel answers to contradict', () => {
    const alone = status(node('master', 'master', null), node('slave1', 'of master', null));
    expect(nodeInRole('@master', alone)).to.equal('master');
  });

  it('is a replica that answers', () => {
    const hung = status(
      node('master', 'master', 'master'),
      node('witness', null, 'master'),
      node('slave1', 'hung', 'master'),
      node('slave2', 'of master', 'master'),
    );
    expect(nodeInRole('@replica', hung)).to.equal('slave2');
  });

  for (const [what, role, seen, lines] of [
    [
      'no master answers',
      '@master',
      status(node('master', 'hung', 'master'), node('slave1', 'of master', 'master')),
      [
        'Which node is @master of the lab redis-lab is not clear: no node is the master now.',
        '  master: Redis is hung; its Sentinel names master',
        '  slave1: Redis says replica of master; its Sentinel names master',
      ],
    ],
    [
      'there are two',
      '@master',
      status(node('master', 'master', 'slave1'), node('slave1', 'master', 'slave1')),
      [
        'Which node is @master of the lab redis-lab is not clear: master and slave1 each say that they are the master.',
        '  master: Redis says master; its Sentinel names slave1',
        '  slave1: Redis says master; its Sentinel names slave1',
      ],
    ],
    [
      'a Sentinel names another',
      '@master',
      status(
        node('slave1', 'master', 'slave1'),
        node('slave2', 'of slave1', 'master'),
        node('witness', null, null),
      ),
      [
        'Which node is @master of the lab redis-lab is not clear: slave1 says that it is the master, and not every Sentinel agrees.',
        '  slave1: Redis says master; its Sentinel names slave1',
        '  slave2: Redis says replica of slave1; its Sentinel names master',
        '  witness: its Sentinel is stopped',
      ],
    ],
    [
      'no replica answers',
      '@replica',
      status(node('master', 'master', 'master'), node('slave1', 'hung', 'master')),
      [
        'Which node is @replica of the lab redis-lab is not clear: no replica answers.',
        '  master: Redis says master; its Sentinel names master',
        '  slave1: Redis is hung; its Sentinel names master',
      ],
    ],
  ] as const) {
    it(`is not guessed where ${what}`, () => {
      let error: unknown;
      try {
        nodeInRole(role, seen);
      } catch (caught) {
        error = caught;
      }
      expect(error).to.be.instanceOf(RedisLabError);
      const { message, exitCode } = error as RedisLabError;
      expect(exitCode).to.equal(EXIT.no);
      expect(message.split('\n').slice(0, -1)).to.deep.equal(lines);
    });
  }

  it('is no name that a description may give a node', () => {
    expect(['@master', '@replica', 'master', '@all', ''].map(isRole)).to.deep.equal([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
