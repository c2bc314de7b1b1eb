import { expect } from 'chai';
import type { Block } from '../../lib/handout/block.js';
import { recordingOf, shownLines } from '../../lib/handout/recording.js';
import { rehearse, type Typed } from '../../lib/handout/rehearse.js';
import { buildLab } from '../../lib/lab/lab.js';
import { failure } from '../support/failure.js';

const { model: lab } = buildLab();

/** A lab that answers what it is told to, and a clock that only waiting moves. */
function stage(answers: readonly Partial<Typed>[]) {
  let now = 0;
  const typed: string[] = [];
  const left = [...answers];
  return {
    typed,
    lab,
    type: async (command: unknown) => {
      typed.push(JSON.stringify(command));
      const { exitCode = 0, output = '' } = (left.length > 1 ? left.shift() : left[0]) ?? {};
      return { exitCode, output };
    },
    sleep: async (ms: number) => {
      now += ms;
    },
    now: () => now,
  };
}

const block = (given: Partial<Block>): Block => ({
  id: 'a.b',
  redisLab: { node: 'A', argv: ['redis-cli', 'get', 'A'] },
  plain: null,
  looks: '^yes$',
  ...given,
});
const who = block({
  id: 'a.who',
  redisLab: { node: 'master', argv: ['redis-cli'] },
  looks: '',
  names: 'task',
});
const forRedisLab = ({ redisLab }: Block) => redisLab;

describe('a rehearsal of the handout', () => {
  it('types letters as the nodes that they stand for, and not what is typed on a node', async () => {
    const on = stage([{ output: '192.168.100.12\n6379' }, { output: 'yes' }]);
    const [, done] = await rehearse([who, block({})], forRedisLab, on);
    expect(on.typed[1]).to.equal('{"node":"slave1","argv":["redis-cli","get","A"]}');
    expect(done?.letters).to.deep.equal({ A: 'slave1', B: 'master', C: 'slave2' });
  });

  it('fails at the first output that does not look as it must, with what was said', async () => {
    const on = stage([{ output: 'no' }]);
    const { message } = await failure(rehearse([block({}), block({ id: 'c.d' })], forRedisLab, on));
    expect(message).to.include('a.b of the handout').and.include('    no');
    expect(on.typed).to.have.lengthOf(1);
  });

  it('fails where a program fails though its output looks right, and the other way round', async () => {
    const failed = stage([{ exitCode: 1, output: 'yes' }]);
    expect(await failure(rehearse([block({})], forRedisLab, failed)))
      .to.have.property('message')
      .that.includes('ended with 1');
    const fine = stage([{ exitCode: 0, output: 'yes' }]);
    expect(await failure(rehearse([block({ fails: true })], forRedisLab, fine)))
      .to.have.property('message')
      .that.includes('a.b');
  });

  it('waits for what takes its time, and no longer than it may', async () => {
    const late = stage([{ output: 'no' }, { output: 'no' }, { output: 'yes' }]);
    const [done] = await rehearse([block({ withinSeconds: 1 })], forRedisLab, late);
    expect(done?.afterSeconds).to.equal(0.5);
    const never = stage([{ output: 'no' }]);
    expect(await failure(rehearse([block({ withinSeconds: 1 })], forRedisLab, never)))
      .to.have.property('message')
      .that.includes('within 1 s');
    expect(never.now()).to.equal(1000);
  });

  it('refuses a master that is no node of the lab', async () => {
    const on = stage([{ output: '192.168.33.13\n6379' }]);
    expect(await failure(rehearse([who], forRedisLab, on)))
      .to.have.property('message')
      .that.includes('no node of the lab');
  });
});

describe('a recording', () => {
  it('has the addresses of the description, and nothing of the machine', () => {
    const there = {
      ...lab,
      nodes: lab.nodes.map((node) => ({ ...node, ip: node.ip.replace('192.168', '127.7') })),
    };
    const {
      masks,
      outputs,
      lab: recorded,
    } = recordingOf(
      [
        {
          id: 'x',
          output:
            '127.7.100.11:6379 127.7.100.111 /home/me/a heal --backend local, --backend locals',
          afterSeconds: null,
          letters: {},
        },
        {
          id: 'table',
          output: [
            'A heading of its own, and no column',
            '',
            'node    address            role',
            'master  127.7.100.11:6379  master',
            'slave1  127.7.100.12:6379  replica',
          ].join('\n'),
          afterSeconds: null,
          letters: {},
        },
      ],
      {
        date: '2026-11-25',
        redisLab: '0.1.0',
        backend: 'local',
        server: { engine: 'redis', version: '7.0.15' },
        described: lab,
        lab: there,
        secrets: { '/home/me': '~', ' --backend local': '' },
      },
    );
    expect(outputs['x']?.output).to.equal(
      '192.168.100.11:6379 127.7.100.111 ~/a heal, --backend locals',
    );
    expect(outputs['table']?.output.split('\n')).to.deep.equal([
      'A heading of its own, and no column',
      '',
      'node    address              role',
      'master  192.168.100.11:6379  master',
      'slave1  192.168.100.12:6379  replica',
    ]);
    expect(masks).to.have.lengthOf(3);
    expect(recorded.nodes[0]?.ip).to.equal('192.168.100.11');
  });

  it('keeps the lines that are worth printing, and one ellipsis for the others', () => {
    expect(shownLines('a\nb\nkeep\nc', { show: 'keep' })).to.equal('…\nkeep\n…');
    expect(shownLines('a\nb', {})).to.equal('a\nb');
  });
});
