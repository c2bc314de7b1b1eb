/** Plans: what is run, what is refused, and what of it is the same when it goes on. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { SpecError } from '../../lib/errors.js';
import { type ExperimentPlan, planned } from '../../lib/experiment/plan.js';
import { readPlan } from '../../lib/experiment/read-plan.js';
import { overrideText, parseValues } from '../../lib/spec/override.js';
import { scratch } from '../readers/support/scratch.js';

const folder = scratch('plan');

async function problemsOf(plan: ExperimentPlan): Promise<string[]> {
  try {
    await planned(plan);
  } catch (error) {
    if (error instanceof SpecError) {
      return error.problems.map(({ path: place, seen = '', message }) =>
        `${place} ${seen} ${message}`.replaceAll(/ +/g, ' '),
      );
    }
    throw error;
  }
  return [];
}

describe('the plan of an experiment', () => {
  it('has a cell for every value of each with every value of the others, and every scenario', async () => {
    const { cells, varied } = await planned({
      scenarios: ['failover', 'hang'],
      vary: { 'sentinel.downAfter': ['500ms', '1s'], 'redis.minReplicasToWrite': [0, 1] },
      set: ['sentinel.failoverTimeout=3s'],
    });
    expect(varied).to.deep.equal(['sentinel.downAfter', 'redis.minReplicasToWrite']);
    expect(cells.map(({ cell, scenario, sets }) => [cell, scenario, ...sets])).to.deep.equal([
      ...['failover', 'hang'].flatMap((scenario, i) =>
        [
          ['500ms', '0'],
          ['500ms', '1'],
          ['1s', '0'],
          ['1s', '1'],
        ].map(([down, replicas], j) => [
          i * 4 + j + 1,
          scenario,
          'sentinel.failoverTimeout=3s',
          `sentinel.downAfter=${down}`,
          `redis.minReplicasToWrite=${replicas}`,
        ]),
      ),
    ]);
  });

  it('is known by what is run, and not by how often', async () => {
    const plan = { scenarios: ['hang'], vary: { 'sentinel.downAfter': ['1s'] } };
    const { id } = await planned(plan);
    // Folders of before there were clients go on.
    expect((await planned({ ...plan, clients: [] })).id).to.equal(id);
    expect((await planned({ ...plan, repeat: 500 })).id).to.equal(id);
    for (const other of [
      { ...plan, scenarios: ['failover'] },
      { ...plan, vary: { 'sentinel.downAfter': ['2s'] } },
      { ...plan, set: ['sentinel.quorum=3'] },
      { ...plan, rejoin: 'hurried' as const },
      { ...plan, backend: 'incus' },
      { ...plan, clients: ['ioredis'] },
    ]) {
      expect((await planned(other)).id).not.to.equal(id);
    }
  });

  it('tells everything that is wrong with it', async () => {
    const told = await problemsOf({
      scenarios: ['failovr', 'hang', 'hang', 'replication'],
      vary: { name: ['a'], 'sentinel.quorum': [] },
      servers: ['redis-server', '/nowhere/redis-server', process.execPath],
      clients: ['jedis'],
      backend: 'incus',
      repeat: 0,
    });
    expect(told).to.deep.equal([
      'scenarios[0] "failovr" measures nothing, or does not exist',
      'scenarios[2] "hang" is there twice',
      'scenarios[3] "replication" measures nothing, or does not exist',
      'vary.name is given by the experiment',
      'vary.sentinel.quorum has no value',
      'servers are programs of this machine, and incus runs its own',
      'repeat 0 is not accepted here',
      'clients[0] "jedis" is no client',
      'servers "redis-server" is no server',
      'servers "/nowhere/redis-server" is no program',
      `servers ${JSON.stringify(process.execPath)} is no server`,
    ]);
  });

  it('tells what is wrong with any of its labs, each thing once', async () => {
    const told = await problemsOf({
      scenarios: ['failover', 'hang'],
      vary: { 'sentinel.downAfter': [1, '5m'], 'sentinel.qorum': [2] },
    });
    expect(told).to.have.members([
      'sentinel.downAfter 1 is not accepted here',
      'sentinel.qorum is not a key that redis-lab knows',
    ]);
  });

  it('refuses more than anybody could wait for', async () => {
    const values = Array.from({ length: 40 }, (_, i) => 500 + i);
    const told = await problemsOf({
      scenarios: ['failover'],
      vary: { 'sentinel.downAfter': values, 'sentinel.failoverTimeout': values },
      repeat: 100,
    });
    expect(told).to.deep.equal(['vary 1600 cells are too many', 'repeat 160000 runs are too many']);
  });

  it('comes from a file, with the description beside it', async () => {
    const file = path.join(folder, 'plan.yaml');
    fs.writeFileSync(
      file,
      [
        'spec: lab.yaml',
        'scenarios: hang',
        'vary:',
        '  sentinel.downAfter: [500ms, 1s]',
        '  redis.restart: no',
        '  redis.config: [[maxmemory 100mb], []]',
        'set: {redis.debugCommand: "no"}',
        'clients: [ioredis, "ioredis:advised"]',
        'repeat: 3',
      ].join('\n'),
    );
    expect(await readPlan(file)).to.deep.equal({
      spec: path.join(folder, 'lab.yaml'),
      scenarios: ['hang'],
      vary: {
        'sentinel.downAfter': ['500ms', '1s'],
        'redis.restart': ['no'],
        'redis.config': [['maxmemory 100mb'], []],
      },
      set: ['redis.debugCommand=no'],
      clients: ['ioredis', 'ioredis:advised'],
      repeat: 3,
    });
    fs.writeFileSync(file, 'scenario: hang\nrepeat: often\nvary: 1\n');
    const error = await readPlan(file).catch((reason: unknown) => reason);
    expect((error as Error).message)
      .to.match(/scenario: is not a key of a plan\n {6}known here: spec, set/)
      .and.match(/repeat: "often" is not accepted here\n {6}use a whole number/)
      .and.match(/vary: 1 is not accepted here/);
  });

  it('reads values as the description would, and writes them so', () => {
    expect(parseValues('500ms,1s')).to.deep.equal(['500ms', '1s']);
    expect(parseValues('0, 1')).to.deep.equal([0, 1]);
    expect(parseValues('[a b, c],[]')).to.deep.equal([['a b', 'c'], []]);
    for (const value of ['5s', 'no', '1', 'a: b', '', 1, true, ['a'], '>=1']) {
      const [read] = parseValues(overrideText(value));
      expect(read, String(value)).to.deep.equal(value);
    }
  });
});
