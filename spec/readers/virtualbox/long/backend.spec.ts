/** The backend itself with VirtualBox: real Vagrant, and stubs of what is below it. */
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import type { Backend } from '../../../../lib/backends/backend.js';
import { vagrantBackend } from '../../../../lib/backends/vagrant/index.js';
import { folderFor } from '../../../../lib/backends/vagrant/paths.js';
import { existing, madeFrom, remove, running } from '../../../../lib/backends/vagrant/provider.js';
import { buildLab } from '../../../../lib/lab/lab.js';
import { refusal } from '../../../support/failure.js';
import { story } from '../../../support/story.js';
import { eventually } from '../../support/eventually.js';
import { program, readers } from '../../support/readers.js';
import { scratch } from '../../support/scratch.js';
import { environment, vagrantOlderThan244 } from '../../support/vagrant.js';
import { VirtualBox } from '../../support/virtualbox/virtualbox.js';

/** From a package: what is compiled would have to be there, or come from far away. */
const LAB = buildLab({ redis: { install: 'package', version: '7.0.15' } });
const NAMES = LAB.model.nodes.map(({ name }) => `${LAB.model.name}-${name}`);
const ALL = LAB.model.nodes.flatMap(({ name }) => [`${name} redis`, `${name} sentinel`]);

readers('the backend vagrant with a stub of VirtualBox', [program('vagrant')], () => {
  const ours = { ...process.env };
  const somebody = net.createServer((socket) => socket.destroy());
  const home = scratch('state');
  const { root } = folderFor(LAB.model.name, home);
  let virtualBox: VirtualBox;
  let backend: Backend;

  const starts = () => virtualBox.calls().filter(([command]) => command === 'startvm').length;

  const stateOf = (name: string) =>
    virtualBox.state().machines.find((machine) => machine.name === name)?.state;

  before(async () => {
    virtualBox = await VirtualBox.for(LAB);
    await new Promise<void>((resolve) => somebody.listen(0, '127.0.0.1', resolve));
    await virtualBox.addSsh(LAB, (somebody.address() as net.AddressInfo).port);
    Object.assign(process.env, environment('virtualbox', virtualBox), virtualBox.env, {
      XDG_CACHE_HOME: scratch('cache'),
      // Vagrant notes machines down beside the Vagrantfile, where redis-lab looks.
      VAGRANT_DOTFILE_PATH: path.join(root, '.vagrant'),
      ...(vagrantOlderThan244() === undefined ? { STUB_VERSION: '2.4.4' } : {}),
    });
    backend = vagrantBackend(LAB.model, { stateHome: home });
  });

  after(() => {
    somebody.close();
    for (const name of Object.keys(process.env)) if (!(name in ours)) delete process.env[name];
    Object.assign(process.env, ours);
  });

  // One story: what a step needs, the steps before it did.
  describe('through the life of a lab', function () {
    story();
    this.timeout(240_000);

    it('brings it up, and says what the machines do', async () => {
      expect(await backend.preflight({})).to.deep.equal([]);
      const told: string[] = [];
      const { started } = await backend.up({
        onProgress: ({ phase, text }) => told.push(`${phase}: ${text}`),
      });
      expect(started.toSorted()).to.deep.equal(ALL.toSorted());
      for (const { name } of LAB.model.nodes)
        expect(told).to.include(`start: ${name}: ${name} is done`);
      expect(await backend.status()).to.deep.include({ state: 'running', sameDescription: true });
      expect(NAMES.map(stateOf)).to.deep.equal(NAMES.map(() => 'running'));
    });

    it('tells its machines from others', async () => {
      const names = [...NAMES, 'somebody-else'];
      expect(await existing('virtualbox', names)).to.deep.equal(NAMES);
      expect(await running('virtualbox', names)).to.deep.equal(NAMES);
      expect(await madeFrom('virtualbox', root, NAMES)).to.deep.equal(NAMES);
      expect(await madeFrom('virtualbox', `${root}2`, NAMES)).to.deep.equal([]);
    });

    it('is idle where nobody can enter its machines, which up waits for', async () => {
      const deaf = path.join(virtualBox.folder, 'deaf');
      fs.writeFileSync(deaf, '');
      expect((await backend.status()).state).to.equal('idle');
      const had = starts();
      const entered = path.join(virtualBox.folder, 'entered.jsonl');
      const tries = () => fs.readFileSync(entered, 'utf8').split('/run/cloud-init/result.json');
      const tried = tries().length;
      const up = backend.up({});
      await eventually(120, async () => expect(tries().length).to.be.greaterThan(tried));
      fs.rmSync(deaf);
      expect((await up).started.toSorted()).to.deep.equal(ALL.toSorted());
      expect(starts()).to.equal(had);
      expect((await backend.status()).state).to.equal('running');
    });

    it('changes nothing where all runs', async () => {
      const had = starts();
      expect((await backend.up({})).started).to.deep.equal([]);
      expect(starts()).to.equal(had);
    });

    it('cuts the power of one, and heals it together with one that is stuck', async () => {
      await backend.inject('power-off', 'slave1');
      expect(stateOf('redis-lab-slave1')).to.equal('poweroff');
      expect((await backend.status()).state).to.equal('partial');
      // Nobody starts such a machine before its power is cut.
      virtualBox.become('redis-lab-slave2', 'gurumeditation');
      expect(JSON.stringify(await backend.heal()))
        .to.contain('slave1')
        .and.contain('slave2');
      const calls = virtualBox.calls().map((words) => words.slice(0, 3).join(' '));
      const cut = calls.lastIndexOf('controlvm redis-lab-slave2 poweroff');
      expect(cut).to.be.greaterThan(0);
      expect(calls.findLastIndex((call) => call.startsWith('startvm'))).to.be.greaterThan(cut);
      expect(NAMES.map(stateOf)).to.deep.equal(NAMES.map(() => 'running'));
    });

    it('stops in good order, once', async () => {
      expect((await backend.stop()).toSorted()).to.deep.equal(ALL.toSorted());
      expect(NAMES.map(stateOf)).to.deep.equal(NAMES.map(() => 'poweroff'));
      expect(await backend.stop()).to.deep.equal([]);
      expect((await backend.status()).state).to.equal('stopped');
      const entered = fs.readFileSync(path.join(virtualBox.folder, 'entered.jsonl'), 'utf8');
      expect(entered).to.include('poweroff');
    });

    it('goes down to the last thing of its own', async () => {
      expect(await backend.down()).to.deep.equal([]);
      expect(virtualBox.state().machines.map(({ name }) => name.replace(/_.*/, ''))).to.deep.equal([
        'the-box',
      ]);
      expect(fs.existsSync(root)).to.equal(false);
      expect(await backend.status()).to.deep.include({ state: 'absent' });
    });
  });

  describe('where something is amiss', () => {
    it('leaves a machine of the same name alone that it did not make', async function foreign() {
      this.timeout(240_000);
      virtualBox.add('redis-lab-master');
      const error = await refusal(backend.up({}));
      expect(error.exitCode).to.equal(3);
      expect(error.message).to.include('redis-lab-master').and.include('did not make');
      // As after an `up` that was killed before Vagrant made it: the name alone proves nothing.
      await backend.down();
      expect(stateOf('redis-lab-master')).to.equal('poweroff');
      await remove('virtualbox', ['redis-lab-master']);
    });

    it('says what VirtualBox did not remove, and why', async () => {
      virtualBox.add('redis-lab-slave1');
      virtualBox.become('redis-lab-slave1', 'locked');
      const error = await refusal(remove('virtualbox', ['redis-lab-slave1']));
      expect(error.message).to.match(
        /VirtualBox did not remove redis-lab-slave1: .*Cannot unregister/,
      );
      virtualBox.become('redis-lab-slave1', 'poweroff');
      await remove('virtualbox', ['redis-lab-slave1']);
    });

    it('ends soon where a machine ends while it boots', async function ends() {
      this.timeout(240_000);
      virtualBox.behave({ afterStart: 'aborted' });
      const error = await refusal(backend.up({}));
      expect(error.exitCode).to.equal(4);
      expect(error.message).to.match(/ended while the lab came up|'aborted' state/);
      expect(virtualBox.state().machines.map(({ name }) => name.replace(/_.*/, ''))).to.deep.equal([
        'the-box',
      ]);
      expect((await backend.status()).state).to.equal('absent');
    });
  });
});
