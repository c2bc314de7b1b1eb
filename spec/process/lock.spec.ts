import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { locked } from '../../lib/process/lock.js';
import { systemTable } from '../../lib/process/system-table.js';
import { Folder, LOCK_FILES } from '../../lib/workspace/folder.js';
import { probe } from '../support/probe.js';

const CONTENDER = path.join(import.meta.dirname, 'support/contender.ts');

for (const way of Object.keys(LOCK_FILES) as (keyof typeof LOCK_FILES)[]) {
  describe(`a lock, by ${way}`, function () {
    this.timeout(60_000);
    let root: string;
    const children = new Set<ChildProcess>();

    beforeEach(() => {
      root = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-lock-spec-'));
    });

    afterEach(() => {
      for (const child of children) child.kill('SIGKILL');
      children.clear();
      fs.rmSync(root, { recursive: true });
    });

    function contender(mode: string) {
      const args = [probe(CONTENDER), mode, root, way];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      children.add(child);
      return child;
    }

    async function said(child: ReturnType<typeof contender>): Promise<string> {
      let text = '';
      for await (const chunk of child.stdout) {
        text += chunk;
        if (text.endsWith('\n')) break;
      }
      return text.trim();
    }

    const take = async (doing: string, work: () => Promise<void> = async () => {}) =>
      locked(
        new Folder(root, LOCK_FILES[way]),
        'lock',
        systemTable(),
        { doing, what: 'the lab' },
        work,
      ).catch((error: Error) => error.message);

    it('keeps others out while it is held, and leaves nothing behind', async () => {
      let seen: unknown;
      await take('up', async () => {
        seen = await take('down');
      });
      expect(seen).to.match(
        new RegExp(`Another redis-lab is at work on the lab: up, process ${process.pid}, since`),
      );
      expect(fs.readdirSync(root)).to.deep.equal([]);
    });

    it('is taken over from one who was killed', async () => {
      const child = contender('holds');
      expect(await said(child)).to.equal('holding');
      expect(await take('down')).to.contain(`process ${child.pid}`);
      child.kill('SIGKILL');
      await once(child, 'close');
      let ran = false;
      await take('down', async () => {
        ran = true;
      });
      expect(ran).to.equal(true);
      expect(fs.readdirSync(root)).to.deep.equal([]);
    });

    it('that is none of ours is not taken', async () => {
      fs.writeFileSync(path.join(root, 'lock'), 'what is this?');
      expect(await take('up')).to.contain(`${root}/lock is no lock of redis-lab`);
    });

    it('is one’s at a time, and is taken over from the dead by one only', async () => {
      const all = await Promise.all([0, 1, 2].map(() => said(contender('contends'))));
      expect(all).to.deep.equal(['done', 'done', 'done']);
      // The last of them may have left it as one who was killed would.
      const left = fs.readdirSync(root).filter((name) => !/^lock(?:\.[0-9a-f]{8})*$/.test(name));
      expect(left).to.deep.equal([]);
    });
  });
}
