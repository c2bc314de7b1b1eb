/** apt's own locks, held for two minutes as an update at the first boot holds them: a node waits and gets its packages. */
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { cacheHome } from '../../lib/workspace/xdg.js';
import { program, readers, root } from '../readers/support/readers.js';
import { runAsRoot } from '../readers/support/root.js';
import { expectAccepted } from '../readers/support/run.js';

const SCRIPT = path.join(import.meta.dirname, 'support/server-root.sh');
const PROJECT = path.resolve(import.meta.dirname, '../..');

const NODE = `
set -euo pipefail
mkdir -p /opt/redis-lab && cp generated/nodes/master/{lab.env,common.sh} /opt/redis-lab
hold() {
  perl spec/support/hold-locks.pl "$@" &
  until [[ -e /run/held-$1 ]]; do kill -0 $! || exit 9; sleep 0.1; done
}
hold 20 /var/lib/apt/lists/lock
hold 125 /var/lib/dpkg/lock-frontend /var/cache/apt/archives/lock
bash -euo pipefail -c '. /opt/redis-lab/common.sh; need_packages ucf; echo "after $SECONDS s"'
dpkg-query -W -f '\${db:Status-Status}\\n' ucf`;

readers("apt's locks", [program('mmdebstrap'), program('apt-get'), root], () => {
  it('may be held for two minutes: a node waits for them, and says so', async function () {
    this.timeout(900_000);
    const place = path.join(cacheHome(), 'readers', `without-redis-${os.arch()}`);
    expectAccepted(await runAsRoot('bash', [SCRIPT, 'make', place], [], { seconds: 390 }));
    const words = ['enter', place, PROJECT, process.execPath, 'root'];
    const unshared = ['--mount', '--pid', '--fork', '--kill-child', 'bash', SCRIPT, ...words];
    const ran = await runAsRoot('unshare', [...unshared, 'bash', '-c', NODE], [], { seconds: 480 });
    expectAccepted(ran);
    const told = ran.stdout.split('\n');
    expect(told).to.include('installed');
    const waits = told.filter((line) => line.includes('waiting for another program'));
    expect(waits.join('\n')).to.match(
      /\/var\/lib\/apt\/lists\/lock.*\n.*\/var\/lib\/dpkg\/lock-frontend/,
    );
    const [, seconds] = /^after (\d+) s$/m.exec(ran.stdout) ?? [];
    expect(Number(seconds)).to.be.at.least(100);
  });
});
