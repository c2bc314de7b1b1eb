/** Clients that append to a list while their master is lost, and what the oracle makes of what they did and saw. */
import { expect } from 'chai';
import type { NodeModel } from '../../lib/model/model.js';
import type { History } from '../../lib/oracle/history.js';
import { judge } from '../../lib/oracle/judge.js';
import { quoted } from '../../lib/report/messages.js';
import { Ledger } from '../../lib/verify/ledger.js';
import { OwnKeys } from '../../lib/verify/own-keys.js';
import { waitReady } from '../../lib/verify/ready.js';
import { Workload, type WorkloadOptions } from '../../lib/verify/workload.js';
import { needsServer } from '../backends/local/support.js';
import { eventually } from '../readers/support/eventually.js';
import { sideBySide } from './side-by-side.js';
import { TestLab } from './test-lab.js';

const READY_MS = 120_000;

/** Clients at work on a lab, until they are asked for what they did. */
class AtWork {
  readonly #lab: TestLab;
  readonly #keys: OwnKeys;
  readonly load: Workload;

  private constructor(lab: TestLab, keys: OwnKeys, options: WorkloadOptions) {
    this.#lab = lab;
    this.#keys = keys;
    this.load = new Workload({ lab: lab.lab, keys }, options);
  }

  static async on(lab: TestLab, options: WorkloadOptions = {}): Promise<AtWork> {
    const keys = new OwnKeys();
    await keys.choose(lab.node('master'));
    const work = new AtWork(lab, keys, options);
    work.load.start();
    await work.until('c1', 'master', 0);
    await work.until('r1', 'master', 0);
    return work;
  }

  /** Until a node has acknowledged what a client asked for after a moment. */
  async until(client: string, node: string | RegExp, since: number): Promise<void> {
    await eventually(120, async () => {
      const done = this.load.operations.some(
        (each) =>
          each.client === client &&
          each.outcome === 'acknowledged' &&
          each.invokedAt > since &&
          new RegExp(node).test(each.node ?? ''),
      );
      expect(done, `${client} at ${node}`).to.equal(true);
    });
  }

  /** Whom all Sentinels name. */
  async master(): Promise<NodeModel> {
    const { nodes, sentinel } = this.#lab.lab;
    const asked = ['SENTINEL', 'get-master-addr-by-name', sentinel.masterName] as const;
    return eventually(120, async () => {
      const said = await Promise.all(nodes.map(({ name }) => this.#lab.sentinel(name, ...asked)));
      const named = new Set(said.map(String));
      const [master] = nodes.filter(({ ip, redisPort }) => named.has(`${ip},${redisPort}`));
      if (named.size === 1 && master) return master;
      throw new Error(`they name ${[...named].join(' and ')}`);
    });
  }

  /** Once the lab is whole again; nothing of it is left then. */
  async history(): Promise<History> {
    await waitReady(this.#lab.lab, { deadlineMs: READY_MS, backend: this.#lab.backend });
    await this.load.stop();
    const master = await this.master();
    const history = await this.load.history(master);
    expect(await this.#keys.remove(this.#lab.lab)).to.equal(true);
    for (const { name } of this.#lab.lab.nodes) {
      const left = await this.#lab.redisIn(this.#keys.database, name, 'EXISTS', this.#keys.list);
      expect(left, name).to.equal(0);
    }
    return history;
  }
}

/** What the ledger says of the same appends, as if one client had made them. */
function balanceOf({ operations, final }: History) {
  const ledger = new Ledger();
  const stored = new Set<number>();
  const list = new Set(Object.values(final).flat());
  for (const each of operations) {
    if (each.kind !== 'append') continue;
    const { invokedAt: at, answeredAt = at, outcome, node, value } = each;
    const number = ledger.entries.length + 1;
    const reason = outcome === 'acknowledged' ? undefined : quoted(outcome);
    ledger.add({ number, at, settledAt: answeredAt, outcome, reason, node });
    if (list.has(value)) stored.add(number);
  }
  const { intervalMs, lostRecords, stretches, pausedMs, ...sums } = ledger.result(stored, 10, 0);
  return { sums, faults: ledger.faults(ledger.entries.length, stored) };
}

describe('clients that append to a list', function () {
  this.timeout(240_000);
  before(needsServer);

  sideBySide([
    {
      title: 'and wait for a replica, lose nothing as long as nothing breaks',
      run: async () => {
        await using lab = await TestLab.up();
        const work = await AtWork.on(lab, { clients: 2, wait: { replicas: 1, withinMs: 500 } });
        await eventually(60, async () => expect(work.load.operations.length).to.be.above(60));
        const history = await work.history();
        const { verdict, findings, account } = judge(history);
        expect(verdict, JSON.stringify(findings)).to.equal('passed');
        expect(account.kept).to.equal(account.attempted - account.refused - account.unknown);
        const counted = history.operations.flatMap((each) =>
          each.kind === 'wait' ? [each.replicas] : [],
        );
        expect(counted.length).to.be.above(10);
        expect(Math.max(...counted)).to.be.within(1, 2);
      },
    },
    {
      title: 'lose in a crash what the ledger counts as lost, and nothing else happens to them',
      run: async () => {
        await using lab = await TestLab.up();
        const work = await AtWork.on(lab);
        const fault = performance.now();
        await lab.backend.inject('crash', 'master');
        for (const client of ['c1', 'c2', 'c3', 'r1']) await work.until(client, /^slave/, fault);
        // One that still named the old master would lead clients there once it is back.
        await work.master();
        await lab.backend.heal();
        const history = await work.history();
        // What no replica had yet when the master crashed may have been read there.
        const { verdict, findings, account } = judge(history, ['lost', 'forked']);
        expect(verdict, JSON.stringify(findings)).to.equal('passed');
        expect(account.refused + account.unknown).to.be.above(0);
        expect(balanceOf(history)).to.deep.equal({ sums: account, faults: [] });
      },
    },
    {
      title: 'and stay with a master that hung, lose what it acknowledges once it goes on',
      run: async () => {
        await using lab = await TestLab.up();
        const work = await AtWork.on(lab, { clients: 1, fixed: [lab.node('master')] });
        await work.until('c2', 'master', 0);
        await lab.backend.inject('hang', 'master');
        const hung = performance.now();
        await work.until('c1', /^slave/, hung);
        await lab.backend.heal();
        const woken = performance.now();
        await work.until('c2', 'master', woken);
        await work.until('r2', 'master', performance.now());
        await work.until('c1', /^slave/, performance.now());
        const history = await work.history();
        const { findings, account } = judge(history);
        expect(balanceOf(history)).to.deep.equal({ sums: account, faults: [] });
        const late = history.operations.flatMap((each) =>
          each.kind === 'append' && each.outcome === 'acknowledged' && each.client === 'c2'
            ? each.invokedAt > woken
              ? [each.value]
              : []
            : [],
        );
        const lost = findings.filter(({ kind }) => kind === 'lost');
        expect(lost.map(({ message }) => message.values['value'])).to.include.members(late);
        const spans = findings.filter(({ kind }) => kind === 'two-masters');
        expect(spans.map(({ message }) => message.values['node'])).to.deep.equal(['master']);
        expect(spans[0]?.message.values['count']).to.be.within(1, lost.length);
        // Whoever reads there sees another history, and misses what the new master took.
        const kinds = new Set(findings.map(({ kind }) => kind));
        expect([...kinds]).to.deep.equal(['lost', 'two-masters', 'forked', 'stale']);
      },
    },
  ]);
});
