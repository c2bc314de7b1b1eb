/** Every command that the handout has for those who run redis-lab, typed in its order on real labs. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type Block, isOnNode, type OnNode, type Words } from '../../lib/handout/block.js';
import { redisLabWords } from '../../lib/handout/command-line.js';
import { type Performed, rehearse, type Typed } from '../../lib/handout/rehearse.js';
import { blocksOf } from '../../lib/handout/tasks.js';
import { buildLab, type Lab } from '../../lib/lab.js';
import type { LabModel } from '../../lib/model/model.js';
import { toYaml } from '../../lib/render/yaml.js';
import type { LabSpec } from '../../lib/spec/lab-spec.js';
import { needsServer } from '../backends/local/support.js';
import { redisLab } from '../support/cli.js';
import { story } from '../support/story.js';
import { leftBelow, newHome } from './support/home.js';

const LABS: Readonly<Record<string, LabSpec>> = {
  "the course's lab": { sentinel: { downAfter: 2000 } },
  // What is typed otherwise where the description says so: see `Commands` of lib/handout/tasks.ts.
  'a lab without DEBUG, with another port, and a master that wants its replicas': {
    redis: { debugCommand: 'no', port: 7000, minReplicasToWrite: 2 },
    sentinel: { downAfter: 2000, masterName: 'cache' },
  },
};

/** Each try is a process that starts: who reads along would not type more often either. */
const BETWEEN_TRIES_MS = 1500;

/** What the paper promises to somebody at a desk a machine with much else to do keeps later. */
const SLOWER = 10;

/** One of the labs, as it is typed on. */
class Practical {
  readonly #home = newHome();
  readonly #lab: Lab;
  #running: LabModel | undefined;

  constructor(spec: LabSpec) {
    this.#lab = buildLab(spec);
    fs.writeFileSync(path.join(this.#home.folder, 'redis-lab.yaml'), toYaml(spec));
  }

  async begin(): Promise<void> {
    const [first] = blocksOf(this.#lab.model);
    if (!first?.redisLab) throw new Error('the first block brings the lab up');
    const up = await this.#type(first.redisLab);
    expect(up.exitCode, up.output).to.equal(0);
    expect(up.output).to.match(new RegExp(first.looks, 'm'));
    process.env['XDG_STATE_HOME'] = this.#home.env['XDG_STATE_HOME'];
    const running = await this.#lab.attach();
    this.#running = (await running.model()) as LabModel;
    const names = this.#running.nodes.map((node) => node.name);
    expect(names).to.deep.equal(['master', 'slave1', 'slave2']);
  }

  async doAll(): Promise<void> {
    const lab = this.#running as LabModel;
    const stage = {
      lab,
      type: async (command: Words | OnNode) => this.#type(command),
      sleep: async (ms: number) => void (await sleep(Math.max(ms, BETWEEN_TRIES_MS))),
      now: () => performance.now() / SLOWER,
    };
    const forRedisLab = (block: Block) => (block.systemd ? null : block.redisLab);
    const blocks = blocksOf(lab).slice(1);
    const performed: Performed[] = [];
    await rehearse(blocks, forRedisLab, stage, (each) => performed.push(each));
    const wanted = blocks.filter((block) => forRedisLab(block) !== null).map(({ id }) => id);
    expect(performed.map(({ id }) => id)).to.deep.equal(wanted);
    expect(wanted.length).to.be.greaterThan(50);
    expect(blocks.filter(({ redisLab: command }) => command && isOnNode(command))).not.to.be.empty;
  }

  async left(): Promise<string[]> {
    return leftBelow(this.#home.folder);
  }

  async #type(command: Words | OnNode): Promise<Typed> {
    const [, ...argv] = redisLabWords(command);
    const { exitCode, stdout, stderr } = await redisLab(this.#home.folder, argv, {
      env: this.#home.env,
      timeout: 180_000,
    });
    return { exitCode, output: [stdout, stderr].filter(Boolean).join('\n') };
  }
}

describe('the commands of the handout', function () {
  this.timeout(900_000);
  before(needsServer);
  // One story: what a step needs, the steps before it did.
  story();
  const practicals = new Map(
    Object.entries(LABS).map(([name, spec]) => [name, new Practical(spec)] as const),
  );

  for (const [name, practical] of practicals) {
    it(`begin with a lab that comes up: ${name}`, async () => practical.begin());
  }

  // At once: most of the time each of them waits.
  it('do what the handout says, each of them', async () => {
    await Promise.all(
      [...practicals].map(async ([name, practical]) =>
        practical.doAll().catch((error: unknown) => {
          // mocha tells no cause where files run side by side.
          throw new Error(`on ${name}: ${error instanceof Error ? error.message : error}`);
        }),
      ),
    );
  });

  it('leave nothing', async () => {
    for (const practical of practicals.values()) {
      expect(await practical.left()).to.deep.equal([]);
    }
  });
});
