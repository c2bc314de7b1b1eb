/** A lab whose disk is full, on a real one: what is said, and that nothing is lost. */
import path from 'node:path';
import { expect } from 'chai';
import { needsServer } from '../backends/local/support.js';
import { program, readers, root } from '../readers/support/readers.js';
import { runAsRoot } from '../readers/support/root.js';
import { expectAccepted } from '../readers/support/run.js';
import { scratch } from '../readers/support/scratch.js';
import { ROOT } from '../support/cli.js';
import { probe } from '../support/probe.js';

const PROBE = path.join(import.meta.dirname, 'support/full-disk-probe.ts');

interface Failed {
  readonly code: string;
  readonly exitCode: number;
  readonly said: string;
}

readers('a lab on a full disk', [program('unshare'), root], () => {
  let told: ReadonlyMap<string, unknown>;
  const at = <T>(where: string): T => {
    expect([...told.keys()]).to.include(where);
    return told.get(where) as T;
  };

  before(async function run() {
    await needsServer.call(this);
    const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const command = [...namespaces, process.execPath, probe(PROBE), scratch('full-disk')];
    const ran = await runAsRoot('unshare', command, [], { cwd: ROOT, seconds: 230 });
    expectAccepted(ran);
    const lines = ran.stdout.trim().split('\n');
    told = new Map(
      lines
        .map((line) => JSON.parse(line) as { where: string; what: unknown })
        .map(({ where, what }) => [where, what] as const),
    );
  });

  it('is not stopped where its data would be lost, and says why and what to do', () => {
    for (const [where, why] of [
      ['rdb: stop', /rdb_last_bgsave_status:err.*No space left on device/],
      ['aof: stop', /aof_last_write_status:err.*No space left on device/],
    ] as const) {
      const failed = at<Failed>(where);
      expect(failed).to.include({ code: 'server.unsaved', exitCode: 4 });
      expect(failed.said)
        .to.match(/^Nothing was stopped/)
        .and.match(why);
      expect(failed.said)
        .to.match(/^Make room.*CONFIG GET dir$/m)
        .and.contain('redis-lab down');
    }
    expect(at('rdb: state')).to.equal('running');
  });

  it('is told with the reason, once, and that is all that is told', () => {
    const [master, ...others] = at<string[]>('rdb: problems');
    expect(master).to.match(/^Redis on master could not save .*: .*No space left on device$/);
    expect(others).to.deep.equal([]);
    for (const each of at<string[]>('aof: problems')) {
      expect(each).to.match(/could not save .*writing to the AOF file: No space left on device$/);
    }
    for (const where of ['rdb: claim', 'aof: claim']) {
      const claim = at<{ code: string; verdict: string; seen: string }>(where);
      expect(claim).to.include({ code: 'whole.servers', verdict: 'failed' });
      expect(claim.seen).to.contain('No space left on device');
    }
    expect(at('rdb: doctor')).to.equal('bad');
  });

  it('cannot be mended, and says at once what to do', () => {
    expect(at('rdb: heal')).to.deep.equal([]);
    expect(at('aof: heal')).to.deep.equal([]);
    const stuck = at<Failed>('rdb: ready');
    expect(stuck).to.include({ code: 'lab.stuck', exitCode: 4 });
    expect(stuck.said).to.match(/^Make room/m);
  });

  it('is whole again once there is room, and has lost nothing', () => {
    expect(at<string[]>('rdb: heal with room').join()).to.match(/saves its data again \(BGSAVE\)/);
    expect(at('rdb: stop with room')).to.have.lengthOf(6);
    expect(at('rdb: kept')).to.equal('yes');
    expect(at('aof: ready with room')).to.equal('number');
  });

  it('has a replica that ends itself, which is told with its reason', () => {
    const ended = at<Failed>('replica: ready');
    expect(ended).to.include({ code: 'server.failed-start', exitCode: 4 });
    expect(ended.said).to.match(/^slave1's Redis server ended/);
    expect(ended.said).to.match(/Replica was unable to write command to disk/);
    expect(ended.said).to.match(/^There is no room left where .*slave1\/data\/redis is/m);
  });

  it('has a replica that cannot store what its master sends, which is not waited for', () => {
    const stuck = at<Failed>('replica: up');
    expect(stuck).to.include({ code: 'lab.stuck', exitCode: 4 });
    expect(stuck.said).to.match(/link of slave1 to master is down: .*No space left on device/);
    expect(stuck.said).to.match(/^Make room.* Redis on slave1 .*CONFIG GET dir$/m);
  });
});
