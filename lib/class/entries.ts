/** Letting the students of a class in: by which port, and by what key, password or token. */
import type { ClassesOfBackend, Room } from '../backends/descriptor.js';
import type { Entrance, EntriesOfBackend } from '../backends/entries.js';
import { RedisLabError } from '../errors.js';
import type { LabModel } from '../model/model.js';
import { chosenOf } from './chosen.js';
import type { ClassModel, StudentLab } from './labs.js';
import { Ports } from './ports.js';
import { Secrets } from './secrets.js';

/** How students get into their labs from other machines. */
export interface EntryOptions {
  /** The first port of the server by which a lab is entered; the others follow. `none`: what there is stays as it is. Default 2201. */
  readonly entry?: number | 'none' | undefined;
  /** Whether each student gets a token for a client of the server as well; one that there is stays. Default false. */
  readonly tokens?: boolean | undefined;
}

interface Chosen {
  readonly only?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What lets students in; undefined where nothing is to, or the backend cannot. */
export async function entriesFor(
  { entries, rooms }: ClassesOfBackend,
  { described, name, labs }: ClassModel,
  { entry, tokens = false, only, signal }: EntryOptions & Chosen = {},
  secrets = new Secrets(),
): Promise<Entries | undefined> {
  if (!entries || entry === 'none') return undefined;
  if (tokens) await entries.checkTokens(described, signal);
  const ports = new Ports(await rooms(described, signal), entry);
  // In the order of the list, whichever lab is ready first.
  for (const { lab } of chosenOf(labs, only)) ports.of(lab.name);
  return new Entries({ backend: entries, of: name, ports, tokens, secrets });
}

interface Parts {
  readonly backend: EntriesOfBackend;
  /** Name of the class. */
  readonly of: string;
  readonly ports: Ports;
  readonly tokens: boolean;
  readonly secrets: Secrets;
}

class Entries {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param each its lab is up */
  async open({ student, lab }: StudentLab, signal: AbortSignal | undefined): Promise<void> {
    const { backend, ports, tokens, secrets } = this.#parts;
    const of = { class: this.#parts.of, lab: lab.name };
    const hasKey = student.key !== '';
    const by = hasKey ? { key: student.key } : { password: secrets.password(lab.name) };
    for (let port = ports.of(lab.name); ; port = ports.instead(lab.name)) {
      try {
        await backend.open(lab, of, { port, ...by }, signal);
        break;
      } catch (error) {
        if (!(error instanceof RedisLabError) || error.code !== 'host.port-taken') throw error;
      }
    }
    if (hasKey) secrets.forget(lab.name, 'password');
    if (!tokens || secrets.kept(lab.name, 'token') !== undefined) return;
    secrets.keep(lab.name, 'token', await backend.token(lab, of));
  }
}

/** Lets a student in no more, and forgets what did. */
export async function closed(
  { entries }: ClassesOfBackend,
  described: LabModel,
  room: Room,
  secrets = new Secrets(),
): Promise<void> {
  if (!entries) return;
  await entries.close(described, room);
  secrets.forget(room.lab, 'password', 'token');
}

export async function entrancesTo(
  { entries }: ClassesOfBackend,
  { described, name }: ClassModel,
  signal: AbortSignal | undefined,
): Promise<readonly Entrance[]> {
  return (await entries?.all(described, name, signal)) ?? [];
}
