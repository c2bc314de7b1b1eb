/** Completion in the real shells, on a terminal, key by key. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { SHELLS } from '../../lib/cli/shells.js';
import { needs } from '../support/skip.js';
import { Typing } from './support/shell.js';
import { needTerminal } from './support/terminal.js';

const TAB = '\t';

describe('completion on a terminal', function () {
  this.timeout(300_000);

  for (const shell of SHELLS) {
    describe(shell, () => {
      let folder: string;
      let typing: Typing;
      before(async function () {
        needTerminal(this);
        const { error } = spawnSync(shell, ['--version'], { timeout: 60_000 });
        needs(this, error ? `no ${shell}` : undefined);
        folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-shell-'));
        fs.writeFileSync(
          path.join(folder, 'my lab.yaml'),
          'nodes: [{role: master}, {name: odd}, {}]\n',
        );
        fs.writeFileSync(path.join(folder, 'redis-lab.yaml'), 'nodes: [\n{{{');
        fs.mkdirSync(path.join(folder, 'results'));
        typing = new Typing(shell, folder);
        await typing.ready();
      });
      after(async () => {
        await typing?.end();
        if (folder) fs.rmSync(folder, { recursive: true, force: true });
      });

      for (const [keys, line] of [
        [`redis-lab stat${TAB}`, 'redis-lab status'],
        [`redis-lab fault cr${TAB}`, 'redis-lab fault crash'],
        [`redis-lab logs @rep${TAB}`, 'redis-lab logs @replica'],
        [`redis-lab logs @a${TAB}`, 'redis-lab logs @all'],
        [`redis-lab status --back${TAB}vag${TAB}`, 'redis-lab status --backend vagrant'],
        [`redis-lab status --backend=inc${TAB}`, 'redis-lab status --backend=incus'],
        [`redis-lab up --set sentinel.quo${TAB}3`, 'redis-lab up --set sentinel.quorum=3'],
        [`redis-lab up --set redis.install=pa${TAB}`, 'redis-lab up --set redis.install=package'],
        [`redis-lab generate --out resu${TAB}`, 'redis-lab generate --out results/'],
        [`redis-lab status --spec my${TAB}`, 'redis-lab status --spec my\\ lab.yaml'],
        [`redis-lab status --spec=my${TAB}`, 'redis-lab status --spec=my\\ lab.yaml'],
        [`redis-lab --spec my\\ lab.yaml exec od${TAB}`, 'redis-lab --spec my\\ lab.yaml exec odd'],
        [`redis-lab exec "@ma${TAB}`, 'redis-lab exec "@master"'],
        [`cd . ; ZZ=1 redis-lab stat${TAB}`, 'cd . ; ZZ=1 redis-lab status'],
        [`redis-lab nonsense x${TAB}`, 'redis-lab nonsense x'],
        // The description of this folder is broken: its nodes are not known, and nothing is said of it.
        [`redis-lab ssh @m${TAB}`, 'redis-lab ssh @master'],
      ] as const) {
        it(line, async () => {
          expect(await typing.line(keys)).to.equal(line);
        });
      }

      it('prints no error', () => {
        expect(typing.seen).to.not.match(/not found|redis-lab:|rror|No such/);
      });
    });
  }
});
