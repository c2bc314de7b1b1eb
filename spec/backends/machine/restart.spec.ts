import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { restartAll } from '../../../lib/backends/machine/mend.js';
import type { Shell } from '../../../lib/backends/machine/shell.js';
import { run } from '../../../lib/command/run.js';
import { MACHINE } from '../../../lib/render/layout.js';

/** As far as it is asked: a unit that runs, ends when it is told to or only when it is killed, and is started. */
const SYSTEMCTL = `#!/bin/sh
cd "$(dirname "$0")"
echo "$*" >>calls
case $1 in
  show) cat state;;
  stop) [ -e stubborn ] && echo deactivating >state || echo inactive >state;;
  kill) echo failed >state;;
  start) echo active >state;;
esac`;

const REWRITTEN = `bind 192.168.100.11
protected-mode yes
requirepass secret
user default on #abc ~* &* +@all
masterauth secret
maxclients 1
save 3600 1`;

describe('ending a service of a node and starting it again', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-restart-'));
    const programs = { systemctl: SYSTEMCTL, sleep: '#!/bin/sh' };
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(path.join(folder, name), text, { mode: 0o755 });
    }
    writeFileSync(path.join(folder, 'state'), 'active\n');
    writeFileSync(path.join(folder, 'redis.conf'), REWRITTEN);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const restarted = async () => {
    const shell: Pick<Shell, 'call'> = {
      call: async (_node, [program = 'false', ...words]) => {
        const args = words.map((word) => word.replace(MACHINE.configDir, folder));
        const env = { PATH: `${folder}:${process.env['PATH']}` };
        const { code, stdout, stderr } = await run({ program, args, env }, { deadlineMs: 60_000 });
        expect(code, stderr).to.equal(0);
        return stdout;
      },
    };
    const stuck = { node: 'master', service: 'redis', said: 'NOAUTH' } as const;
    const told = await restartAll(shell as Shell, [stuck]);
    const calls = readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');
    expect(readFileSync(path.join(folder, 'state'), 'utf8')).to.equal('active\n');
    return { told, calls: calls.filter((each) => !each.startsWith('show')) };
  };

  it('is by asking it, and takes out of its configuration who was let in meanwhile', async () => {
    const { told, calls } = await restarted();
    expect(told.map(({ code, values }) => [code, values])).to.deep.equal([
      ['mended.redis-restarted', { node: 'master', said: 'NOAUTH' }],
    ]);
    expect(calls).to.deep.equal([
      'stop --no-block redis-server',
      'reset-failed redis-server',
      'start --no-block redis-server',
    ]);
    const conf = readFileSync(path.join(folder, 'redis.conf'), 'utf8');
    expect(conf).to.equal('bind 192.168.100.11\nsave 3600 1\nprotected-mode no\n');
  });

  it('is by killing it only if it does not end when it is asked to', async () => {
    writeFileSync(path.join(folder, 'stubborn'), '');
    const { told, calls } = await restarted();
    expect(told.map(({ code }) => code)).to.deep.equal(['mended.redis-killed']);
    expect(calls.slice(0, 2)).to.deep.equal([
      'stop --no-block redis-server',
      'kill --signal=KILL redis-server',
    ]);
  });
});
