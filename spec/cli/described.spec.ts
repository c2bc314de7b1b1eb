/** What generate says of the configurations that a description comes to. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { RedisLabError } from '../../lib/errors.js';
import { notesOfDescription } from '../../lib/lab/described.js';
import { buildLab, Lab } from '../../lib/lab/lab.js';
import type { LabModel } from '../../lib/model/model.js';
import { checkLab } from '../../lib/redis-conf/rules/check.js';
import { readConfiguration } from '../../lib/redis-conf/rules/configuration.js';
import { configurations, mayBeWrong } from '../../lib/render/configurations.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { descriptions } from '../properties/arbitraries.js';
import { scratchFiles } from '../readers/support/scratch.js';
import { redisLab } from '../support/cli.js';

async function notes(spec: LabSpec): Promise<string[]> {
  const { model } = buildLab(spec);
  const told = await notesOfDescription(model, configurations(model));
  return told.map(({ message: { values } }) => {
    const { code } = values['finding'] as { code: string };
    return `${values['path']} ${code}`;
  });
}

describe('what check says of a description', () => {
  it('names the path, once for all nodes', async () => {
    expect(await notes({ redis: { config: ['hz 10', 'maxmemory 256m'] } })).to.deep.equal([
      'redis.config[1] check.size.decimal',
    ]);
    expect(await notes({ sentinel: { config: ['maxmemory 10m'] } })).to.deep.equal([
      'sentinel.config[0] check.size.decimal',
    ]);
    expect(await notes({ redis: { minReplicasToWrite: 2, debugCommand: 'yes' } })).to.deep.equal([
      'redis.minReplicasToWrite check.min-replicas.all',
      'redis.debugCommand check.enable.debug',
    ]);
    expect(await notes({ redis: { debugCommand: 'yes' } })).to.deep.equal([
      'redis.debugCommand check.enable.debug',
    ]);
    expect(await notes({ sentinel: { quorum: 3 } })).to.deep.equal([
      'sentinel.quorum check.sentinel.quorum-high',
    ]);
    const nodes = Array.from(
      { length: 40 },
      (_, at) => ({ role: at ? 'replica' : 'master' }) as const,
    );
    const redis = { config: ['maxmemory 256m'], minReplicasToWrite: 2 };
    expect(await notes({ nodes, redis })).to.deep.equal(['redis.config[0] check.size.decimal']);
  });

  it('is in what write gives, which changes nothing where a server would not start', async () => {
    const folder = scratchFiles('described', {});
    const lab = (config: string) => buildLab({ redis: { config: [config] } });
    const { notes: none } = await lab('hz 10').write(path.join(folder, 'a'));
    expect(none).to.deep.equal([]);
    const { notes: some, created } = await lab('maxmemory 256m').write(path.join(folder, 'a'));
    expect(some).to.have.lengthOf(1);
    expect(some[0]).to.include('redis.config[0]').and.to.include('256000000 bytes');
    expect(created).to.deep.equal([]);
    // No description comes to this today.
    const { model } = buildLab();
    const refused = new Lab({ ...model, redis: { ...model.redis, config: ['maxmemory most'] } });
    const error = await refused.write(path.join(folder, 'b')).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RedisLabError);
    expect(existsSync(path.join(folder, 'b'))).to.equal(false);
  });

  it('is silent where a line counts in place of ours, and where there are hints only', async () => {
    expect(await notes({ redis: { config: ['min-replicas-max-lag 60'] } })).to.deep.equal([]);
    expect(await notes({ redis: { config: ['timeout 300000'] } })).to.deep.equal([]);
    const twice = { redis: { config: ['maxmemory 100mb', 'maxmemory 200mb'] } };
    expect(await notes(twice)).to.deep.equal(['redis.config[0] check.line.twice']);
  });

  it('is refused where a server would not start', async () => {
    const { model } = buildLab({});
    const redis = { ...model.redis, config: ['maxmemory most', 'hz 10 # usual'] };
    const lab: LabModel = { ...model, redis };
    const error = await notesOfDescription(lab, configurations(lab)).catch((each: unknown) => each);
    expect(error).to.be.instanceOf(RedisLabError);
    expect((error as RedisLabError).exitCode).to.equal(2);
    expect((error as Error).message)
      .to.include('redis.config[0]: most is not a size')
      .and.include('redis.config[1]: A comment');
  });

  it('is nothing worse than a hint where the rules are not loaded', () => {
    let tried = 0;
    fc.assert(
      fc.property(descriptions, (spec) => {
        const model = modelOf(spec as LabSpec);
        if (!model || mayBeWrong(model) || model.nodes.length > 12) return;
        tried++;
        const files = configurations({
          ...model,
          redis: { ...model.redis, minReplicasToWrite: 1 },
        });
        const { findings } = checkLab(
          readConfiguration(files, () => undefined),
          [model.redis],
        );
        const bad = findings.filter(({ severity }) => severity !== 'hint').map(({ code }) => code);
        expect([...new Set(bad)].filter((code) => code !== 'min-replicas.all')).to.deep.equal([]);
      }),
      { numRuns: 800 },
    );
    expect(tried).to.be.greaterThan(5);
  });

  it('is told by generate, in the language of the lab and as data, and writes the files all the same', async () => {
    const folder = scratchFiles('described', {
      'redis-lab.yaml': 'language: id\nredis:\n  config: [maxmemory 256m]\n',
    });
    const { exitCode, stderr } = await redisLab(folder, ['generate']);
    expect(exitCode).to.equal(0);
    expect(stderr).to.match(/^redis\.config\[0\]: 256m sama dengan 256000000 byte: .*256mb\.$/);
    expect(existsSync(path.join(folder, 'generated/Vagrantfile'))).to.equal(true);
    const { stdout } = await redisLab(folder, ['generate', '--json']);
    expect(JSON.parse(stdout).notes).to.have.lengthOf(1);
    expect(JSON.parse(stdout).notes[0]).to.deep.include({ code: 'note.configuration' });
    const quiet = await redisLab(folder, ['generate', '--set', 'redis.config=[]', '--json']);
    expect(JSON.parse(quiet.stdout).notes).to.deep.equal([]);
  });
});

function modelOf(spec: LabSpec): LabModel | undefined {
  try {
    return buildLab(spec).model;
  } catch {
    return undefined;
  }
}
