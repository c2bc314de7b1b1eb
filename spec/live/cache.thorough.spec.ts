/** Clearing the cache while a lab runs that was built from it. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { findServer } from '../../lib/backends/local/server.js';
import { buildName } from '../../lib/cache/names.js';
import { buildLab } from '../../lib/lab/lab.js';
import { needsServer } from '../backends/local/support.js';
import { redisLab } from '../support/cli.js';
import { leftBelow, newHome, processesBelow } from './support/home.js';

describe('clearing the cache', function () {
  this.timeout(120_000);
  before(needsServer);
  const home = newHome();
  const cache = path.join(home.folder, 'cache', 'redis-lab');
  const lab = (...args: string[]) =>
    redisLab(home.folder, args, { env: home.env, timeout: 180_000 });

  /** What the servers of the lab really run. */
  const programs = () =>
    processesBelow(home.folder)
      .map((line) => fs.readlinkSync(`/proc/${line.split(' ')[0]}/exe`))
      .filter((file, index, all) => all.indexOf(file) === index);

  it('leaves a lab whole that runs a build from it: status, exec, heal, stop and up', async () => {
    // A copy of this machine's server, as if it had been built here.
    const server = await findServer(buildLab().model);
    if (!server) throw new Error('there is no Redis server on this machine');
    const { engine, version } = server;
    const sha256 = 'a'.repeat(64);
    const name = buildName({ engine, version, sha256 });
    const bin = path.join(cache, name, 'bin');
    const built = path.join(bin, `${engine}-server`);
    fs.mkdirSync(bin, { recursive: true });
    fs.copyFileSync(server.program, built);
    fs.copyFileSync(server.cli, path.join(bin, `${engine}-cli`));
    fs.mkdirSync(path.join(cache, 'sources'));
    fs.writeFileSync(path.join(cache, 'sources', 'something'), '');

    const set = [`redis.engine=${engine}`, `redis.version=${version}`]
      .concat(`redis.source.sha256=${sha256}`, 'sentinel.downAfter=1s')
      .flatMap((each) => ['--set', each]);
    const up = await lab('up', '--json', '--no-verify', ...set);
    expect(up.exitCode, up.stderr).to.equal(0);
    expect(programs()).to.deep.equal([built]);

    for (const state of ['runs', 'is stopped']) {
      const cleared = await lab('cache', 'clear');
      expect(cleared.stdout, state).to.include(`Left: ${name}`).and.include('the lab redis-lab ');
      expect(fs.existsSync(path.join(cache, 'sources')), state).to.equal(false);
      if (state === 'runs') {
        await lab('fault', 'crash', 'slave1');
        const healed = await lab('heal', ...set);
        expect(healed.exitCode, healed.stderr).to.equal(0);
        const ping = await lab('exec', 'slave1', '--', `${engine}-cli`, 'ping');
        expect(ping).to.include({ exitCode: 0, stdout: 'PONG' });
        expect((await lab('stop')).exitCode).to.equal(0);
      }
    }
    const again = await lab('up', '--json', '--no-verify', ...set);
    expect(again.exitCode, again.stderr).to.equal(0);
    expect(programs()).to.deep.equal([built]);

    await lab('down');
    expect((await lab('cache', 'clear')).stdout).to.match(/^Removed from .*: 1 local build, /);
    expect(fs.existsSync(cache)).to.equal(false);
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });
});
