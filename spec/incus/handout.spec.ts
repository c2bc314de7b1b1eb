/** What the handout has for those with only Vagrant, typed on nodes with systemd: all but the `vagrant ssh` around it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type Block, isOnNode, type OnNode, type Words } from '../../lib/handout/block.js';
import { type Performed, rehearse, type Typed } from '../../lib/handout/rehearse.js';
import { blocksOf } from '../../lib/handout/tasks.js';
import { buildLab } from '../../lib/lab/lab.js';
import { toYaml } from '../../lib/render/yaml.js';
import { User } from '../support/ground.js';
import { story } from '../support/story.js';
import { DEBIAN_12 } from './support/labs.js';
import { on } from './support/lxc.js';

describe('the handout on nodes with systemd', function () {
  this.timeout(600_000);
  // One story: what a step needs, the steps before it did.
  story();
  const user = new User();
  const spec = {
    ...DEBIAN_12,
    redis: { install: 'package', version: '7.0.15' },
    sentinel: { downAfter: '2s' },
  } as const;
  const lab = buildLab(spec).model;

  before(() => user.write('redis-lab.yaml', toYaml(spec)));
  after(async () => {
    await user.run('down', '--backend', 'incus');
    user.remove();
  });

  it('begins with a lab that is up', async () => {
    const up = await user.run('up', '--backend', 'incus', '--no-verify');
    expect(up.exitCode, up.stderr + up.stdout).to.equal(0);
  });

  it('does on the nodes what it says, each command', async () => {
    const onNodes = ({ plain }: Block) => (plain !== null && isOnNode(plain) ? plain : null);
    const type = async (command: Words | OnNode): Promise<Typed> => {
      if (!isOnNode(command)) throw new Error(`not on a node: ${command.join(' ')}`);
      const { exitCode, stdout, stderr } = await on(`redis-lab-${command.node}`, ...command.argv);
      return { exitCode, output: [stdout, stderr].filter(Boolean).join('\n') };
    };
    const performed: Performed[] = [];
    const stage = {
      lab,
      type,
      sleep: async (ms: number) => void (await sleep(ms)),
      now: () => performance.now(),
    };
    const blocks = blocksOf(lab);
    await rehearse(blocks, onNodes, stage, (each) => performed.push(each));
    const wanted = blocks.filter((block) => onNodes(block) !== null).map(({ id }) => id);
    expect(performed.map(({ id }) => id)).to.deep.equal(wanted);
    expect(blocks.filter(({ systemd }) => systemd).length).to.be.greaterThan(5);
  });
});
