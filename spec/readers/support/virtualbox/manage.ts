/**
 * What VBoxManage does here: it writes each call down, and behaves as a VirtualBox whose machines do
 * nothing. What it does not know it refuses, so nothing is overlooked.
 */
import fs from 'node:fs';
import path from 'node:path';
import {
  attach,
  cloneMachine,
  controlMachine,
  hardDisks,
  importBox,
  modifyMachine,
  show,
  snapshots,
  startMachine,
  unregister,
} from './machines.js';
import {
  hostInterface,
  hostNetwork,
  listBridged,
  listInterfaces,
  listNetworks,
} from './networks.js';
import { changing, type Manner, Refusal, readManner, type State } from './state.js';
import type { Answer } from './stub.js';

export function manage(folder: string, called: readonly string[]): Answer {
  fs.appendFileSync(path.join(folder, 'calls.jsonl'), `${JSON.stringify(called)}\n`);
  try {
    const machines = path.join(folder, 'machines');
    const said = changing(folder, (state) => answer(called, state, readManner(folder), machines));
    return { code: 0, said: said ? `${said}\n` : '' };
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    return { code: 1, said: `VBoxManage: error: ${why}\n` };
  }
}

function answer(
  [command = '', ...args]: readonly string[],
  state: State,
  manner: Manner,
  machines: string,
): string {
  switch (command) {
    case '--version':
      return manner.version;
    case 'list':
      return list(args[0], state, machines);
    case 'import':
      return importBox(state, args, machines);
    case 'snapshot':
      return snapshots(state, args);
    case 'clonevm':
      return cloneMachine(state, args);
    case 'modifyvm':
      return modifyMachine(state, args);
    case 'storageattach':
      return attach(state, args);
    case 'showvminfo':
      return show(state, args[0]);
    case 'hostonlyif':
      return hostInterface(state, args);
    case 'hostonlynet':
      return hostNetwork(state, args);
    case 'startvm':
      return startMachine(state, args, manner.afterStart);
    case 'controlvm':
      return controlMachine(state, args);
    case 'unregistervm':
      return unregister(state, args);
    default:
      throw new Refusal(`Invalid command '${command}'`);
  }
}

function list(what: string | undefined, state: State, machines: string): string {
  switch (what) {
    case 'vms':
      return state.machines.map(({ name, uuid }) => `"${name}" {${uuid}}`).join('\n');
    case 'runningvms':
      return state.machines
        .filter((machine) => machine.state === 'running')
        .map(({ name, uuid }) => `"${name}" {${uuid}}`)
        .join('\n');
    case 'hdds':
      return hardDisks(state);
    case 'systemproperties':
      return `Default machine folder:          ${machines}`;
    case 'hostonlyifs':
      return listInterfaces(state);
    case 'hostonlynets':
      return listNetworks(state);
    case 'bridgedifs':
      return listBridged();
    case 'dhcpservers':
      return '';
    default:
      throw new Refusal(`Invalid list '${what}'`);
  }
}
