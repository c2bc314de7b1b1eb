/** Whom a file belongs to where this user alone has a number: root's files and those of others are nobody's there. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { build } from 'esbuild';
import { execa } from 'execa';
import { ROOT } from '../support/cli.js';
import { AS_ORDINARY, needsNamespaces } from '../support/ordinary-user.js';

describe('in a user namespace of an ordinary user', () => {
  it('what nobody but root can have put somewhere is trusted, and what lies where everybody may write is not', async function () {
    await needsNamespaces(this);
    const contents = `import { distrustOf } from './lib/workspace/trust.js';
console.log(process.argv.slice(2).map((file) => distrustOf(file)?.seen.code ?? 'trusted').join(' '));`;
    // In /tmp, as anybody could have put it there.
    const planted = fs.mkdtempSync('/tmp/redis-lab-planted-');
    try {
      fs.chmodSync(planted, 0o755);
      const probe = path.join(planted, 'probe.cjs');
      const stdin = { contents, resolveDir: ROOT, loader: 'ts' } as const;
      await build({ stdin, bundle: true, platform: 'node', outfile: probe, logLevel: 'error' });
      const node = [process.execPath, probe, '/usr/bin/env', '/etc/passwd', probe];
      const ask = async (...words: string[]) => {
        const [program = '', ...args] = [...AS_ORDINARY, ...words, ...node];
        return (await execa(program, args)).stdout;
      };
      expect(await ask()).to.equal('trusted trusted trusted');
      expect(await ask('unshare', '--user', '--map-root-user')).to.equal(
        'trusted trusted distrust.owner',
      );
    } finally {
      fs.rmSync(planted, { recursive: true });
    }
  });
});
