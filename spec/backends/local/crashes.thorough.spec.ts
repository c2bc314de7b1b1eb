/** What is left when a redis-lab is killed, or what it wrote down is not true. Linux tells what lives. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { localBackend } from '../../../lib/backends/local/index.js';
import { EXIT } from '../../../lib/errors.js';
import { refusal } from '../../support/failure.js';
import { labFolder, serversBelow, startOf, stateHome } from './homes.js';
import { LAB } from './labs.js';
import { bystander, Child, needsServer } from './support.js';

describe('after a crash', () => {
  before(needsServer);

  const home = stateHome();
  const folder = labFolder(home, LAB.name);
  const stateFile = path.join(folder, 'state.json');
  const backend = localBackend(LAB, { stateHome: home });

  afterEach(async () => {
    await backend.down();
    expect(serversBelow(home)).to.deep.equal([]);
  });

  for (const moment of ['files', 'spawned', 'redis', 'sentinel'] as const) {
    describe(`of redis-lab itself in the middle of up, at "${moment}"`, () => {
      beforeEach(async () => {
        const child = new Child('killed', { home, moment });
        expect(await child.ended).to.equal('SIGKILL');
        if (moment !== 'files') expect(serversBelow(home)).not.to.deep.equal([]);
      });

      it('up takes over what lives and starts the rest', async () => {
        const lived = serversBelow(home).map(({ pid }) => pid);
        const { started } = await backend.up({});
        expect(started).to.have.lengthOf(6 - lived.length);
        const { state, services } = await backend.status();
        expect(state).to.equal('running');
        const now = serversBelow(home).map(({ pid }) => pid);
        expect(now).to.have.lengthOf(6);
        expect(now).to.include.members(lived);
        expect(services.map(({ pid }) => pid)).to.have.members(now);
      });

      it('down ends what lives, and nothing is left', async () => {
        const lived = serversBelow(home);
        expect(await backend.down()).to.have.lengthOf(lived.length);
        expect(serversBelow(home)).to.deep.equal([]);
        expect(fs.readdirSync(home)).to.deep.equal([]);
      });
    });
  }

  it('of one that was choosing addresses, nothing is left after down', async () => {
    const all = path.dirname(folder);
    fs.mkdirSync(all);
    fs.symlinkSync(`${process.pid},another-start,0,up,0123abcd`, path.join(all, '.choosing'));
    expect((await backend.status()).state).to.equal('absent');
    expect(await backend.down()).to.deep.equal([]);
    expect(fs.readdirSync(home)).to.deep.equal([]);
  });

  describe('with a process number that is somebody else’s now', () => {
    /** Says of the master that it is another process. */
    const forge = (pid: number | undefined) => {
      const state = JSON.parse(fs.readFileSync(stateFile, 'utf8'));
      state.processes['master redis'].pid = pid;
      fs.writeFileSync(stateFile, JSON.stringify(state));
    };

    it('that one is left alone, whatever is done', async () => {
      await backend.up({});
      await backend.stop();
      const { pid = 0 } = bystander();
      const started = startOf(pid);
      // Starts are told apart by a hundredth of a second; a number is not given again that soon.
      await sleep(50);
      forge(pid);
      expect((await backend.status()).state).to.equal('stopped');
      expect(await backend.stop()).to.deep.equal([]);
      expect((await backend.up({})).started).to.have.lengthOf(6);
      await backend.stop();
      forge(pid);
      expect((await backend.up({ fresh: true })).started).to.have.lengthOf(6);
      forge(pid);
      await backend.inject('crash', 'master');
      forge(pid);
      await backend.heal();
      forge(pid);
      await backend.down();
      expect(startOf(pid)).to.equal(started);
    });

    it('the one that was meant is found all the same', async () => {
      await backend.up({});
      const before = await backend.status();
      forge(bystander().pid);
      expect(await backend.status()).to.deep.equal(before);
      expect(await backend.down()).to.have.lengthOf(6);
    });
  });

  describe('with a state that cannot be read', () => {
    const damages: Record<string, (text: string) => string> = {
      empty: () => '',
      'cut off': (text) => text.slice(0, 300),
      'of another format': (text) => text.replace('"format": 1', '"format": 2'),
      'with a node that is no name': (text) => text.replaceAll('"slave1"', '"../../slave1"'),
      'with an address that is not ours': (text) => text.replaceAll(/"127\.\d+/g, '"10.0'),
      'with a process that is all of them': (text) => text.replaceAll(/"pid": \d+/g, '"pid": -1'),
    };
    for (const [name, damage] of Object.entries(damages)) {
      it(`${name}: says so, and down works`, async () => {
        await backend.up({});
        const text = fs.readFileSync(stateFile, 'utf8');
        const damaged = damage(text);
        expect(damaged).not.to.equal(text);
        fs.writeFileSync(stateFile, damaged);
        for (const act of [() => backend.status(), () => backend.up({}), () => backend.stop()]) {
          const error = await refusal(act());
          expect(error.exitCode).to.equal(EXIT.usage);
          expect(error.message).to.contain(stateFile).and.contain('redis-lab down');
        }
        expect(await backend.down()).to.have.lengthOf(6);
        expect(serversBelow(home)).to.deep.equal([]);
        expect(fs.readdirSync(home)).to.deep.equal([]);
      });
    }

    it('gone altogether: says what still runs and ends none of it, and down works', async () => {
      await backend.up({});
      const old = serversBelow(home).map(({ pid }) => pid);
      fs.unlinkSync(stateFile);
      for (const act of [
        () => backend.status(),
        () => backend.up({}),
        () => backend.up({ fresh: true }),
        () => backend.heal(),
        () => backend.inject('crash', 'master'),
        () => backend.invocation('master'),
      ]) {
        const error = await refusal(act());
        expect(error.exitCode).to.equal(EXIT.usage);
        expect(error.message).to.contain(`${stateFile} is gone`).and.contain('slave2 sentinel');
        expect(error.message).to.contain(`redis-lab down --set name=${LAB.name}`);
      }
      expect(serversBelow(home).map(({ pid }) => pid)).to.have.members(old);
      expect(await backend.down()).to.have.lengthOf(6);
      expect(fs.readdirSync(home)).to.deep.equal([]);
    });
  });
});
