/** However a scenario ends, the lab is whole again and what was found is kept. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { Backend } from '../../lib/backends/backend.js';
import { EXIT, RedisLabError } from '../../lib/errors.js';
import type { ProgressEvent } from '../../lib/progress.js';
import { Ledger } from '../../lib/verify/ledger.js';
import { thrown } from '../backends/contract.js';
import { needsServer } from '../backends/local/support.js';
import { sideBySide } from './side-by-side.js';
import { TestLab } from './test-lab.js';

/** Has a defect that shows once the master is gone. */
class Defective extends Ledger {
  override firstAcknowledgedAfter(): never {
    throw new TypeError('a defect of redis-lab');
  }
}

/** The backend, but for what is put over it. */
function but(backend: Backend, over: Partial<Backend>): Backend {
  return new Proxy(backend, {
    get(target, key) {
      const value: unknown = Reflect.get(over, key) ?? Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('a scenario that ends early', function () {
  this.timeout(120_000);
  before(needsServer);

  sideBySide([
    {
      title: 'because it is interrupted, throws the reason and leaves a whole lab',
      run: async () => {
        await using lab = await TestLab.up();
        const stop = new AbortController();
        const reason = new Error('enough');
        const onProgress = (event: ProgressEvent) => {
          if (event.kind === 'waiting' && event.text.startsWith('A Sentinel sees')) {
            stop.abort(reason);
          }
        };
        expect(await thrown(lab.play('failover', { onProgress, signal: stop.signal }))).to.equal(
          reason,
        );
        expect((await lab.backend.status()).state).to.equal('running');
      },
    },
    {
      title: 'because of a defect, throws that, blames no lab and leaves it whole',
      run: async () => {
        await using lab = await TestLab.up();
        const stage = { newLedger: () => new Defective() };
        const error = await thrown(lab.play('failover', {}, stage));
        expect(error).to.be.instanceOf(TypeError);
        expect(error).to.have.property('message', 'a defect of redis-lab');
        expect((await lab.backend.status()).state).to.equal('running');
      },
    },
    {
      title: 'is told of, even if its evidence cannot be kept and the lab cannot be healed',
      run: async () => {
        await using lab = await TestLab.up();
        const inTheWay = path.join(lab.evidence, 'file');
        fs.mkdirSync(lab.evidence, { recursive: true });
        fs.writeFileSync(inTheWay, '');
        const heal = async () => {
          throw new RedisLabError('somebody else is at work', { exitCode: EXIT.notReady });
        };
        const backend = but(lab.backend, { heal });
        const stage = { backend, evidenceFolder: path.join(inTheWay, 'evidence') };
        const result = await lab.play('failover', {}, stage);
        expect(result.verdict).to.equal('failed');
        expect(result.reason).to.match(
          /^The old master, started again.*: somebody else is at work$/,
        );
        expect(result.evidence).to.equal(null);
        const [evidence, healing] = result.notes.slice(-2);
        expect(evidence).to.match(/^The evidence could not be kept: .*\/file/);
        expect(healing).to.match(/could not be healed: somebody else is at work$/);
      },
    },
    {
      title: 'because it makes no sense, is skipped with a reason and claims nothing',
      run: async () => {
        await using lab = await TestLab.up({
          nodes: [
            { name: 'master', role: 'master' },
            { name: 'slave1' },
            { name: 'witness', role: 'sentinel' },
          ],
        });
        const alone = { ...lab.lab, nodes: lab.lab.nodes.filter(({ name }) => name !== 'slave1') };
        const result = await lab.verify(['replication', 'failover'], {}, { lab: alone });
        expect(result.verdict).to.equal('skipped');
        for (const scenario of result.scenarios) {
          expect(scenario).to.include({ verdict: 'skipped', reason: 'the lab has no replica' });
          expect(scenario.assertions).not.to.deep.equal([]);
          for (const { verdict } of scenario.assertions) expect(verdict).to.equal('skipped');
        }
      },
    },
  ]);
});
