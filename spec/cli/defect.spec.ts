/** A defect of the command itself: told as one, and as JSON to whoever reads JSON. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { redisLab } from '../support/cli.js';

/** What breaks the program before it begins: at once where it works, or later where nobody waits for it. */
const BREAKS = {
  'while it works': `require('node:fs').lstatSync = () => { throw new TypeError('planted'); };`,
  'when nobody waits for it': `setTimeout(() => { throw new TypeError('planted'); }, 0);`,
} as const;

describe('a defect', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-defect-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [when, code] of Object.entries(BREAKS)) {
    it(`is JSON with --json, and the trace goes to standard error: ${when}`, async () => {
      const file = path.join(folder, 'break.cjs');
      writeFileSync(file, code);
      const env = { NODE_OPTIONS: `--require=${file}`, XDG_STATE_HOME: folder };
      const json = await redisLab(folder, ['status', '--json'], { env });
      expect(json.exitCode, json.stderr).to.equal(70);
      expect(JSON.parse(json.stdout)).to.deep.equal({
        error: { code: 'redis-lab.defect', exitCode: 70, message: 'planted' },
      });
      expect(json.stderr).to.match(
        /this is a defect of redis-lab itself.*\nTypeError: planted\n +at /,
      );
      const words = await redisLab(folder, ['status'], { env });
      expect(words).to.include({ exitCode: 70, stdout: '' });
    });
  }
});
