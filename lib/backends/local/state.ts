/** The saved state of a lab of this backend: `state.json` in its folder. */
import path from 'node:path';
import * as v from 'valibot';
import { type LabModel, machinesOf } from '../../model/model.js';
import type { Identity } from '../../process/processes.js';
import { whyRefused } from '../../spec/config-line.js';
import { format, lab, port, readSaved, server, text } from '../saved.js';
import type { LocalServer } from './local-server.js';
import type { Addressing } from './localise.js';
import { at, type LabPaths, STATE } from './paths.js';

export interface State {
  /** Version of this format: 1. */
  readonly format: 1;
  /** Digest of the description. */
  readonly description: string;
  /** As it runs here. */
  readonly lab: LabModel;
  readonly server: LocalServer;
  readonly addressing: Addressing;
  /** Whether the files of all nodes are there and belong together. */
  readonly prepared: boolean;
  /** Whether the servers want the password in the lab's folder. Absent: false, by a redis-lab that knew of none. */
  readonly password?: boolean;
  /** The network of its own in which it runs. Absent: that of the machine. */
  readonly network?: string | undefined;
  /** By service, `master redis`; null: about to be started. Says nothing about what lives. */
  readonly processes: Readonly<Record<string, Recorded | null>>;
}

export interface Recorded extends Identity {
  /** Whether it was seen to listen where it should: for as long as it lives, nobody else does. */
  readonly listens?: boolean;
}

/** 1 is the system's own; 0 and less stand for more than one process. */
const pid = v.pipe(v.number(), v.integer(), v.minValue(2));

/** Strict about folders, addresses and processes, so that a changed file cannot direct us to others than ours. */
const schema = v.pipe(
  v.object({
    format,
    description: v.string(),
    lab,
    server: v.object({ ...server.entries, argv0: text, cli: text }),
    addressing: v.variant('kind', [
      v.object({ kind: v.literal('addresses'), octet: port }),
      v.object({ kind: v.literal('ports'), first: port }),
    ]),
    prepared: v.boolean(),
    password: v.optional(v.boolean(), false),
    network: v.optional(v.string()),
    processes: v.record(
      v.string(),
      v.nullable(v.object({ pid, started: v.string(), listens: v.optional(v.boolean(), false) })),
    ),
  }),
  v.check(
    ({ lab }) => machinesOf(lab).every(({ ip }) => ip.startsWith('127.')),
    'a node is not on loopback',
  ),
  // Configurations are written from it, and compared with it.
  v.check(
    ({ lab, server }) =>
      lab.redis.config.every((line) => !whyRefused(line, server.engine, undefined)),
    'redis.config has a line that is refused',
  ),
);

/**
 * Undefined if the lab is not up.
 * @throws WorkspaceError if the state is damaged, or a newer redis-lab wrote it
 */
export function readState(paths: LabPaths): State | undefined {
  if (!paths.folder.isOwn()) return undefined;
  const found = paths.folder.read(STATE);
  if (!found) return undefined;
  return readSaved(schema, found.content?.toString('utf8') ?? '', {
    where: at(paths, STATE),
    name: path.basename(paths.folder.root),
    otherwise: startAgain(paths),
  });
}

/** What to do about a lab without a readable state. */
export function startAgain({ folder }: LabPaths): string {
  return `Take the lab down, which also works without that file, and bring it up again: redis-lab down --set name=${path.basename(folder.root)}`;
}

export function writeState({ folder }: LabPaths, state: State): void {
  folder.replace(STATE, `${JSON.stringify(state, null, 1)}\n`, 0o600);
}

/** The addressing of the lab in a folder; undefined if its state cannot be read. */
export function addressingIn(paths: LabPaths): Addressing | undefined {
  try {
    return readState(paths)?.addressing;
  } catch {
    return undefined; // reported by calls on that lab
  }
}
