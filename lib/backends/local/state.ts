/** What a lab of this machine remembers between two commands: `state.json` in its folder. */
import path from 'node:path';
import { WorkspaceError } from '../../errors.js';
import { freeze } from '../../model/freeze.js';
import { IPV4 } from '../../model/ipv4.js';
import type { LabModel } from '../../model/model.js';
import { OLDEST_VERSION } from '../../model/releases.js';
import type { Identity } from '../../process/processes.js';
import { whyRefused } from '../../spec/config-line.js';
import { HOST_NAME } from '../../spec/schema.js';
import type { LocalServer } from './local-server.js';
import type { Addressing } from './localise.js';
import { at, type LabPaths, STATE } from './paths.js';

export interface State {
  /** Version of this format: 1. */
  readonly format: 1;
  /** `digestOf` the description. */
  readonly description: string;
  /** As it runs here. */
  readonly lab: LabModel;
  readonly server: LocalServer;
  readonly addressing: Addressing;
  /** Whether the files of all nodes are there and belong together. */
  readonly prepared: boolean;
  /** Whether the servers want the password in the lab's folder. Absent: false, by a redis-lab that knew of none. */
  readonly password?: boolean;
  /** By service, `master redis`; null: about to be started. Says nothing about what lives. */
  readonly processes: Readonly<Record<string, Recorded | null>>;
}

export interface Recorded extends Identity {
  /** Whether it was seen to listen where it should: for as long as it lives, nobody else does. */
  readonly listens?: boolean;
}

/**
 * Undefined if the lab was never up, or was taken down.
 * @throws WorkspaceError for what no redis-lab of this format wrote
 */
export function readState(paths: LabPaths): State | undefined {
  if (!paths.folder.isOwn()) return undefined;
  const found = paths.folder.read(STATE);
  if (!found) return undefined;
  const state = parse(found.content?.toString('utf8') ?? '');
  if (state?.lab.name === path.basename(paths.folder.root)) return freeze(state);
  throw new WorkspaceError(
    `${at(paths, STATE)} cannot be read: it is damaged, or another version of redis-lab wrote it. ${startAgain(paths)}`,
  );
}

/** What to do about a lab of which nothing is remembered. */
export function startAgain({ folder }: LabPaths): string {
  return `Take the lab down, which also works without that file, and bring it up again: redis-lab down --set name=${path.basename(folder.root)}`;
}

export function writeState({ folder }: LabPaths, state: State): void {
  folder.replace(STATE, `${JSON.stringify(state, null, 1)}\n`, 0o600);
}

/** How the lab of a folder is addressed; undefined where that cannot be told. */
export function addressingIn(paths: LabPaths): Addressing | undefined {
  try {
    return readState(paths)?.addressing;
  } catch {
    return undefined; // somebody else's trouble, who hears of it from the lab itself
  }
}

function parse(text: string): State | undefined {
  try {
    const state = JSON.parse(text) as State;
    return isSound(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** What would send us to other folders, addresses or processes than ours is looked at closely. */
function isSound({ format, lab, server, addressing, processes, ...rest }: State): boolean {
  return (
    format === 1 &&
    typeof rest.description === 'string' &&
    typeof rest.prepared === 'boolean' &&
    ['boolean', 'undefined'].includes(typeof rest.password) &&
    [server.program, server.cli, server.argv0, server.version].every(
      (text) => typeof text === 'string',
    ) &&
    Object.hasOwn(OLDEST_VERSION, server.engine) &&
    (addressing.kind === 'addresses' ? isPort(addressing.octet) : isPort(addressing.first)) &&
    typeof lab.sentinel.masterName === 'string' &&
    typeof lab.redis.version === 'string' &&
    lab.nodes.every(
      ({ name, ip, redisPort, sentinelPort }) =>
        HOST_NAME.test(name) &&
        IPV4.test(ip) &&
        ip.startsWith('127.') &&
        isPort(redisPort) &&
        isPort(sentinelPort),
    ) &&
    // Configurations are written from it, and held against what would be written.
    textsIn(lab).every((text) => !/\p{Cc}/u.test(text)) &&
    lab.redis.config.every((line) => !whyRefused(line, server.engine, undefined)) &&
    Object.values(processes).every(
      (each) => each === null || (isPid(each.pid) && typeof each.started === 'string'),
    )
  );
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536;
}

/** 1 is the system's first; 0 and less stand for more than one process. */
function isPid(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 1;
}
