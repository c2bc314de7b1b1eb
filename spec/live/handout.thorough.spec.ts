/** Every command that the handout has for those who run redis-lab, typed in its order on real labs. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { run } from '../../lib/command/run.js';
import { type Block, isOnNode, type OnNode, type Words } from '../../lib/handout/block.js';
import { redisLabWords } from '../../lib/handout/command-line.js';
import { type Performed, rehearse, type Typed } from '../../lib/handout/rehearse.js';
import { blocksOf } from '../../lib/handout/tasks.js';
import { buildLab, type Lab } from '../../lib/lab/lab.js';
import type { RunningLab } from '../../lib/lab/running.js';
import type { LabModel } from '../../lib/model/model.js';
import { toYaml } from '../../lib/render/yaml.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { needsServer } from '../backends/local/support.js';
import { redisLab } from '../support/cli.js';
import { story } from '../support/story.js';
import { type Home, leftBelow, newHome } from './support/home.js';

/** What is run on a node is typed as `redis-lab exec`, or run as the library says, without a process of Node for each. */
type OnNodes = 'with the command' | 'with the library';

/**
 * Sentinel leads a replica that was cut off back to its master once failover-timeout is over. What is typed between the cut and
 * the crash has to come first, on a machine with much else to do as well.
 */
const UNHURRIED = { downAfter: 2000, failoverTimeout: 30_000 };

const LABS: Readonly<Record<string, { readonly spec: LabSpec; readonly onNodes: OnNodes }>> = {
  "the course's lab": { spec: { sentinel: UNHURRIED }, onNodes: 'with the command' },
  // What is typed otherwise where the description says so: see `Commands` of lib/handout/commands.ts.
  'a lab without DEBUG, with another port, and a master that wants its replicas': {
    spec: {
      name: 'strict',
      redis: { debugCommand: 'no', port: 7000, minReplicasToWrite: 2 },
      sentinel: { ...UNHURRIED, masterName: 'cache' },
    },
    onNodes: 'with the library',
  },
};

/** Each try is a process that starts: who reads along would not type more often either. */
const BETWEEN_TRIES_MS = 3000;

/** What the paper promises to somebody at a desk a machine with much else to do keeps later. */
const SLOWER = 10;

/** One of the labs, as it is typed on. */
class Practical {
  /** Where the state of all is; each is typed in a folder of its own, as it has a description of its own. */
  readonly #home: Home;
  readonly #folder: string;
  readonly #lab: Lab;
  readonly #onNodes: OnNodes;
  #running: RunningLab | undefined;

  constructor(home: Home, { spec, onNodes }: (typeof LABS)[string]) {
    this.#home = home;
    this.#folder = fs.mkdtempSync(path.join(home.folder, 'desk-'));
    this.#onNodes = onNodes;
    this.#lab = buildLab(spec);
    fs.writeFileSync(path.join(this.#folder, 'redis-lab.yaml'), toYaml(spec));
  }

  async begin(): Promise<void> {
    const [first] = blocksOf(this.#lab.model);
    if (!first?.redisLab) throw new Error('the first block brings the lab up');
    const up = await this.#type(first.redisLab);
    expect(up.exitCode, up.output).to.equal(0);
    expect(up.output).to.match(new RegExp(first.looks, 'm'));
    this.#running = await this.#lab.attach();
    const names = (await this.#running.model())?.nodes.map((node) => node.name);
    expect(names).to.deep.equal(['master', 'slave1', 'slave2']);
  }

  async doAll(): Promise<void> {
    const running = this.#running as RunningLab;
    const lab = (await running.model()) as LabModel;
    const type = (command: Words | OnNode) =>
      isOnNode(command) && this.#onNodes === 'with the library'
        ? onNode(running, command)
        : this.#type(command);
    const stage = {
      lab,
      type,
      sleep: async (ms: number) => void (await sleep(Math.max(ms, BETWEEN_TRIES_MS))),
      now: () => performance.now() / SLOWER,
    };
    const forRedisLab = (block: Block) => (block.systemd || block.filter ? null : block.redisLab);
    const blocks = blocksOf(lab).slice(1);
    const performed: Performed[] = [];
    await rehearse(blocks, forRedisLab, stage, (each) => performed.push(each));
    const wanted = blocks.filter((block) => forRedisLab(block) !== null).map(({ id }) => id);
    expect(performed.map(({ id }) => id)).to.deep.equal(wanted);
    expect(wanted.length).to.be.greaterThan(50);
    expect(blocks.filter(({ redisLab: command }) => command && isOnNode(command))).not.to.be.empty;
  }

  async down(): Promise<void> {
    await redisLab(this.#folder, ['down'], { env: this.#home.env });
  }

  async #type(command: Words | OnNode): Promise<Typed> {
    const [, ...argv] = redisLabWords(command);
    const { exitCode, stdout, stderr } = await redisLab(this.#folder, argv, {
      env: this.#home.env,
      timeout: 180_000,
    });
    return { exitCode, output: [stdout, stderr].filter(Boolean).join('\n') };
  }
}

async function onNode(running: RunningLab, { node, argv }: OnNode): Promise<Typed> {
  const invocation = await running.invocation(node, argv);
  const { code, stdout, stderr } = await run(invocation, { deadlineMs: 180_000 });
  return { exitCode: code, output: [stdout, stderr].filter(Boolean).join('\n') };
}

describe('the commands of the handout', function () {
  this.timeout(900_000);
  // One story: what a step needs, the steps before it did.
  story();
  const home = newHome();
  const practicals = new Map(
    Object.entries(LABS).map(([name, each]) => [name, new Practical(home, each)] as const),
  );
  const usual = process.env['XDG_STATE_HOME'];
  before(async function () {
    await needsServer.call(this);
    process.env['XDG_STATE_HOME'] = home.env['XDG_STATE_HOME'];
  });
  after(async () => {
    if (usual === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = usual;
    for (const practical of practicals.values()) await practical.down();
  });

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
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });
});
