/** Making, changing, showing and ending machines, with VirtualBox's own words where Vagrant reads them. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Machine, machineOf, Refusal, type State } from './state.js';

/** How the text of a box names a controller, and what VirtualBox calls it afterwards. */
const CONTROLLERS: Readonly<Record<string, { type: string; ports: number }>> = {
  AHCI: { type: 'IntelAhci', ports: 30 },
  PIIX4: { type: 'PIIX4', ports: 2 },
  VirtioSCSI: { type: 'VirtioSCSI', ports: 256 },
};

/** What may come after `modifyvm ID`: all that Vagrant is known to set, and nothing else. */
const SETTINGS =
  /^--(?:name|memory|cpus|rtcuseutc|(?:nic|macaddress|hostonlyadapter|host-only-net|cableconnected|natdnsproxy|natdnshostresolver)\d)$/;

/** Six bytes, and the group bit clear: VirtualBox refuses all else. */
const MAC = /^[0-9a-f][02468ace][0-9a-f]{10}$/i;

export function importBox(state: State, args: readonly string[], machinesFolder: string): string {
  const [ovf = '', ...options] = args.filter((arg) => arg !== '-n');
  const text = fs.readFileSync(ovf, 'utf8');
  const name = /<VirtualSystem ovf:id="(.+?)"/.exec(text)?.[1];
  const kind = CONTROLLERS[/<rasd:ResourceSubType>(.+?)</.exec(text)?.[1] ?? ''];
  if (!name || !kind) throw new Refusal(`Cannot import ${ovf}`);
  const disk = path.join(machinesFolder, name, 'disk.vmdk');
  if (args.includes('-n')) {
    return [
      `Suggested VM name "${name}"`,
      `Suggested VM settings file name "${path.join(machinesFolder, name, `${name}.vbox`)}"`,
      ` 2: Hard disk image: source image=disk.vmdk, target path=${disk}, controller=0;channel=0`,
    ].join('\n');
  }
  const machine = newMachine(after(options, '--vmname') ?? name, {
    name: 'The controller',
    ...kind,
  });
  machine.attachments['0-0'] = {
    type: 'hdd',
    medium: after(options, '--disk') ?? disk,
    uuid: randomUUID(),
  };
  state.machines.push(machine);
  return 'Successfully imported the appliance.';
}

export function cloneMachine(state: State, [id, ...options]: readonly string[]): string {
  const original = machineOf(state, id);
  const snapshot = after(options, '--snapshot');
  const linked = after(options, '--options') === 'link';
  if (!linked || !snapshot || !original.snapshots.includes(snapshot)) {
    throw new Refusal('A linked clone needs a snapshot of its original');
  }
  const machine = newMachine(after(options, '--name') ?? '', original.controller);
  machine.cloneOf = original.name;
  machine.attachments['0-0'] = {
    type: 'hdd',
    medium: `/linked/${machine.name}.vmdk`,
    uuid: randomUUID(),
  };
  state.machines.push(machine);
  return `Machine has been successfully cloned as "${machine.name}"`;
}

export function snapshots(state: State, [id, verb, name = '']: readonly string[]): string {
  const machine = machineOf(state, id);
  if (verb === 'take') {
    machine.snapshots.push(name);
    return '';
  }
  if (verb !== 'list') throw new Refusal(`Unknown verb of snapshot: ${verb}`);
  if (machine.snapshots.length === 0) throw new Refusal('This machine does not have any snapshots');
  return machine.snapshots.map((each) => `SnapshotName="${each}"`).join('\n');
}

export function modifyMachine(state: State, [id, ...options]: readonly string[]): string {
  const machine = machineOf(state, id);
  for (let at = 0; at < options.length; at += 2) {
    const [option = '', value = ''] = options.slice(at);
    if (option === '--natpf1' && value === 'delete') {
      delete machine.forwards[options[at + 2] ?? ''];
      at += 1;
    } else if (option === '--natpf1') {
      machine.forwards[value.split(',')[0] ?? ''] = value;
    } else {
      set(machine, option, value);
    }
  }
  return '';
}

function set(machine: Machine, option: string, value: string): void {
  if (!SETTINGS.test(option)) throw new Refusal(`Unknown option: ${option}`);
  if (option.startsWith('--macaddress') && value !== 'auto' && !MAC.test(value)) {
    throw new Refusal(`Invalid MAC address: ${value}`);
  }
  if (option === '--name') machine.name = value;
  else machine.settings[option.slice(2)] = value;
}

