/** Every command that the handout has for those who run redis-lab, typed in its order on real labs. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type Block, isOnNode, type OnNode, type Words } from '../../lib/handout/block.js';
import { redisLabWords } from '../../lib/handout/command-line.js';
import { type Performed, rehearse, type Typed } from '../../lib/handout/rehearse.js';
import { blocksOf } from '../../lib/handout/tasks.js';
import { buildLab } from '../../lib/lab.js';
import type { LabModel } from '../../lib/model/model.js';
import { toYaml } from '../../lib/render/yaml.js';
import type { LabSpec } from '../../lib/spec/lab-spec.js';
import { redisLab } from '../support/cli.js';
import { leftBelow, newHome } from './support/home.js';

const LABS: Readonly<Record<string, LabSpec>> = {
  "the course's lab": { sentinel: { downAfter: 1000 } },
  // What is typed otherwise where the description says so: see `Commands` of lib/handout/tasks.ts.
  'a lab without DEBUG, with another port, a quorum of one, and a master that wants its replicas': {
    redis: { debugCommand: 'no', port: 7000, minReplicasToWrite: 2 },
    sentinel: { downAfter: 1000, quorum: 1, masterName: 'cache' },
  },
};

for (const [name, spec] of Object.entries(LABS)) {
  describe(`the commands of the handout, on ${name}`, function () {
    this.timeout(300_000);
    // One story: what a step needs, the steps before it did.
    this.bail(true);
    const home = newHome();
    const { model } = buildLab(spec);
    let lab: LabModel;

    before(() => fs.writeFileSync(path.join(home.folder, 'redis-lab.yaml'), toYaml(spec)));

    const type = async (command: Words | OnNode): Promise<Typed> => {
      const [, ...argv] = redisLabWords(command);
      const { exitCode, stdout, stderr } = await redisLab(home.folder, argv, {
        env: home.env,
        timeout: 90_000,
      });
      return { exitCode, output: [stdout, stderr].filter(Boolean).join('\n') };
    };
    const stage = () => ({
      lab,
      type,
      sleep: async (ms: number) => void (await sleep(ms)),
      now: () => performance.now(),
    });
    const forRedisLab = (block: Block) => (block.systemd ? null : block.redisLab);

    it('begin with a lab that comes up', async () => {
      const [first] = blocksOf(model);
      if (!first?.redisLab) throw new Error('the first block brings the lab up');
      const up = await type(first.redisLab);
      expect(up.exitCode, up.output).to.equal(0);
      expect(up.output).to.match(new RegExp(first.looks, 'm'));
      process.env['XDG_STATE_HOME'] = home.env['XDG_STATE_HOME'];
      const running = await buildLab(spec).attach();
      lab = (await running.model()) as LabModel;
      expect(lab.nodes.map((node) => node.name)).to.deep.equal(['master', 'slave1', 'slave2']);
    });

    it('do what the handout says, each of them', async () => {
      const blocks = blocksOf(lab).slice(1);
      const performed: Performed[] = [];
      await rehearse(blocks, forRedisLab, stage(), (each) => performed.push(each));
      const wanted = blocks.filter((block) => forRedisLab(block) !== null).map(({ id }) => id);
      expect(performed.map(({ id }) => id)).to.deep.equal(wanted);
      expect(wanted.length).to.be.greaterThan(50);
      expect(blocks.filter(({ redisLab: command }) => command && isOnNode(command))).not.to.be
        .empty;
    });

    it('leave nothing', async () => {
      expect(await leftBelow(home.folder)).to.deep.equal([]);
    });
  });
}
