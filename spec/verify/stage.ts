/** A real lab of a test's own, ready, and what a scenario finds on it once it is broken. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Backend } from '../../lib/backends/backend.js';
import { localBackend } from '../../lib/backends/local/index.js';
import { buildLab } from '../../lib/lab.js';
import type { LabModel, NodeModel } from '../../lib/model/model.js';
import { askOnce, type Reply } from '../../lib/redis-view/connection.js';
import type { ScenarioResult } from '../../lib/report/result.js';
import type { LabSpec } from '../../lib/spec/lab-spec.js';
import type { ScenarioName, VerifyOptions } from '../../lib/verify/options.js';
import { redisPlace, sentinelPlace } from '../../lib/verify/places.js';
import { waitReady } from '../../lib/verify/ready.js';
import { type Stage, verify } from '../../lib/verify/run.js';

const READY_MS = 20_000;

export class TestLab {
  readonly backend: Backend;
  readonly folder: string;
  readonly described: LabModel;
  lab: LabModel;

  private constructor(spec: LabSpec) {
    this.folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-verify-'));
    this.described = buildLab(spec).model;
    this.lab = this.described;
    this.backend = localBackend(this.described, { stateHome: this.folder });
  }

  /** Ready. Take it down. */
  static async up(spec: LabSpec = {}): Promise<TestLab> {
    const test = new TestLab({ ...spec, sentinel: { downAfter: 1000, ...spec.sentinel } });
    await test.begin();
    return test;
  }

  async begin(): Promise<{ lab: LabModel; readyMs: number | null }> {
    const { lab, startedAt } = await this.backend.up({ fresh: true });
    this.lab = lab;
    const at = await waitReady(lab, { deadlineMs: READY_MS });
    return { lab, readyMs: startedAt === undefined ? null : at - startedAt };
  }

  node(name: string): NodeModel {
    const node = this.lab.nodes.find((each) => each.name === name);
    if (!node) throw new Error(`the lab has no ${name}`);
    return node;
  }

  redis(name: string, ...command: [string, ...string[]]): Promise<Reply> {
    return askOnce(redisPlace(this.node(name)), command);
  }

  sentinel(name: string, ...command: [string, ...string[]]): Promise<Reply> {
    return askOnce(sentinelPlace(this.node(name)), command);
  }

  async pid(name: string, service: 'redis' | 'sentinel'): Promise<number> {
    const { services } = await this.backend.status();
    const found = services.find((each) => each.node === name && each.service === service);
    if (found?.pid === undefined) throw new Error(`${service} of ${name} does not run`);
    return found.pid;
  }

  /** Whether a process is still one of the lab's. */
  async lives(pid: number): Promise<boolean> {
    const { services } = await this.backend.status();
    return services.some((each) => each.pid === pid);
  }

  async play(
    name: ScenarioName,
    options: VerifyOptions = {},
    stage: Partial<Stage> = {},
  ): Promise<ScenarioResult> {
    const { server } = await this.backend.status();
    if (!server) throw new Error('the lab has no server');
    const result = await verify(
      {
        described: this.described,
        backend: this.backend,
        lab: this.lab,
        server,
        readyMs: null,
        isFresh: true,
        begin: () => this.begin(),
        evidenceFolder: path.join(this.folder, 'evidence'),
        ...stage,
      },
      [name],
      options,
    );
    const [scenario] = result.scenarios;
    if (!scenario) throw new Error('no scenario was played');
    return scenario;
  }

  async down(): Promise<void> {
    await this.backend.down();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
