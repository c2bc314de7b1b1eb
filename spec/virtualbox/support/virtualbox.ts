/**
 * VirtualBox itself, behind a wrapper that answers what needs its kernel module (`VBoxManage` in this folder), and Vagrant with
 * a box like those of `cloud-image`. Only in the ground that `spec/ground/run virtualbox` makes.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { Lab } from '../../../lib/lab/lab.js';
import { shellQuote } from '../../../lib/render/shell-quote.js';
import { eventually } from '../../readers/support/eventually.js';
import type { Ran } from '../../readers/support/run.js';
import { expectAccepted, readerEnv, run } from '../../readers/support/run.js';
import { scratch, writeBelow } from '../../readers/support/scratch.js';
import { vagrant, vagrantOlderThan244 } from '../../readers/support/vagrant.js';
import { keysIn } from './shown.js';

// Anywhere else it would change the machine's own VirtualBox and its networks.
const GROUND = '/run/redis-lab-ground/kind';
if (!fs.existsSync(GROUND) || fs.readFileSync(GROUND, 'utf8').trim() !== 'virtualbox') {
  throw new Error('These tests need a ground. Run them so: npm run test:virtualbox');
}

/** VirtualBox itself reads it. */
const NETWORKS_CONF = '/etc/vbox/networks.conf';

/** What an administrator has to allow. */
export function allowNetworks(...labs: readonly Lab[]): void {
  writeNetworks(labs.map(({ model }) => `* ${model.network.cidr}\n`).join(''));
}

/** Undefined: there is no such file. */
export function writeNetworks(text: string | undefined): void {
  fs.mkdirSync(path.dirname(NETWORKS_CONF), { recursive: true });
  if (text === undefined) fs.rmSync(NETWORKS_CONF, { force: true });
  else fs.writeFileSync(NETWORKS_CONF, text);
}

/** What a Vagrant that does not know VirtualBox 7.1 is told, so that it goes on; a newer one is told the truth. */
const TOLD: Readonly<Record<string, string>> = isOld() ? { REAL_VIRTUALBOX_VERSION: '7.0' } : {};

function isOld(): boolean {
  return vagrantOlderThan244() === undefined;
}

/** Newer than what a lab asks for by a version. */
const BOX_VERSION = '20990101';

const CONTROLLER = 'VirtIO SCSI';

export type Call = readonly [how: 'passed' | 'answered', ...words: string[]];

/** As `cloud-image` boxes have it; bytes. */
const DISK_SIZE = 4 * 1024 ** 3;

export class RealVirtualBox {
  /** Has the wrapper, and what it writes down. */
  readonly folder = scratch('virtualbox');
  readonly #home = scratch('vagrant-home');
  /** VirtualBox's own, with its machines. */
  readonly #machines = scratch('virtualbox-home');
  readonly #pidfile = path.join(this.#machines, 'server.pid');
  readonly #dotfiles = new Map<string, string>();

