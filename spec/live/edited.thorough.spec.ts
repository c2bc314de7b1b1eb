/** What doctor says of the live configurations of a lab: of those that servers rewrote, and that somebody edited. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { needsServer } from '../backends/local/support.js';
import { redisLab } from '../support/cli.js';
import { newHome } from './support/home.js';

const SET = ['--backend', 'local', '--set', 'sentinel.downAfter=1000'];

describe('configurations of a lab that somebody edited', function () {
  this.timeout(240_000);
  before(needsServer);
  const home = newHome();
  const lab = (...args: string[]) =>
    redisLab(home.folder, args, { env: home.env, timeout: 180_000 });
  const seen = async () => {
    const { stdout } = await lab('doctor', ...SET, '--json');
    const { checks } = JSON.parse(stdout) as {
      checks: { code: string; state: string; seen: string }[];
    };
    const found = checks.find(({ code }) => code === 'configurations');
    return `${found?.state}: ${found?.seen}`;
  };

  it('are right after servers rewrote them', async () => {
    const up = await lab('up', ...SET, '--no-verify');
    expect(up.exitCode, up.stderr).to.equal(0);
    for (const node of ['master', 'slave1', 'slave2']) {
      const { stdout } = await lab('exec', ...SET, node, '--', 'redis-cli', 'CONFIG', 'REWRITE');
      expect(stdout).to.include('OK');
    }
    expect(await seen()).to.equal('good: as redis-lab and its servers wrote them');
  });

  it('are told line by line, with what check says of them, once somebody changed them', async () => {
    const all = fs.readdirSync(home.folder, { recursive: true, encoding: 'utf8' });
    const file = all.find((name) => name.endsWith(path.join('slave1', 'etc', 'redis.conf'))) ?? '';
    const conf = path.join(home.folder, file);
    const text = fs.readFileSync(conf, 'utf8');
    fs.writeFileSync(conf, `${text.replace(/^enable-debug-command.*\n/m, '')}maxmemory 512\n`);
    const told = await seen();
    expect(told)
      .to.match(/^poor: /)
      .and.include('maxmemory 512')
      .and.include('taken out by hand')
      .and.include('enable-debug-command')
      .and.include('maxmemory 512 is 512 bytes');
  });

  after(async () => {
    await lab('down', ...SET);
  });
});
