import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { bootEnd, follow, lastWords, stepIn } from '../../../lib/backends/machine/first-boot.js';
import { scratchFolder } from '../../cache/support/folders.js';

const MARK = '--- cloud-init status';
const result = (errors: string[]) => JSON.stringify({ v1: { datasource: 'x', errors } });

describe('how a first boot ended', () => {
  it('is done without errors', () => {
    expect(bootEnd({ code: 0, stdout: `log\n${MARK}\n${result([])}` })).to.deep.equal({
      how: 'done',
    });
  });

  it('failed: our own line tells why, before what Python says; the last one counts', () => {
    const log = 'redis-lab: FAILED: first\nredis-lab: FAILED: no source; seen; do this\n';
    const python = ["('scripts-user', RuntimeError('Runparts: 1 failures'))"];
    expect(bootEnd({ code: 0, stdout: `${log}${MARK}\n${result(python)}` })).to.deep.equal({
      how: 'failed',
      seen: 'did not get through its first boot: no source; seen; do this',
    });
    expect(bootEnd({ code: 0, stdout: `${MARK}\n${result(python)}` })).to.deep.equal({
      how: 'failed',
      seen: `did not get through its first boot: ${python}`,
    });
  });

  it('is not known where the status is no status, or did not come', () => {
    expect(bootEnd({ code: 0, stdout: `${MARK}\nno such file` })).to.deep.equal({
      how: 'failed',
      seen: 'does not tell how cloud-init ended: no such file',
    });
    expect(bootEnd({ code: 137, stdout: 'log' })).to.deep.equal({ how: 'cut off' });
  });

  it('never came where there is no cloud-init, or it is switched off', () => {
    expect(bootEnd({ code: 90, stdout: '' }).how).to.equal('no cloud-init');
    expect(bootEnd({ code: 91, stdout: '' })).to.deep.equal({
      how: 'no cloud-init',
      seen: 'has cloud-init switched off',
    });
  });
});

describe('the command that follows a boot', () => {
  const node = scratchFolder();
  const BOOT = "Cloud-init v. 22.4.2 running 'init-local' at Mon, 30 Nov 2026. Up 8.19 seconds.\n";
  const FIRST = `${BOOT}redis-lab: building\nredis-lab: FAILED: once\nredis-lab: master is done\n`;

  const at = (name: string) => path.join(node.root, name);
  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(at(name)), { recursive: true });
    fs.writeFileSync(at(name), text);
  };
  const log = (text: string) => write('var/log/cloud-init-output.log', text);
  const ends = () => write('run/cloud-init/result.json', result([]));

  /** Runs it with its paths below a folder; `onLine` is told what it prints. */
  const followed = async (onLine: (line: string) => void = () => undefined) => {
    write('bin/cloud-init', '#!/bin/sh\n');
    fs.chmodSync(at('bin/cloud-init'), 0o755);
    const [program = '', ...args] = follow(0.1).map((word) =>
      word.replaceAll(/\/(?:var\/log|run)\//g, `${node.root}$&`),
    );
    const PATH = `${at('bin')}:${process.env['PATH']}`;
    const running = execa(program, args, { env: { PATH }, stdin: 'ignore', reject: false });
    for await (const line of running) onLine(String(line));
    const { stdout, exitCode } = await running;
    expect(bootEnd({ code: exitCode ?? -1, stdout }).how).to.equal('done');
    return stdout.split('\n').flatMap((line) => stepIn(line) ?? []);
  };

  it('tells the steps of one that is over', async () => {
    log(FIRST);
    ends();
    expect(await followed()).to.deep.equal(['building', 'master is done']);
  });

  it('tells each step as it comes', async () => {
    log(`${BOOT}redis-lab: building\n`);
    const steps = await followed((line) => {
      if (line.endsWith('building'))
        fs.appendFileSync(at('var/log/cloud-init-output.log'), 'redis-lab: done\n');
      if (line.endsWith('done')) ends();
    });
    expect(steps).to.deep.equal(['building', 'done']);
  });

  it('tells nothing that an earlier boot did', async () => {
    log(`${FIRST}${BOOT}redis-lab: back\n`);
    ends();
    expect(await followed()).to.deep.equal(['back']);
    fs.rmSync(at('run'), { recursive: true });
    expect(await followed((line) => line.endsWith('back') && ends())).to.deep.equal(['back']);
  });
});

describe('what a node says while it boots', () => {
  it('is told by its steps; what failed is for the message, and what would move the cursor is shown', () => {
    expect(stepIn('redis-lab: building redis 7.0.15')).to.equal('building redis 7.0.15');
    expect(stepIn('redis-lab: FAILED: no')).to.equal(undefined);
    expect(stepIn('Get:1 http://deb.debian.org')).to.equal(undefined);
    expect(stepIn('redis-lab: a\u001b[2Jb')).not.to.include('\u001b');
  });

  it('ends in its last fifteen lines', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    const said = lastWords(`${lines.join('\n\n')}\n`).split('\n');
    expect(said).to.have.lengthOf(15);
    expect(said.at(0)).to.equal('  line 5');
    expect(lastWords('\n \n')).to.equal('  (it said nothing)');
  });
});
