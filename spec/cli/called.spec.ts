/** Hints show what can be typed as it stands, however the command was called. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { asCalled, callOf } from '../../lib/cli/called.js';
import { BIN, ROOT } from '../support/cli.js';

const NPX = { npm_command: 'exec', npm_config_user_agent: 'npm/11.0.0 node/v20.19.0' };

describe('how the command was called', function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-called-')));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const make = (name: string, text = '') => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode: 0o755 });
    return file;
  };
  const link = (target: string, name: string) => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.symlinkSync(target, file);
    return file;
  };
  const call = (script: string, env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
    callOf({ script, env, platform, cwd: folder });

  it('is redis-lab where the shell finds it', () => {
    const script = make('clone/dist/redis-lab.cjs');
    const linked = link(script, 'bin/redis-lab');
    expect(call(linked, { PATH: `/nowhere:${path.dirname(linked)}` })).to.equal('redis-lab');
    // Also what a project's own npm scripts run, where it is linked for every shell.
    expect(call(script, { ...NPX, PATH: path.dirname(linked) })).to.equal('redis-lab');
    // A script that calls ours.
    const wrapper = make('other/redis-lab', '#!/bin/sh\n');
    expect(call(script, { PATH: path.dirname(wrapper) })).to.equal('redis-lab');
  });

  it('is npx redis-lab where npm ran it', () => {
    const script = make('project/node_modules/redis-lab/dist/redis-lab.cjs');
    const bin = link(script, 'project/node_modules/.bin/redis-lab');
    expect(call(bin, { ...NPX, PATH: path.dirname(bin) })).to.equal('npx redis-lab');
    expect(call(script, { ...NPX, PATH: '' })).to.equal('npx redis-lab');
    // Called by its path.
    expect(call(bin, { PATH: '/nowhere' })).to.equal('npx redis-lab');
    // Somebody who has that folder in the PATH of every shell.
    expect(call(bin, { PATH: path.dirname(bin) })).to.equal('redis-lab');
    // Another one is found by the shell, this one by npx.
    const another = link(make('another/redis-lab.cjs'), 'usr/bin/redis-lab');
    const folders = [path.dirname(bin), path.dirname(another)].join(':');
    expect(call(bin, { ...NPX, PATH: folders })).to.equal('npx redis-lab');
  });

  it('is the script where neither holds', () => {
    const script = make('my clone/dist/redis-lab.cjs');
    expect(call(script, { PATH: '/nowhere' })).to.equal("node 'my clone/dist/redis-lab.cjs'");
    const elsewhere = callOf({
      script,
      env: {},
      platform: 'linux',
      cwd: path.join(folder, 'my clone/sub'),
    });
    expect(elsewhere).to.equal(`node '${script}'`);
  });

  it('knows what npm makes on Windows', () => {
    const script = make('node_modules/redis-lab/dist/redis-lab.cjs');
    make('redis-lab.cmd');
    expect(call(script, { Path: `C:\\Windows;${folder}` }, 'win32')).to.equal('redis-lab');
    expect(call(script, { ...NPX, Path: folder }, 'win32')).to.equal('redis-lab');
    expect(call(make('else/redis-lab.cjs'), { ...NPX, Path: folder }, 'win32')).to.equal(
      'npx redis-lab',
    );
  });

  it('leaves sentences about the program alone', () => {
    for (const text of [
      'redis-lab did not make it',
      'redis-lab: interrupted',
      'kept in ~/.cache/redis-lab up to now',
      'npx redis-lab up',
      'the redis-lab.yaml status',
      'redis-lab update',
    ]) {
      expect(asCalled(text)).to.equal(text);
    }
  });

  describe('as it is printed', () => {
    const status = { XDG_STATE_HOME: '/nowhere/state', REDIS_LAB_BACKEND: 'local' };
    const bare = Object.fromEntries(
      Object.keys(process.env).flatMap((key) => (/^npm_/i.test(key) ? [[key, undefined]] : [])),
    );
    const print = async (program: string, args: readonly string[], env: object, cwd = folder) => {
      const { stdout } = await execa(program, [...args, 'status'], {
        cwd,
        env: { ...bare, ...status, ...env },
        reject: false,
      });
      return stdout.split('\n').at(-1);
    };

    it('by a link in PATH', async () => {
      link(BIN, 'bin/redis-lab');
      const folders = `${folder}/bin:${process.env['PATH']}`;
      expect(await print('sh', ['-c', 'exec redis-lab "$@"', 'sh'], { PATH: folders })).to.equal(
        'Lab redis-lab (local): not here. To bring it up: redis-lab up',
      );
    });

    it('by Node', async () => {
      expect(await print('node', ['dist/bin/redis-lab.cjs'], {}, ROOT)).to.equal(
        'Lab redis-lab (local): not here. To bring it up: node dist/bin/redis-lab.cjs up',
      );
    });

    it('in errors as well', async () => {
      const { stderr } = await execa('node', [BIN, 'heal'], {
        cwd: folder,
        env: { ...bare, ...status },
        reject: false,
      });
      expect(stderr).to.equal(
        `redis-lab: The lab redis-lab is not up here. To bring it up: node ${BIN} up`,
      );
    });
  });
});
