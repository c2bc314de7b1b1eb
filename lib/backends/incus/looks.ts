/**
 * Looking at many labs of a server, again and again: two questions to the server for all of them, and into each one channel, which lasts. By
 * itself, each lab takes two questions and two commands on each of its nodes.
 */
import { Readable } from 'node:stream';
import { now } from '../../clock.js';
import type { LabModel } from '../../model/model.js';
import type { LookedAt } from '../backend.js';
import { probed } from '../machine/probe.js';
import { throughOne } from '../machine/relay.js';
import { statusOf } from '../machine/status.js';
import { ABSENT } from '../services.js';
import type { Client } from './client.js';
import { checkMaintenance, evacuatedOn } from './cluster.js';
import { knownOf, powersOf } from './host.js';
import { networkName } from './names.js';
import { type ApiInstance, type ApiNetwork, instancesOf, resourcesIn } from './resources.js';
import { shellOf } from './shell.js';

/** What the server has told is good for this long, milliseconds. */
const FRESH_MS = 1000;

export function looksOn(client: Client): (lab: LabModel) => LookedAt {
  const overview = new Overview(client);
  return (lab) => looksAt(client.of(lab.incus.project), lab, overview);
}

function looksAt(client: Client, described: LabModel, overview: Overview): LookedAt {
  let awake: readonly string[] = [];
  const reached = throughOne(shellOf(client, described.name), () => awake);
  return {
    name: 'incus',
    status: async () => {
      const { instances, networks } = await overview.now();
      const own = instances.filter(({ project }) => project === client.project);
      const network = networks.find(({ name }) => name === networkName(described));
      const known = knownOf(described, resourcesIn(client, described, network, own));
      if (!known) return ABSENT;
      await checkMaintenance(client, described.name, known, () => overview.evacuated());
      const powers = powersOf(known);
      const lab = reached(known.lab);
      awake = lab.nodes.flatMap(({ name }) => (powers.get(name) === 'running' ? [name] : []));
      const survey = await probed(lab, (node) => powers.get(node) ?? 'stopped');
      const isPowered = [...powers.values()].some((power) => power !== 'stopped');
      return statusOf(lab, { known, powers, survey, isPowered });
    },
    // What a log would add takes a command on a node.
    logs: () => Readable.from([]),
  };
}

interface Told {
  readonly at: number;
  readonly instances: readonly ApiInstance[];
  readonly networks: readonly ApiNetwork[];
}

/** All instances and networks of a server. */
class Overview {
  readonly #client: Client;
  #told: Told | undefined;
  #asking: Promise<Told> | undefined;
  #evacuated: { readonly told: Told; readonly names: Promise<readonly string[]> } | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** As the server told it a moment ago. */
  async now(): Promise<Told> {
    if (this.#told && now() - this.#told.at < FRESH_MS) return this.#told;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Members in maintenance, asked once for all that the server told at a time. */
  async evacuated(): Promise<readonly string[]> {
    const told = await this.now();
    if (this.#evacuated?.told !== told) {
      this.#evacuated = { told, names: evacuatedOn(this.#client) };
    }
    return this.#evacuated.names;
  }

  async #ask(): Promise<Told> {
    const [instances, networks] = await Promise.all([
      instancesOf(this.#client, { everywhere: true }),
      this.#client.query<readonly ApiNetwork[]>('/1.0/networks?recursion=1', { ofServer: true }),
    ]);
    this.#told = { at: now(), instances, networks: networks ?? [] };
    return this.#told;
  }
}
