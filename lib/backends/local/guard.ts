/**
 * Proves who listens at an endpoint of the lab. Any user of this machine can listen at an address of loopback while its server
 * is down, and must not get the password.
 */
import { endianness } from 'node:os';
import type { Guard } from '../../model/secret.js';
import { type Identity, type ProcessTable, proven } from '../../process/processes.js';
import { exists, readIfAny } from '../../workspace/inspect.js';
import { servicesOf } from '../services.js';
import type { LabPaths } from './paths.js';
import { readState } from './state.js';
import { processOf } from './survey.js';

const TABLE = '/proc/net/tcp';

/** The answer on systems that do not tell who listens: there the address must do. */
const UNPROVEN = 'unproven';

/** A guard that remembers a proven process for as long as it lives. */
export function guardOf(here: () => LabPaths, processes: ProcessTable): Guard {
  const listening = new Map<string, Identity>();
  return {
    known(host, port) {
      if (!canTell()) return UNPROVEN;
      const identity = listening.get(`${host}:${port}`);
      return identity && nameOf(identity);
    },
    async check(host, port) {
      if (!canTell()) return UNPROVEN;
      const key = `${host}:${port}`;
      const before = listening.get(key);
      const still = before && (await proven(processes, before));
      // A process that is ending loses its command line before its port.
      if (still && still.command !== '') return nameOf(still);
      const paths = here();
      const state = readState(paths);
      const service =
        state && servicesOf(state.lab).find((each) => each.node.ip === host && each.port === port);
      const process = service && (await processOf(paths, processes, state, service));
      if (!process) return undefined;
      const own = nameOf(process);
      const recorded = state.processes[service.name];
      const listens = recorded?.listens && nameOf(recorded) === own;
      if (!listens && !(await listensHere(host, port))) return undefined;
      listening.set(key, process);
      return own;
    },
  };
}

export function nameOf({ pid, started }: Identity): string {
  return `${pid} ${started}`;
}

/** Whether this user listens there; true on systems that do not tell. */
export async function listensHere(host: string, port: number): Promise<boolean> {
  if (!canTell()) return true;
  const wanted = `${hexAddress(host, port)} 00000000:0000 0A `;
  const line = (await table()).split('\n').find((each) => each.includes(` ${wanted}`));
  const uid = line?.trim().split(/\s+/)[7];
  return uid !== undefined && Number(uid) === process.getuid?.();
}

/** An address and a port in the form of `/proc/net/tcp`. */
export function hexAddress(host: string, port: number): string {
  const bytes = host.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  const address = endianness() === 'LE' ? bytes.reverse() : bytes;
  const text = `${address.join('')}:${port.toString(16).padStart(4, '0')}`;
  return text.toUpperCase();
}

let tells: boolean | undefined;

function canTell(): boolean {
  tells ??= process.getuid !== undefined && exists(TABLE);
  return tells;
}

let reading: Promise<string> | undefined;

/** Reading the table takes milliseconds, so all who ask within one turn of the event loop share one reading. */
function table(): Promise<string> {
  reading ??= new Promise((resolve) => {
    setImmediate(() => {
      reading = undefined;
      resolve(readIfAny(TABLE) ?? '');
    });
  });
  return reading;
}
