/* biome-ignore-all lint/suspicious/noConsole: it says where it wrote */
/**
 * Records what the Vagrant on PATH says to redis-lab, for the tests in spec/backends/vagrant/recorded.spec.ts. In a ground:
 *
 *   bash spec/ground/run vagrant npx tsx spec/readers/support/record-vagrant.ts         # Debian 12's
 *   bash spec/ground/run newer-vagrant npx tsx spec/readers/support/record-vagrant.ts   # Debian 13's
 *
 * With VirtualBox it is the stub of the tests, with libvirt a machine that boots; `virtualbox` or `libvirt` behind it records
 * that part alone. Lay out what it writes by `npm run fix`.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { buildLab } from '../../../lib/lab/lab.js';
import { DEBIAN_12 } from '../../vagrant/support/labs.js';
import { LABS, withVagrantfile } from './labs.js';
import { run } from './run.js';
import { scratchRoot } from './scratch.js';
import { environment, virtualBoxStub } from './vagrant.js';
import { folderFor, VirtualBox } from './virtualbox/virtualbox.js';

export interface Recorded {
  readonly args: readonly string[];
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What was asked, by the name under which the tests look for it. */
export interface Recording {
  readonly version: string;
  readonly virtualbox: Readonly<Record<string, Recorded>>;
  readonly libvirt: Readonly<Record<string, Recorded>>;
}

type Env = Readonly<Record<string, string>>;

class Recorder {
  readonly said: Record<string, Recorded> = {};
  readonly #replaced: readonly (readonly [string, string])[];

  constructor(...replaced: readonly (readonly [string, string])[]) {
    this.#replaced = replaced;
  }

  async note(name: string, cwd: string, args: readonly string[], env: Env): Promise<void> {
    console.error(`${name}: vagrant ${args.join(' ')}`);
    const { code, stdout, stderr } = await run('vagrant', args, { cwd, env, seconds: 900 });
    const plain = (text: string) =>
      [...this.#replaced, [cwd, '/lab'] as const]
        .reduce((rest, [from, to]) => rest.replaceAll(from, to), text)
        .replaceAll(/\/\S*\/redis-lab\/ground\//g, '/cache/')
        .replaceAll(/(\/scratch\/[a-z-]+)-\w{6}(?=[/\s]|$)/g, '$1')
        .replaceAll(/^\d{10},/gm, '1795601548,');
    this.said[name] = { args, code, stdout: plain(stdout), stderr: plain(stderr) };
  }
}

async function ofVirtualBox(): Promise<Recorder['said']> {
  const lab = LABS.course;
  const recorder = new Recorder([scratchRoot(), '/scratch']);
  const stub = await VirtualBox.for(lab);
  const folder = await folderFor(lab);
  // Nobody is asked to switch it on, and it would begin each answer with a warning.
  const plain = { VAGRANT_EXPERIMENTAL: '0' };
  const env = { ...environment('virtualbox', stub), ...stub.env, ...plain };
  const note = (name: string, ...args: readonly string[]) => recorder.note(name, folder, args, env);
  const json = '--machine-readable';
  await note('version', '--version');
  await note('box list', 'box', 'list', json);
  await note('validate', 'validate');
  await note('status of none', 'status', json);
  await note('up', 'up', json, '--no-provision', 'master', 'slave1', 'slave2');
  await note('status', 'status', json);
  await note('ssh-config', 'ssh-config');
  await note('up again', 'up', json, '--no-provision', 'master');
  await note('halt', 'halt', json, '--force', 'slave2');
  for (const state of ['paused', 'gurumeditation', 'aborted', 'saved', 'inaccessible']) {
    stub.become(`${lab.model.name}-slave1`, state);
    await note(`status of ${state}`, 'status', json);
  }
  stub.become(`${lab.model.name}-slave1`, 'poweroff');
  await note('up of nobody', 'up', json, 'nobody');
  await note('destroy', 'destroy', json, '--force');
  const closed = await VirtualBox.for(lab, { networksConf: '* 10.0.0.0/24\n' });
  await recorder.note('up in a network that is not allowed', folder, ['up', json, 'master'], {
    ...environment('virtualbox', closed),
    ...closed.env,
    ...plain,
  });
  const bare = { ...environment('virtualbox', virtualBoxStub()), ...plain };
  await recorder.note('up without a box', folder, ['up', json, 'master'], bare);
  const broken = await withVagrantfile("Vagrant.configure('2') do |config|\n", lab);
  await recorder.note('status by a broken file', broken, ['status', json], env);
  return recorder.said;
}

/** One machine is enough, and it need not be through its first boot. */
async function ofLibvirt(): Promise<Recorder['said']> {
  const lab = buildLab({ ...DEBIAN_12, redis: { install: 'package', version: '7.0.15' } });
  const recorder = new Recorder([scratchRoot(), '/scratch']);
  const folder = path.join(scratchRoot(), 'machines');
  await lab.write(folder);
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
  const note = (name: string, ...args: readonly string[]) => recorder.note(name, folder, args, env);
  const json = '--machine-readable';
  await note('plugin list', 'plugin', 'list', json);
  await note('validate', 'validate');
  await note('status of none', 'status', json);
  await note('up', 'up', json, '--no-provision', 'master');
  await note('status', 'status', json);
  await note('ssh-config', 'ssh-config', 'master');
  const taken = ['slave1', 'slave2'];
  for (const node of taken) {
    const xml = `<domain type='qemu'><name>${lab.model.name}-${node}</name><memory>8192</memory><os><type>hvm</type></os></domain>`;
    const file = path.join(scratchRoot(), `${node}.xml`);
    fs.writeFileSync(file, xml);
    await execa('virsh', ['define', file]);
  }
  await note('up of taken names', 'up', json, '--no-provision', ...taken);
  await note('up of a taken name', 'up', json, '--no-provision', 'slave1');
  await execa('virsh', ['destroy', `${lab.model.name}-master`]);
  await note('status without power', 'status', json);
  await note('destroy', 'destroy', json, '--force');
  return recorder.said;
}

const { stdout } = spawnSync('vagrant', ['--version'], { encoding: 'utf8' });
const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] ?? 'unknown';
const file = path.resolve(import.meta.dirname, `../../fixtures/vagrant/${version}.json`);
const wanted = process.argv.slice(2);
const kept = fs.existsSync(file)
  ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Recording)
  : undefined;
const isWanted = (provider: string) => wanted.length === 0 || wanted.includes(provider);
const recording: Recording = {
  version,
  virtualbox: isWanted('virtualbox') ? await ofVirtualBox() : (kept?.virtualbox ?? {}),
  libvirt: isWanted('libvirt') ? await ofLibvirt() : (kept?.libvirt ?? {}),
};
fs.writeFileSync(file, `${JSON.stringify(recording, null, 2)}\n`);
fs.rmSync(scratchRoot(), { recursive: true });
console.error(`written: ${file}`);