  private constructor() {
    fs.copyFileSync(
      path.join(import.meta.dirname, 'VBoxManage'),
      path.join(this.folder, 'VBoxManage'),
    );
    fs.copyFileSync(
      path.join(import.meta.dirname, '../../readers/support/virtualbox/home.Vagrantfile'),
      path.join(this.#home, 'Vagrantfile'),
    );
    fs.appendFileSync(path.join(this.#home, 'Vagrantfile'), KNOWS_CONTROLLER);
  }

  /** With a box of each of these names. */
  static async with(...boxes: readonly string[]): Promise<RealVirtualBox> {
    const made = new RealVirtualBox();
    made.#serve();
    await made.said('setproperty', 'machinefolder', made.machinesFolder);
    for (const box of new Set(boxes)) await made.#addBox(box);
    return made;
  }

  /**
   * One that starts its machines, on hardware that QEMU emulates.
   * @param disk of the box, in the form that boxes have
   */
  static async starting(box: string, disk: string): Promise<RealVirtualBox> {
    const made = await RealVirtualBox.with(box);
    const folder = made.#boxFolder(box);
    const [name] = fs.readdirSync(folder).filter((each) => each.endsWith('.vmdk'));
    if (name === undefined) throw new Error(`there is no disk in ${folder}`);
    const at = path.join(folder, name);
    fs.rmSync(at);
    fs.symlinkSync(disk, at);
    const loader = import.meta.resolve('tsx');
    const starter = path.join(import.meta.dirname, 'start.ts');
    const words = [process.execPath, `--import=${loader}`, starter].map(shellQuote);
    writeBelow(made.folder, STARTER, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, 0o755);
    made.#pretend();
    return made;
  }

  /** What `up` asks for before it begins, and what this machine lacks: a newer Vagrant, and a processor that runs machines. */
  #pretend(): void {
    if (isOld()) writeBelow(this.folder, 'vagrant', NEWER_VAGRANT, 0o755);
    const processor = path.join(this.folder, 'cpuinfo');
    const text = fs.readFileSync(PROCESSOR, 'utf8');
    fs.writeFileSync(processor, text.replaceAll(/^flags\s*:.*/gm, '$& vmx'));
    // In the namespaces of the ground.
    execFileSync('mount', ['--bind', processor, PROCESSOR]);
  }

  get #starts(): boolean {
    return fs.existsSync(path.join(this.folder, STARTER));
  }

  manage(...words: readonly string[]): Promise<Ran> {
    return run(path.join(this.folder, 'VBoxManage'), words, { env: this.env });
  }

  get machinesFolder(): string {
    return path.join(this.#machines, 'machines');
  }

  /** What VirtualBox says by itself. */
  withoutWrapper(...words: readonly string[]): Promise<Ran> {
    return run('/usr/lib/virtualbox/VBoxManage', words, { env: this.env });
  }

  async said(...words: readonly string[]): Promise<string> {
    const ran = await this.manage(...words);
    expectAccepted(ran);
    return ran.stdout;
  }

  /** Runs Vagrant in the folder of a lab, by a Vagrantfile whose refusal of an older Vagrant is lifted. */
  vagrant(folder: string, ...words: readonly string[]): Promise<Ran> {
    const dotfiles = this.#dotfiles.get(folder) ?? scratch('vagrant-dotfiles');
    this.#dotfiles.set(folder, dotfiles);
    return vagrant(folder, words, {
      provider: 'virtualbox',
      stub: this,
      env: { ...this.env, VAGRANT_DOTFILE_PATH: dotfiles },
      seconds: 600,
    });
  }

  get env(): Readonly<Record<string, string>> {
    return {
      VAGRANT_HOME: this.#home,
      VBOX_USER_HOME: this.#machines,
      // A server of its own, too.
      VBOX_IPC_SOCKETID: path.basename(this.#machines),
      ...TOLD,
      STUB_NETWORKS_CONF: NETWORKS_CONF,
      STUB_TOLD: path.join(this.folder, 'told.jsonl'),
      ...(this.#starts ? {} : { STUB_COMMUNICATOR: 'writes_down' }),
      // redis-lab writes the Vagrantfile, whose refusal of an older Vagrant stays in it.
      ...(this.#starts && isOld() ? { STUB_VERSION: KNOWS_VIRTIO } : {}),
    };
  }

  calls(): Call[] {
    const file = path.join(this.folder, 'calls');
    if (!fs.existsSync(file)) return [];
    const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
    return lines.map((line) => line.split('\t') as unknown as Call);
  }

  /** How a machine was started, such as `--type headless`; undefined where it does not run. */
  startedAs(uuid: string): string | undefined {
    const file = path.join(this.folder, 'running', uuid);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : undefined;
  }

  /** What `showvminfo --machinereadable` says, by its keys. */
  async machine(name: string): Promise<Readonly<Record<string, string>>> {
    return keysIn(await this.said('showvminfo', name, '--machinereadable'));
  }

  async names(): Promise<string[]> {
    const text = await this.said('list', 'vms');
    return [...text.matchAll(/^"(.*)" \{/gm)].map(([, name = '']) => name).toSorted();
  }

  /** A machine that runs keeps VirtualBox's server alive, which else ends after seconds and may be asked while it does. */
  #serve(): void {
    const args = ['--daemonize', '--pidfile', this.#pidfile];
    // It answers once its first process has ended, with whatever code. Unless it is ended here, it ends with the ground.
    spawnSync('/usr/lib/virtualbox/VBoxSVC', args, {
      env: { ...readerEnv(), ...this.env },
      stdio: 'ignore',
      timeout: 60_000,
    });
  }

  /** What VirtualBox is asked next, it reads from its files. */
  async endServer(): Promise<void> {
    const pid = Number(fs.readFileSync(this.#pidfile, 'utf8'));
    process.kill(pid);
    await eventually(60, async () => expect(fs.existsSync(`/proc/${pid}`)).to.equal(false));
  }

  /** What VirtualBox refused, with its words. */
  refused(): string {
    const file = path.join(this.folder, 'refused');
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  }

  /** Made by VirtualBox itself: a VirtIO-SCSI controller with one VMDK, as a cloud image has it. */
  async #addBox(name: string): Promise<void> {
    const from = 'the-box';
    const folder = scratch('box');
    const disk = path.join(folder, 'disk.vmdk');
    const steps: string[][] = [
      ['createvm', '--name', from, '--ostype', 'Debian_64', '--register', '--basefolder', folder],
      ['storagectl', from, '--name', CONTROLLER, '--add', 'virtio-scsi'],
      ['createmedium', 'disk', '--filename', disk, '--format', 'VMDK'].concat([
        '--sizebyte',
        String(DISK_SIZE),
      ]),
      ['storageattach', from, '--storagectl', CONTROLLER, '--port', '0', '--device', '0'].concat([
        '--type',
        'hdd',
        '--medium',
        disk,
      ]),
    ];
    for (const step of steps) await this.said(...step);
    const box = this.#boxFolder(name);
    writeBelow(box, 'metadata.json', '{"provider": "virtualbox"}\n');
    await this.said('export', from, '--output', path.join(box, 'box.ovf'));
    await this.said('unregistervm', from, '--delete');
    fs.rmSync(path.join(this.folder, 'calls'));
  }

  #boxFolder(name: string): string {
    const folder = name.replaceAll('/', '-VAGRANTSLASH-');
    return path.join(this.#home, 'boxes', folder, BOX_VERSION, 'virtualbox');
  }
}

const PROCESSOR = '/proc/cpuinfo';

/** The first Vagrant that knows the controller of the `cloud-image` boxes. */
const KNOWS_VIRTIO = '2.4.4';

const NEWER_VAGRANT = `#!/bin/sh
[ "$*" != --version ] || { echo 'Vagrant ${KNOWS_VIRTIO}' && exit; }
exec /usr/bin/vagrant "$@"
`;

/** In the wrapper's folder: what starts machines. */
const STARTER = 'starter';

/** Vagrant 2.4.4's only change about it (GH-13587). */
const KNOWS_CONTROLLER = `
controller = VagrantPlugins::ProviderVirtualBox::Model::StorageController
unless controller::SCSI_CONTROLLER_TYPES.include?('VirtioSCSI')
  known = controller.send(:remove_const, :SCSI_CONTROLLER_TYPES)
  controller.const_set(:SCSI_CONTROLLER_TYPES, [*known, 'VirtioSCSI'].freeze)
end
`;

/** The machine's name at VirtualBox. */
export function machineOf({ model }: Lab, node: { readonly name: string }): string {
  return `${model.name}-${node.name}`;
}
