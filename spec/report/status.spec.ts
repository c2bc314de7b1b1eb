import { expect } from 'chai';
import { WIDTH } from '../../lib/report/layout.js';
import { statusReport } from '../../lib/report/status-text.js';
import { nodeStatus, status } from './support/status.js';

describe('the text of a status', () => {
  it('is a table', () => {
    expect(statusReport(status()).split('\n')).to.deep.equal([
      'Lab redis-lab (local), redis 7.0.15: ready',
      'master is master, quorum 2',
      '',
      'node    address            role     follows     lag   offset  sentinel  quorum',
      'master  127.0.100.11:6379  master   2 replicas    –  1234567  master    ok',
      'slave1  127.0.100.12:6379  replica  master, up  0 s  1234567  master    ok',
      'slave2  127.0.100.13:6379  replica  master, up  0 s  1234567  master    ok',
    ]);
  });

  it('shows what is broken, and says it', () => {
    const text = statusReport(
      status({
        ready: false,
        master: null,
        problems: ['slave1: the Redis server does not answer'],
        nodes: [
          nodeStatus(
            'master',
            11,
            { state: 'stopped', role: null, offset: null },
            { flags: 'master,s_down,o_down', quorumOk: false },
          ),
          nodeStatus('slave1', 12, {}, { state: 'hung', quorumOk: null }),
          nodeStatus('slave2', 13, { link: 'down', lagSeconds: -1 }, { tilt: true }),
          { ...nodeStatus('witness', 14), redis: null },
        ],
      }),
    );
    expect(text.split('\n')).to.deep.equal([
      'Lab redis-lab (local), redis 7.0.15: not ready',
      'no master that all agree on, quorum 2',
      '',
      'node     address             role     follows       lag   offset  sentinel       quorum',
      'master   127.0.100.11:6379   stopped  –               –        –  master o_down  no',
      'slave1   127.0.100.12:6379   replica  master, up    0 s  1234567  hung           –',
      'slave2   127.0.100.13:6379   replica  master, down    –  1234567  master TILT    ok',
      'witness  127.0.100.14:26379  –        –               –        –  master         ok',
      '',
      '✗ slave1: the Redis server does not answer',
    ]);
  });

  it('says how to begin where there is no lab', () => {
    const absent = status({ state: 'absent', server: null, master: null, nodes: [] });
    expect(statusReport(absent)).to.equal(
      'Lab redis-lab (local): not here. To bring it up: redis-lab up',
    );
  });

  it('says how to start what is stopped, and not that nobody answers', () => {
    const stopped = status({ state: 'stopped', ready: false, problems: ['Nobody answers'] });
    expect(statusReport(stopped)).to.equal(
      'Lab redis-lab (local): stopped, its data is kept. To start it: redis-lab up',
    );
  });

  it('says of machines that boot that they run', () => {
    const idle = status({ backend: 'vagrant', state: 'idle', problems: ['Nobody answers'] });
    expect(statusReport(idle)).to.equal(
      'Lab redis-lab (vagrant): its nodes run, none of its services does. To mend it: redis-lab up',
    );
  });

  it("fits 80 columns for the course's lab, also while it fails over", () => {
    const failing = status({
      nodes: [
        nodeStatus('master', 11, { state: 'stopped', role: null, offset: null }),
        nodeStatus('slave1', 12, { link: 'down', lagSeconds: -1, offset: 9_999_999 }),
        nodeStatus('slave2', 13, { link: 'down', lagSeconds: -1, offset: 9_999_999 }),
      ].map((node) => ({ ...node, sentinel: { ...status().nodes[0]?.sentinel } as never })),
    });
    for (const each of [status(), failing]) {
      for (const line of statusReport(each).split('\n')) {
        expect(line.length, line).to.be.at.most(WIDTH);
      }
    }
  });
});