export function attach(state: State, [id, ...options]: readonly string[]): string {
  const machine = machineOf(state, id);
  const wanted = (option: string) => after(options, option) ?? '';
  const medium = wanted('--medium');
  if (wanted('--storagectl') !== machine.controller.name) throw new Refusal('No such controller');
  if (Number(wanted('--port')) >= machine.controller.ports) throw new Refusal('No such port');
  const place = `${wanted('--port')}-${wanted('--device')}`;
  if (medium === 'none') {
    delete machine.attachments[place];
    return '';
  }
  // VirtualBox opens what it is to attach.
  fs.accessSync(medium, fs.constants.R_OK);
  machine.attachments[place] = { type: wanted('--type'), medium, uuid: randomUUID() };
  return '';
}

export function hardDisks(state: State): string {
  const disks = state.machines.flatMap(({ attachments }) => Object.values(attachments));
  return disks
    .filter(({ type }) => type === 'hdd')
    .map(({ uuid, medium }) => `UUID:           ${uuid}\nLocation:       ${medium}\n`)
    .join('\n');
}

export function show(state: State, id: string | undefined): string {
  const machine = machineOf(state, id);
  const { controller, settings } = machine;
  const lines: [string, string][] = [
    ['name', machine.name],
    ['UUID', machine.uuid],
    ['CfgFile', `/machines/${machine.name}.vbox`],
    ['storagecontrollername0', controller.name],
    ['storagecontrollertype0', controller.type],
    ['storagecontrollermaxportcount0', String(controller.ports)],
    ['VMState', machine.state],
  ];
  for (const [place, { medium, uuid }] of Object.entries(machine.attachments)) {
    lines.push([`${controller.name}-${place}`, medium]);
    lines.push([`${controller.name}-ImageUUID-${place}`, uuid]);
  }
  for (const nic of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const kind = settings[`nic${nic}`] ?? (nic === 1 ? 'nat' : 'none');
    lines.push([`nic${nic}`, kind === 'hostonlynet' ? 'hostonlynetwork' : kind]);
    if (kind === 'none') continue;
    lines.push([`macaddress${nic}`, settings[`macaddress${nic}`] ?? '']);
    if (kind === 'hostonly')
      lines.push([`hostonlyadapter${nic}`, settings[`hostonlyadapter${nic}`] ?? '']);
    if (kind === 'hostonlynet')
      lines.push([`hostonly-network${nic}`, settings[`host-only-net${nic}`] ?? '']);
    const forwards = nic === 1 ? Object.values(machine.forwards) : [];
    for (const [index, rule] of forwards.entries()) lines.push([`Forwarding(${index})`, rule]);
  }
  return lines.map(([key, value]) => `${key}="${value}"`).join('\n');
}

export function startMachine(state: State, [id, ...options]: readonly string[], then: string) {
  const machine = machineOf(state, id);
  if (machine.state === 'running') throw new Refusal('The machine is already running');
  machine.startedAs = after(options, '--type') ?? 'gui';
  machine.state = then;
  return `VM "${machine.name}" has been successfully started.`;
}

export function controlMachine(state: State, [id, verb]: readonly string[]): string {
  if (verb !== 'poweroff') throw new Refusal(`Unknown verb of controlvm: ${verb}`);
  const machine = machineOf(state, id);
  if (machine.state === 'locked') throw new Refusal('The machine is locked');
  machine.state = 'poweroff';
  return '';
}

/** What VirtualBox deletes with a machine is its hard disks, never an image in a drive. */
export function unregister(state: State, [id]: readonly string[]): string {
  const machine = machineOf(state, id);
  if (['running', 'locked'].includes(machine.state)) {
    throw new Refusal('Cannot unregister a machine while it is locked');
  }
  state.machines = state.machines.filter((each) => each !== machine);
  return '';
}

export function newMachine(name: string, controller: Machine['controller']): Machine {
  return {
    uuid: randomUUID(),
    name,
    state: 'poweroff',
    snapshots: [],
    controller: { ...controller },
    attachments: {},
    settings: {},
    forwards: {},
  };
}

/** The value of an option; the last one, where it comes more than once. */
export function after(args: readonly string[], option: string): string | undefined {
  const at = args.lastIndexOf(option);
  return at < 0 ? undefined : args[at + 1];
}
