/**
 * The stub itself, run as VBoxManage: `manage FOLDER ARGUMENT…`. It writes each call down, and behaves
 * as a VirtualBox whose machines do nothing. What it does not know it refuses, so nothing is overlooked.
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

const [folder = '', ...called] = process.argv.slice(2);
fs.appendFileSync(path.join(folder, 'calls.jsonl'), `${JSON.stringify(called)}\n`);

try {
  const said = changing(folder, (state) => answer(called, state, readManner(folder)));
  if (said) process.stdout.write(`${said}\n`);
} catch (error) {
  process.stderr.write(`VBoxManage: error: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

function answer([command = '', ...args]: readonly string[], state: State, manner: Manner): string {
  const machines = path.join(folder, 'machines');
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
