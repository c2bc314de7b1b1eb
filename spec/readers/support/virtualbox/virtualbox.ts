/** A VirtualBox that is a stub, a home of Vagrant with a box for it, and the labs that go there. */
import fs from 'node:fs';
import path from 'node:path';
import type { Lab } from '../../../../lib/lab/lab.js';
import { plant, textOf, withVagrantfile } from '../labs.js';
import type { Ran } from '../run.js';
import { scratch, writeBelow } from '../scratch.js';
import { vagrant, vagrantOlderThan244 } from '../vagrant.js';
import { enter } from './enter.js';
import { newMachine } from './machines.js';
import { manage } from './manage.js';
import { changing, type Machine, type Manner, machineOf, readState, type State } from './state.js';
import { scriptFor } from './stub.js';

export interface Circumstances {
  /** What a box's disk hangs on, as the box says it; unless told what `cloud-image/*` have, where Vagrant knows it. */
  readonly controller?: 'AHCI' | 'PIIX4' | 'VirtioSCSI';
  /** The lines of `/etc/vbox/networks.conf`; without them there is no such file. */
  readonly networksConf?: string;
  /** The kind of host that Vagrant believes to be on. */
  readonly host?: 'linux' | 'darwin';
  /** Whether the machines answer at once and do all they are told; else there is no SSH. */
  readonly answers?: boolean;
  readonly manner?: Partial<Manner>;
}

/** What Vagrant did with a machine over SSH, in its order: the wait, then uploads and commands. */
export interface Told {
  readonly node: string;
  readonly wait?: number;
  readonly upload?: string;
  readonly execute?: string;
  readonly sudo?: string;
  readonly test?: string;
}

const MANNER: Manner = { version: '7.0.10r158379', afterStart: 'running' };

/** Newer than what a lab asks for by a version, and no version of a real box. */
const BOX_VERSION = '20990101';

let old: boolean | undefined;

function isOld(): boolean {
  old ??= vagrantOlderThan244() === undefined;
  return old;
}

export class VirtualBox {
  private constructor(
    /** Has VBoxManage, what it remembers, and what it was called with. */
    readonly folder: string,
    /** What Vagrant has to be told so that it finds the box and not the real world. */
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async for(
    lab: Lab,
    {
      controller = isOld() ? 'AHCI' : 'VirtioSCSI',
      networksConf = `* ${lab.model.network.cidr}\n`,
      host = 'linux',
      answers = true,
      manner = {},
    }: Circumstances = {},
  ): Promise<VirtualBox> {
    const folder = scratch('virtualbox');
    const home = scratch('vagrant-home');
    writeBelow(folder, 'VBoxManage', await scriptFor((args) => manage(folder, args)), 0o755);
    writeBelow(folder, 'manner.json', JSON.stringify({ ...MANNER, ...manner }));
    if (networksConf) writeBelow(folder, 'networks.conf', networksConf);
    const siteFile = path.join(import.meta.dirname, 'home.Vagrantfile');
    fs.copyFileSync(siteFile, path.join(home, 'Vagrantfile'));
    addBox(home, lab.model.vagrant.box, controller);
    return new VirtualBox(folder, {
      VAGRANT_HOME: home,
      VAGRANT_DOTFILE_PATH: scratch('vagrant-dotfiles'),
      STUB_NETWORKS_CONF: path.join(folder, 'networks.conf'),
      STUB_TOLD: path.join(folder, 'told.jsonl'),
      STUB_HOST: host,
      ...(answers ? { STUB_COMMUNICATOR: 'writes_down' } : {}),
    });
  }

  vagrant(folder: string, args: readonly string[]): Promise<Ran> {
    return vagrant(folder, args, {
      provider: 'virtualbox',
      stub: this,
      env: this.env,
      seconds: 200,
    });
  }

  /** An `ssh` beside `VBoxManage` that enters the machines of a lab; `port`: somebody listens there. */
  async addSsh(lab: Lab, port: number): Promise<void> {
    const { name } = lab.model;
    const script = await scriptFor((args) => enter(this.folder, name, port, args));
    writeBelow(this.folder, 'ssh', script, 0o755);
  }

  /** Puts a machine into a state that nothing here leads to. */
  become(name: string, state: string): void {
    changing(this.folder, ({ machines }) => (machineOf({ machines } as State, name).state = state));
  }

  /** A machine that somebody else made. */
  add(name: string): void {
    changing(this.folder, ({ machines }) => {
      machines.push(newMachine(name, { name: 'SATA', type: 'IntelAhci', ports: 1 }));
    });
  }

  behave(manner: Partial<Manner>): void {
    writeBelow(this.folder, 'manner.json', JSON.stringify({ ...MANNER, ...manner }));
  }

  calls(): string[][] {
    return lines<string[]>(path.join(this.folder, 'calls.jsonl'));
  }

  told(): Told[] {
    return lines<Told>(path.join(this.folder, 'told.jsonl'));
  }

  state(): State {
    return readState(this.folder);
  }

  machine(name: string): Machine {
    const found = this.state().machines.find((machine) => machine.name === name);
    if (!found) throw new Error(`VirtualBox has no machine ${name}`);
    return found;
  }
}

/**
 * A lab's folder, and in its Vagrantfile what is to be changed, each from what is there. For a Vagrant that
 * the lab refuses the refusal is lifted too: the box of the tests has a controller that it knows.
 */
export async function folderFor(lab: Lab, ...changes: (readonly [string, string])[]) {
  const lift = ["< Gem::Version.new('2.4.4')", "< Gem::Version.new('0')"] as const;
  const text = [...(isOld() ? [lift] : []), ...changes].reduce(
    (changed, [from, to]) => plant(changed, from, to),
    textOf(lab, 'Vagrantfile'),
  );
  return withVagrantfile(text, lab);
}

/** As little of a box as Vagrant and the stub read. */
function addBox(home: string, name: string, controller: string): void {
  const box = path.join(
    home,
    'boxes',
    name.replaceAll('/', '-VAGRANTSLASH-'),
    BOX_VERSION,
    'virtualbox',
  );
  writeBelow(box, 'metadata.json', JSON.stringify({ provider: 'virtualbox' }));
  writeBelow(
    box,
    'box.ovf',
    [
      '<?xml version="1.0"?>',
      '<Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData">',
      '  <References><File ovf:id="file1" ovf:href="disk.vmdk"/></References>',
      '  <VirtualSystem ovf:id="the-box">',
      `    <Item><rasd:ResourceSubType>${controller}</rasd:ResourceSubType></Item>`,
      '  </VirtualSystem>',
      '</Envelope>',
      '',
    ].join('\n'),
  );
  writeBelow(box, 'disk.vmdk', '');
}

function lines<T>(file: string): T[] {
  if (!fs.existsSync(file)) return [];
  const text = fs.readFileSync(file, 'utf8').trimEnd();
  return text.split('\n').map((line) => JSON.parse(line) as T);
}
