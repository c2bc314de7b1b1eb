/** The one installation that is no play: Debian's own package manager, in a root that is thrown away. */
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { cacheHome } from '../../lib/workspace/xdg.js';
import { program, readers, root } from '../readers/support/readers.js';
import { runAsRoot } from '../readers/support/root.js';
import { expectAccepted, type Ran } from '../readers/support/run.js';

const SCRIPT = path.join(import.meta.dirname, 'support/server-root.sh');
const PROBE = 'spec/backends/support/server-install-probe.ts';
const PROJECT = path.resolve(import.meta.dirname, '../..');

readers('a Debian without Redis', [program('mmdebstrap'), program('apt-get'), root], () => {
  const place = path.join(cacheHome(), 'readers', `without-redis-${os.arch()}`);

  async function enter(user: string, ...command: string[]): Promise<Ran> {
    const inside = ['bash', SCRIPT, 'enter', place, PROJECT, process.execPath, user, ...command];
    const unshared = ['--mount', '--pid', '--fork', '--kill-child', ...inside];
    return runAsRoot('unshare', unshared, [], { seconds: 220 });
  }

  before(async function makeRoot() {
    this.timeout(400_000);
    expectAccepted(await runAsRoot('bash', [SCRIPT, 'make', place], [], { seconds: 390 }));
  });

  for (const user of ['root', 'student']) {
    it(`gets a server as ${user}`, async () => {
      const ran = await enter(user, 'node', '--import', 'tsx', PROBE);
      expectAccepted(ran);
      const { before: nothing, seen, fix, describe, told, after } = JSON.parse(ran.stdout);
      expect(nothing).to.equal(undefined);
      expect(seen).to.match(/^no build of redis .* in the cache, and none of redis-server/);
      expect(describe).to.equal('install redis-tools with apt-get');
      const sudo = user === 'root' ? '' : 'sudo ';
      expect(fix).to.contain(`: ${sudo}apt-get install --no-install-recommends redis-tools;`);
      // This root has no lists of packages.
      expect(told).to.include('fetching the lists of packages with apt-get');
      expect(after).to.deep.equal({
        engine: 'redis',
        version: '7.0.15',
        program: '/usr/bin/redis-check-rdb',
        argv0: 'redis-server',
        cli: '/usr/bin/redis-cli',
      });
    });
  }
});
