/** The README's first command, for real: it does what the README shows. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { needsServer } from '../backends/local/support.js';
import { ROOT, redisLab } from '../support/cli.js';
import { BROKEN, NO_DAEMON, Programs } from '../support/programs.js';
import { leftBelow, newHome } from './support/home.js';

const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const shown = /^```session\n(.*?)^```$/ms.exec(readme)?.[1] ?? '';

/** What is the same in every run: claims without what was seen, names of phases, headings. */
function lasting(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const claim = /^ {2}(✓ [^:]+)/.exec(line)?.[1];
    // A claim may go on in the next line, where its width comes from what was seen.
    if (claim) return [claim.split(' ').slice(0, 6).join(' ')];
    const phase = /^ {2}([a-z]+) +[\d.]+ /.exec(line)?.[1];
    if (phase) return [phase];
    const next = /^ {2}(look|enter|break|mend|take down) /.exec(line)?.[1];
    return next ? [next] : [];
  });
}

describe('the first command of the README', function () {
  this.timeout(120_000);
  before(needsServer);

  it('brings the lab up and proves it, as is shown', async () => {
    const home = newHome();
    const { folder } = home;
    // On a machine that has neither Vagrant nor Incus, and otherwise what this one has.
    const programs = new Programs(folder);
    programs.add('vagrant', BROKEN);
    for (const client of ['incus', 'lxc']) programs.add(client, NO_DAEMON);
    const env = {
      ...home.env,
      ...programs.env((process.env['PATH'] ?? '').split(path.delimiter)),
      REDIS_LAB_BACKEND: '',
    };
    const up = await redisLab(folder, ['up', '--yes'], { env, timeout: 180_000 });
    expect(up.exitCode, up.stderr).to.equal(0);
    expect(shown.split('\n')[1]).to.equal(up.stderr.split('\n')[0]);
    const lines = lasting(up.stdout);
    expect(lasting(shown)).to.have.length.greaterThan(20);
    expect(lines).to.include.members(lasting(shown));
    expect((await redisLab(folder, ['down'], { env })).exitCode).to.equal(0);
    expect(await leftBelow(folder)).to.deep.equal([]);
  });

  it('shows a suite that is one of ours', () => {
    const [, snippet = ''] = /^```typescript\n(.*?)^```$/ms.exec(readme) ?? [];
    const example = readFileSync(path.join(import.meta.dirname, 'example.spec.ts'), 'utf8');
    expect(snippet).to.include('await using');
    expect(example.replaceAll(/^ {2}/gm, '')).to.include(snippet);
  });

  it('shows commands that there are', async () => {
    const { folder, env } = newHome();
    const [, block = ''] = /^```sh\n(redis-lab status .*?)^```$/ms.exec(readme) ?? [];
    const names = [...block.matchAll(/^redis-lab (\w+)/gm)].map(([, name = '']) => name);
    expect(names).to.include.members(['status', 'exec', 'fault', 'logs', 'heal', 'verify', 'down']);
    const { stdout } = await redisLab(folder, ['--help'], { env });
    for (const name of names) expect(stdout).to.include(`redis-lab ${name}`);
  });
});
