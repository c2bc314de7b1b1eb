import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { localBackend } from '../../../lib/backends/local/index.js';
import { EXIT } from '../../../lib/errors.js';
import { systemTable } from '../../../lib/process/system-table.js';
import { refusal } from '../../support/failure.js';
import { labFolder, stateHome } from './homes.js';
import { LAB } from './labs.js';
import { bystander, Child, needsServer } from './support.js';

describe('the lock of a lab', () => {
  before(needsServer);

  const home = stateHome();
  const lock = path.join(labFolder(home, LAB.name), 'lock');
  const backend = localBackend(LAB, { stateHome: home });

  afterEach(async () => {
    await backend.down();
  });

  it('keeps another process out, and names who has it, at what, since when', async () => {
    const child = new Child('holds', { home });
    expect(await child.line()).to.equal('holding');
    for (const act of [() => backend.up({}), () => backend.stop(), () => backend.down()]) {
      const error = await refusal(act());
      expect(error.exitCode).to.equal(EXIT.notReady);
      expect(error.message).to.match(
        new RegExp(`lab local: up, process ${child.pid}, since \\d\\d:\\d\\d:\\d\\d`),
      );
    }
    expect((await backend.status()).state).to.equal('absent');
    await child.kill();
  });

  it('does not outlive who had it', async () => {
    const child = new Child('holds', { home });
    await child.line();
    await child.kill();
    expect(fs.lstatSync(lock).isSymbolicLink()).to.equal(true);
    expect((await backend.up({})).started).to.have.lengthOf(6);
  });

  it('is not of somebody who merely has the same number now', async () => {
    await backend.up({});
    fs.symlinkSync(`${bystander().pid},another-start,0,up,0123abcd`, lock);
    expect(await backend.stop()).to.have.lengthOf(6);
  });

  it('is free while the lab is up', async () => {
    await backend.up({});
    expect(fs.existsSync(lock)).to.equal(false);
    expect(fs.readdirSync(path.dirname(lock))).to.deep.equal(['nodes', 'password', 'state.json']);
  });

  it('is not needed to look', async () => {
    await backend.up({});
    const status = await backend.status();
    const [self] = (await systemTable().look([process.pid])).values();
    fs.symlinkSync(`${process.pid},${self?.started},0,up,0123abcd`, lock);
    expect((await refusal(backend.stop())).message).to.contain(`process ${process.pid}`);
    expect(await backend.status()).to.deep.equal(status);
    expect(await backend.invocation('master', ['true'])).to.have.property('program', 'true');
    for await (const line of backend.logs('master', 'redis')) expect(line).to.be.a('string');
    fs.unlinkSync(lock);
  });

  it('that is none of ours is not taken', async () => {
    await backend.up({});
    fs.writeFileSync(lock, 'what is this?');
    const error = await refusal(backend.stop());
    expect(error.message).to.contain(lock).and.contain('remove it');
    fs.unlinkSync(lock);
  });
});
