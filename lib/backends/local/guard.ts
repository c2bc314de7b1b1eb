/**
 * Who listens at an endpoint of the lab. Any user of this machine can take an address of loopback while its
 * server is down; the password must not be told to him.
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

/** Where the system does not tell who listens, the address alone has to do. */
const UNPROVEN = 'unproven';

/** A guard that remembers what it has proven of a process for as long as that lives. */
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
      // One that is ending loses its command line before it lets go of its port.
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

/** Whether this user listens there, which is taken to be so where the system does not tell. */
export async function listensHere(host: string, port: number): Promise<boolean> {
  if (!canTell()) return true;
  const wanted = `${hexPlace(host, port)} 00000000:0000 0A `;
  const line = (await table()).split('\n').find((each) => each.includes(` ${wanted}`));
  const uid = line?.trim().split(/\s+/)[7];
  return uid !== undefined && Number(uid) === process.getuid?.();
}

/** An address and a port as the kernel's table has them. */
export function hexPlace(host: string, port: number): string {
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

/** The table takes milliseconds to read: all who ask within one turn of the event loop share one reading. */
function table(): Promise<string> {
  reading ??= new Promise((resolve) => {
    setImmediate(() => {
      reading = undefined;
      resolve(readIfAny(TABLE) ?? '');
    });
  });
  return reading;
}
