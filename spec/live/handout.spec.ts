/** Every command that the handout has for those who run redis-lab, typed in its order on a real lab. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type Block, isOnNode, type OnNode, type Words } from '../../lib/handout/block.js';
import { redisLabWords } from '../../lib/handout/command-line.js';
import { type Performed, rehearse, type Typed } from '../../lib/handout/rehearse.js';
import { blocksOf } from '../../lib/handout/tasks.js';
import { buildLab } from '../../lib/lab.js';
import type { LabModel } from '../../lib/model/model.js';
import { redisLab } from '../support/cli.js';
import { leftBelow, newHome } from './support/home.js';

const SET = ['sentinel.downAfter=1000'];

describe('the commands of the handout', function () {
  this.timeout(300_000);
  // One story: what a step needs, the steps before it did.
  this.bail(true);
  const home = newHome();
  const { model } = buildLab({ sentinel: { downAfter: 1000 } });
  let lab: LabModel;

  const type = async (command: Words | OnNode): Promise<Typed> => {
    const [, name = '', ...words] = redisLabWords(command);
    const argv = [name, '--set', SET[0] as string, ...words];
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
    const { nodes } = JSON.parse(
      (await redisLab(home.folder, ['status', '--json', '--set', ...SET], { env: home.env }))
        .stdout,
    ) as { nodes: { node: string; address?: string; redis: { address?: string } }[] };
    expect(nodes.map(({ node }) => node)).to.deep.equal(['master', 'slave1', 'slave2']);
    process.env['XDG_STATE_HOME'] = home.env['XDG_STATE_HOME'];
    const running = await buildLab({ sentinel: { downAfter: 1000 } }).attach();
    lab = (await running.model()) as LabModel;
  });

  it('do what the handout says, each of them', async () => {
    const blocks = blocksOf(lab).slice(1);
    const performed: Performed[] = [];
    await rehearse(blocks, forRedisLab, stage(), (each) => performed.push(each));
    const wanted = blocks.filter((block) => forRedisLab(block) !== null).map(({ id }) => id);
    expect(performed.map(({ id }) => id)).to.deep.equal(wanted);
    expect(wanted.length).to.be.greaterThan(50);
    expect(blocks.filter(({ redisLab: command }) => command && isOnNode(command))).not.to.be.empty;
  });

  it('leave nothing', async () => {
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });
});
