/**
 * What each version of Vagrant has said to redis-lab, as spec/readers/support/record-vagrant.ts recorded it, is read by the
 * backend's own code.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Vagrant } from '../../../lib/backends/vagrant/client.js';
import { findProvider } from '../../../lib/backends/vagrant/find.js';
import { powersOf } from '../../../lib/backends/vagrant/machines.js';
import { type Message, spokenIn } from '../../../lib/backends/vagrant/messages.js';
import { type Box, Facts } from '../../../lib/doctor/facts.js';
import { EXIT } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { Folder } from '../../../lib/workspace/folder.js';
import { ubuntu } from '../../doctor/support/fake-host.js';
import type { Recorded, Recording } from '../../readers/support/record-vagrant.js';
import { refusal } from '../../support/failure.js';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/vagrant');
const RECORDINGS = fs
  .readdirSync(FOLDER)
  .map((name) => JSON.parse(fs.readFileSync(path.join(FOLDER, name), 'utf8')) as Recording);
const NODES = ['master', 'slave1', 'slave2'];

it('Debian 12, Debian 13 (2.3.7 with what came after it) and students have these versions of Vagrant', () => {
  expect(RECORDINGS.map(({ version }) => version)).to.deep.equal(['2.3.4', '2.3.8.dev', '2.4.9']);
});

for (const { version, virtualbox, libvirt } of RECORDINGS) {
  describe(`what Vagrant ${version} says`, () => {
    const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-recorded-'));
    after(() => fs.rmSync(folder, { recursive: true }));

    /** A program that takes Vagrant's place, and ends as it did; only that very call is known to it. */
    function programOf(recorded: Recorded | undefined): string {
      if (!recorded) throw new Error('that was not recorded');
      const program = path.join(folder, 'vagrant');
      fs.writeFileSync(`${program}.stdout`, recorded.stdout);
      fs.writeFileSync(`${program}.stderr`, recorded.stderr);
      const script = [
        '#!/bin/sh',
        `[ "$*" = '${recorded.args.join(' ')}' ] || { echo "called with $*" >&2; exit 99; }`,
        'cat "$0.stdout"',
        'cat "$0.stderr" >&2',
        `exit ${recorded.code}`,
      ];
      fs.writeFileSync(program, `${script.join('\n')}\n`, { mode: 0o755 });
      return program;
    }
    const vagrantOf = (recorded: Recorded | undefined, provider: Vagrant['provider']) =>
      new Vagrant(programOf(recorded), new Folder(folder), provider);

    async function powers(name: string) {
      return Object.fromEntries(await powersOf(vagrantOf(virtualbox[name], 'virtualbox')));
    }

    async function saidBy(recorded: Recorded | undefined, provider: Vagrant['provider']) {
      const vagrant = vagrantOf(recorded, provider);
      const messages: Message[] = [];
      const words = (recorded?.args ?? []).filter((word) => word !== '--machine-readable');
      await vagrant.call(words, { onMessage: (message) => messages.push(message) });
      return messages;
    }

    async function failureOf(recorded: Recorded | undefined, provider: Vagrant['provider']) {
      const words = (recorded?.args ?? []).filter((word) => word !== '--machine-readable');
      const error = await refusal(vagrantOf(recorded, provider).call(words));
      expect(error.exitCode).to.equal(EXIT.program);
      return error.message;
    }

    it('takes the Vagrantfile', () => {
      for (const { code, stdout } of [virtualbox['validate'], libvirt['validate']] as Recorded[]) {
        expect(code).to.equal(0);
        expect(stdout).to.equal('Vagrantfile validated successfully.\n');
      }
    });

    it('tells the states of machines', async () => {
      expect(await powers('status of none')).to.deep.equal({});
      const running = { master: 'running', slave1: 'running', slave2: 'running' };
      expect(await powers('status')).to.deep.equal(running);
      const states = {
        paused: 'frozen',
        gurumeditation: 'stuck',
        aborted: 'stopped',
        saved: 'stopped',
        inaccessible: 'stopped',
      };
      for (const [state, power] of Object.entries(states)) {
        expect(await powers(`status of ${state}`), state).to.deep.equal({
          ...running,
          slave1: power,
          slave2: 'stopped',
        });
      }
    });

    it('tells the states of machines of libvirt', async () => {
      const asked = (name: string) => powersOf(vagrantOf(libvirt[name], 'libvirt'));
      expect([...(await asked('status of none'))]).to.deep.equal([]);
      expect([...(await asked('status'))]).to.deep.equal([['master', 'running']]);
      expect([...(await asked('status without power'))]).to.deep.equal([['master', 'stopped']]);
    });

    it('tells of each machine that it begins to run', async () => {
      const begun = (messages: readonly Message[]) =>
        messages.flatMap((message) =>
          spokenIn(message)?.startsWith('Waiting for ') ? [message.target] : [],
        );
      const up = await saidBy(virtualbox['up'], 'virtualbox');
      expect([...new Set(begun(up))]).to.deep.equal(NODES);
      expect(new Set(begun(await saidBy(libvirt['up'], 'libvirt')))).to.deep.equal(
        new Set(['master']),
      );
    });

    it('tells nothing else than words, without their marks', async () => {
      for (const [provider, recorded] of [
        ['virtualbox', virtualbox['up']],
        ['libvirt', libvirt['up']],
      ] as const) {
        const words = (await saidBy(recorded, provider)).flatMap((message) =>
          message.target === '' ? [] : (spokenIn(message)?.split('\n')[0] ?? []),
        );
        expect(words.length).to.be.above(5);
        for (const line of words) expect(line).to.match(/^[A-Z0-9/][^\n]*$/);
      }
    });

    it('ends with 0 where it did what it was told', async () => {
      for (const name of ['up again', 'halt', 'destroy']) {
        await saidBy(virtualbox[name], 'virtualbox');
      }
    });

    it('says why it failed, for which we know what to do', async () => {
      const failures = {
        'up in a network that is not allowed':
          /^Vagrant failed \(VirtualBoxInvalidHostSubnet\):\n(?: {2}.*\n)+Allow it in \/etc\/vbox\/networks\.conf/,
        'up without a box':
          /^Vagrant failed \(\w+\):\n(?: {2}.*\n)+Is there a way to the Internet\?/,
        'up of nobody':
          /^Vagrant failed \(MachineNotFound\):\n {2}The machine with the name 'nobody'/,
        'status by a broken file': /^Vagrant failed:\n(?: {2}.*\n)*.*syntax error/,
      };
      for (const [name, message] of Object.entries(failures)) {
        expect(await failureOf(virtualbox[name], 'virtualbox'), name).to.match(message);
      }
    });

    it('says why it failed with libvirt, for one machine and for several', async () => {
      expect(await failureOf(libvirt['up of a taken name'], 'libvirt')).to.match(
        /^Vagrant failed \(DomainNameExists\):\n(?: {2}.*\n)+Remove it: redis-lab down\./,
      );
      expect(await failureOf(libvirt['up of taken names'], 'libvirt')).to.match(
        /^Vagrant failed:\n {2}slave1: Name `redis-lab-slave1` (?:.*\n)+? {2}slave2: Name `redis-lab-slave2` (?:.*\n)+Remove it: redis-lab down\./,
      );
    });

    it('does not destroy a lab where somebody else has got one of its names', async () => {
      expect(await failureOf(libvirt['destroy'], 'libvirt')).to.match(/\(DomainNameExists\)/);
    });

    it('tells how ssh gets to a machine', async () => {
      const config = await vagrantOf(virtualbox['ssh-config'], 'virtualbox').text(['ssh-config']);
      expect([...config.matchAll(/^Host (.*)$/gm)].map(([, node]) => node)).to.deep.equal(NODES);
      expect(config.match(/^ {2}(?:HostName 127\.0\.0\.1|Port \d+)$/gm)).to.have.lengthOf(6);
    });

    it('tells doctor its version, its plugins and its boxes', async () => {
      const programs = {
        vagrant: {
          '--version': virtualbox['version']?.stdout ?? '',
          'plugin list': libvirt['plugin list']?.stdout ?? '',
          'box list': virtualbox['box list']?.stdout ?? '',
        },
      };
      const facts = new Facts(ubuntu({ programs }), buildLab().model);
      expect(await facts.vagrant()).to.have.property('version', version.replace('.dev', ''));
      expect(await facts.plugin('vagrant-libvirt')).to.have.property('version');
      const boxes = await facts.boxes();
      expect(boxes).to.have.lengthOf(1);
      expect((boxes as readonly Box[])[0]).to.include({
        name: buildLab().model.vagrant.box,
        provider: 'virtualbox',
        version: '20990101',
      });
    });

    it('names its plugin for libvirt', async () => {
      const before = process.env['VAGRANT_DEFAULT_PROVIDER'];
      delete process.env['VAGRANT_DEFAULT_PROVIDER'];
      try {
        const vagrant = programOf(libvirt['plugin list']);
        const found = await findProvider({ vagrant, ssh: 'ssh' }, undefined, [folder]);
        expect(found).to.equal('libvirt');
      } finally {
        if (before !== undefined) process.env['VAGRANT_DEFAULT_PROVIDER'] = before;
      }
    });
  });
}
