import { expect } from 'chai';
import { WIDTH } from '../../lib/report/layout.js';
import { message } from '../../lib/report/messages.js';
import { statusReport } from '../../lib/report/status-text.js';
import { PLAIN } from '../../lib/report/style.js';
import { englishWords } from './support/indonesian.js';
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

  it('has the clients below the nodes, and stands out where one is off', () => {
    const clients = [
      { client: 'client1', address: '127.0.100.14', state: 'running' as const },
      { client: 'web', address: '127.0.100.15', state: 'stopped' as const },
    ];
    const style = { ...PLAIN, bad: (text: string) => `!${text}` };
    expect(statusReport(status({ clients }), style).split('\n').slice(-2)).to.deep.equal([
      'client1  127.0.100.14       client   –             –        –  –         –',
      '!web      127.0.100.15       stopped  –             –        –  –         –',
    ]);
    const indonesian = statusReport(status({ clients }), PLAIN, undefined, 'id');
    expect(indonesian).to.match(/^client1 +127\.0\.100\.14 +klien /m);
  });

  it('says that the lab is of another description, and what differs, running or stopped', () => {
    const each = [{ path: 'sentinel.downAfter', here: '5000', described: '1000' }];
    const told = message('lab.other-description', { each });
    const other = { sameDescription: false, notes: [told.text], noteCodes: [told] };
    const lines = statusReport(status(other)).split('\n');
    expect(lines[0]).to.equal(
      'Lab redis-lab (local), redis 7.0.15: ready, from another description',
    );
    const what = /describes: sentinel\.downAfter is 5000, described is 1000/;
    expect(lines.slice(-2).join(' ').replaceAll(/\s+/g, ' ')).to.match(what);
    const stopped = statusReport(status({ ...other, state: 'stopped' })).replaceAll(/\s+/g, ' ');
    expect(stopped)
      .to.match(/^Lab redis-lab \(local\): stopped/)
      .and.match(what);
    expect(statusReport(status(other), PLAIN, undefined, 'id')).to.include(
      'siap, dari deskripsi lain',
    );
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

  it('is Indonesian for a lab whose language that is', () => {
    const problem = message('servers.redis-hung', { node: 'slave1' });
    const broken = status({
      ready: false,
      master: null,
      problems: [problem.text],
      problemCodes: [problem],
      nodes: [
        nodeStatus('master', 11, { state: 'stopped', role: null, offset: null }),
        nodeStatus('slave1', 12, { state: 'hung' }, { quorumOk: false }),
        nodeStatus('slave2', 13, { link: 'down', follows: null }, { state: 'silent' }),
      ],
    });
    const text = statusReport(broken, PLAIN, 'redis-lab up', 'id');
    expect(text).to.include('belum siap').and.include('✗ Redis di slave1 macet');
    const absent = status({ state: 'absent', nodes: [] });
    for (const each of [broken, status(), absent, { ...absent, state: 'idle' as const }]) {
      const told = statusReport(each, PLAIN, 'redis-lab up', 'id');
      expect(englishWords(told)).to.deep.equal([]);
      expect(told).not.to.match(/\b(?:ready|node \w+ not|stopped|silent|address|follows|down)\b/);
      for (const line of told.split('\n')) {
        if (each.state === 'running') expect(line.length).to.be.at.most(WIDTH);
      }
    }
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
