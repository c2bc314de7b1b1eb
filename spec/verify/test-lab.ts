/** A real lab of a test's own, ready, and what a scenario finds on it once it is broken. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Backend } from '../../lib/backends/backend.js';
import { type LocalOptions, localBackend } from '../../lib/backends/local/index.js';
import { buildLab } from '../../lib/lab/lab.js';
import type { LabModel, NodeModel } from '../../lib/model/model.js';
import { askOnce, type Reply } from '../../lib/redis-view/connection.js';
import { redisEndpoint, sentinelEndpoint } from '../../lib/redis-view/endpoints.js';
import type { ScenarioResult, VerifyResult } from '../../lib/report/types.generated.js';
import { scenariosNamed } from '../../lib/scenarios/registry.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import type { ScenarioName, VerifyOptions } from '../../lib/verify/options.js';
import { openIn } from '../../lib/verify/own-keys.js';
import { waitReady } from '../../lib/verify/ready.js';
import { type LabUnderTest, verify } from '../../lib/verify/run.js';
import { accepted } from '../support/accepted.js';
import { atEnd } from '../support/at-end.js';
import { resultFaults } from '../support/result-faults.js';
import { Witnesses } from './support/agreement.js';

const READY_MS = 120_000;

/** One for all labs, so that those that run side by side choose different addresses. */
const home = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-verify-'));
const labs = new Set<TestLab>();
let made = 0;

export class TestLab implements AsyncDisposable {
  readonly backend: Backend;
  readonly evidence: string;
  readonly described: LabModel;
  lab: LabModel;

  private constructor(spec: LabSpec, options: LocalOptions) {
    made += 1;
    this.described = buildLab({ name: `verify${made}`, ...spec }).model;
    this.lab = this.described;
    this.backend = localBackend(this.described, { ...options, stateHome: home });
    this.evidence = path.join(home, 'evidence', this.described.name);
  }

  /** Ready, with a down-after of two seconds unless it is described. Dispose of it. */
  static async up(spec: LabSpec = {}, options: LocalOptions = {}): Promise<TestLab> {
    const test = new TestLab({ ...spec, sentinel: { downAfter: 2000, ...spec.sentinel } }, options);
    labs.add(test);
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
    return askOnce(redisEndpoint(this.node(name)), command);
  }

  /** Asked in another database than the first. */
  async redisIn(database: number, name: string, ...command: [string, ...string[]]): Promise<Reply> {
    const connection = await openIn(database, redisEndpoint(this.node(name)));
    try {
      return await connection.ask(...command);
    } finally {
      connection.close();
    }
  }

  sentinel(name: string, ...command: [string, ...string[]]): Promise<Reply> {
    return askOnce(sentinelEndpoint(this.node(name)), command);
  }

  async pid(name: string, service: 'redis' | 'sentinel'): Promise<number> {
    const { services } = await this.backend.status();
    const found = services.find((each) => each.node === name && each.service === service);
    if (found?.pid === undefined) throw new Error(`${service} of ${name} does not run`);
    return found.pid;
  }

  async runs(name: string, service: 'redis' | 'sentinel'): Promise<boolean> {
    const { services } = await this.backend.status();
    return services.some(({ node, pid, ...each }) => {
      return node === name && each.service === service && pid !== undefined;
    });
  }

  /** Whether a process is still one of the lab's. */
  async lives(pid: number): Promise<boolean> {
    const { services } = await this.backend.status();
    return services.some((each) => each.pid === pid);
  }

  /** Whatever it finds, the result is sound. */
  async verify(...args: Parameters<TestLab['verifyUnchecked']>): Promise<VerifyResult> {
    const { result, faults } = await this.verifyUnchecked(...args);
    expect(faults).to.deep.equal([]);
    return result;
  }

  /** With what the result contradicts of itself. */
  async verifyUnchecked(
    names: readonly ScenarioName[],
    options: VerifyOptions = {},
    stage: Partial<LabUnderTest> = {},
  ): Promise<{ result: VerifyResult; faults: string[] }> {
    const { server } = await this.backend.status();
    if (!server) throw new Error('the lab has no server');
    const witnesses = new Witnesses();
    const result = await verify(
      {
        described: this.described,
        backend: this.backend,
        lab: this.lab,
        server,
        readyMs: null,
        anew: true,
        begin: () => this.begin(),
        evidenceFolder: this.evidence,
        newLedger: () => witnesses.ledger(),
        ...stage,
      },
      await scenariosNamed(names),
      options,
    );
    accepted(result, 'en');
    expect(witnesses.differences).to.deep.equal([]);
    return { result, faults: resultFaults(result) };
  }

  async play(...args: Parameters<TestLab['playUnchecked']>): Promise<ScenarioResult> {
    const { result, faults } = await this.playUnchecked(...args);
    expect(faults).to.deep.equal([]);
    return result;
  }

  async playUnchecked(
    name: ScenarioName,
    options: VerifyOptions = {},
    stage: Partial<LabUnderTest> = {},
  ): Promise<{ result: ScenarioResult; faults: string[] }> {
    const { result, faults } = await this.verifyUnchecked([name], options, stage);
    const [scenario] = result.scenarios;
    if (!scenario) throw new Error('no scenario was played');
    return { result: scenario, faults };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.backend.down();
    labs.delete(this);
  }
}

atEnd('file', async () => {
  for (const lab of labs) await lab[Symbol.asyncDispose]();
  fs.rmSync(home, { recursive: true, force: true });
  // The next file of this process has its labs there.
  fs.mkdirSync(home, { mode: 0o700 });
});
process.once('exit', () => fs.rmSync(home, { recursive: true, force: true }));
