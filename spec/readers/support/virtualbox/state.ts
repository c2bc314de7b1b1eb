/** What the stub of VirtualBox remembers from one call to the next. */
import fs from 'node:fs';
import path from 'node:path';

export interface Attachment {
  /** `hdd` or `dvddrive`. */
  readonly type: string;
  readonly medium: string;
  readonly uuid: string;
}

export interface Machine {
  uuid: string;
  name: string;
  /** `poweroff`, `running` or `aborted`, as VirtualBox calls them. */
  state: string;
  /** The machine whose disk it shares. */
  cloneOf?: string;
  /** `headless` or `gui`, once it was started. */
  startedAs?: string;
  snapshots: string[];
  controller: { name: string; type: string; ports: number };
  /** By `port-device` of the one controller. */
  attachments: Record<string, Attachment>;
  /** What `modifyvm` set last, by the option's name without dashes. */
  settings: Record<string, string>;
  /** The rules of `--natpf1`, by name: `ssh,tcp,127.0.0.1,2222,,22`. */
  forwards: Record<string, string>;
}

export interface HostNetwork {
  readonly name: string;
  /** The host's own address on an interface; the lowest address of a network of macOS. */
  ip: string;
  netmask: string;
}

export interface State {
  machines: Machine[];
  interfaces: HostNetwork[];
  /** Only on macOS, from VirtualBox 7.0 on. */
  networks: HostNetwork[];
}

/** What changes the state has it for itself: several calls come at once. Something that was killed here fails the others. */
export function changing<T>(folder: string, change: (state: State) => T): T {
  const lock = path.join(folder, 'lock');
  const end = Date.now() + 120_000;
  for (;;) {
    try {
      fs.mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || Date.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  try {
    const state = readState(folder);
    const before = JSON.stringify(state);
    const result = change(state);
    if (JSON.stringify(state) !== before) writeState(folder, state);
    return result;
  } finally {
    fs.rmdirSync(lock);
  }
}

/** How the stub is to behave; a file beside it, written before it is called. */
export interface Manner {
  readonly version: string;
  /** What a machine's state is after `startvm`. */
  readonly afterStart: string;
}

const NOTHING: State = { machines: [], interfaces: [], networks: [] };

export function readState(folder: string): State {
  const file = path.join(folder, 'state.json');
  if (!fs.existsSync(file)) return structuredClone(NOTHING);
  return JSON.parse(fs.readFileSync(file, 'utf8')) as State;
}

/** Vagrant asks for a machine's state while it does other things, and is never to read half of it. */
function writeState(folder: string, state: State): void {
  const part = path.join(folder, `state.${process.pid}.part`);
  fs.writeFileSync(part, JSON.stringify(state, undefined, 2));
  fs.renameSync(part, path.join(folder, 'state.json'));
}

export function readManner(folder: string): Manner {
  return JSON.parse(fs.readFileSync(path.join(folder, 'manner.json'), 'utf8')) as Manner;
}

/** What VirtualBox would refuse; the stub ends as VBoxManage does then. */
export class Refusal extends Error {}

export function machineOf(state: State, idOrName: string | undefined): Machine {
  const found = state.machines.find(({ uuid, name }) => uuid === idOrName || name === idOrName);
  if (found) return found;
  throw new Refusal(
    `Could not find a registered machine named '${idOrName}'\n` +
      'VBoxManage: error: Details: code VBOX_E_OBJECT_NOT_FOUND (0x80bb0001)',
  );
}
