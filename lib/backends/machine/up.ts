/** Bringing a lab of machines up: makes what is missing, starts what is stopped, and touches nothing else. */
import type { CacheOptions } from '../../cache/cache-options.js';
import type { Sentence } from '../../coded.js';
import { RedisLabError, usage } from '../../errors.js';
import { distributionOf } from '../../model/distributions.js';
import {
  builderOf,
  clientsOf,
  isClient,
  type LabModel,
  type MachineModel,
  machinesOf,
  masterOf,
} from '../../model/model.js';
import { asTold, type Message, message } from '../../report/messages.js';
import type { HealOptions, Stuck, UpOptions, UpResult } from '../backend.js';
import { otherServer } from '../notes.js';
import { payloadFor } from '../payload.js';
import { anotherDescription } from '../refusals.js';
import { booted } from './boot.js';
import { fetchBuild } from './fetch-build.js';
import { beginAnew } from './fresh.js';
import type { Known, MachineHost, MakeOptions, Powers, Tell } from './host.js';
import { mend, undoFaults } from './mend.js';
import { outcome } from './outcome.js';
import { endShare, openShare } from './share.js';
import { hasService, lacksService, NOTHING, type Survey, survey } from './survey.js';
import { UNITS } from './units.js';
import { untilAllRun } from './wait.js';

/** What `up` has done so far, to be undone if it fails. */
interface Done {
  readonly made: string[];
  readonly started: string[];
  /** Nodes whose boot is over. */
  readonly booted: string[];
}

/** @see Backend.up; the caller holds the lab's lock */
export async function up<K extends Known>(
  host: MachineHost<K>,
  described: LabModel,
  options: UpOptions,
): Promise<UpResult> {
  const { fresh = false, signal } = options;
  let known = await host.known();
  let powers: Powers = known ? await host.powers(known, signal) : new Map();
  if (known && !known.sameDescription) {
    const lives = [...powers.values()].some((power) => power !== 'stopped');
    if (lives || !fresh) {
      throw anotherDescription(described, known.lab, { lives, ofMachines: true });
    }
    await host.removeAll();
    known = undefined;
    powers = new Map();
  }
  const before = await surveyed(host, described, powers);
  const done: Done = { made: [], started: [], booted: [] };
  try {
    await start(host, described, known, powers, before, done, options);
    if (fresh) {
      const old = described.nodes.filter(({ name }) => !done.made.includes(name));
      await beginAnew(host.shell, described, old, signal);
    }
    const ran = fresh ? NOTHING : before;
    await mendNodes(host, described, done, options);
    const after = await allRun(host, described, ran, options);
    return await finished(host, described, known, { ran, after, done }, signal);
  } catch (error) {
    // Damaged data can be repaired only while its node runs, so the nodes are left running.
    if (known && isFailedStart(error)) throw error;
    const left = await undo(host, described, known, powers, before, done);
    // The reason of an abort is passed on unchanged.
    if (left === undefined || !(error instanceof RedisLabError)) throw error;
    if (error.message.startsWith(left)) throw error;
    throw new RedisLabError(
      `${error.message}\nWhat was made until then could not be removed (${left}). To remove it: redis-lab down`,
      { exitCode: error.exitCode, code: error.code, cause: error },
    );
  }
}

function isFailedStart(error: unknown): boolean {
  return error instanceof RedisLabError && error.code === 'server.failed-start';
}

/** @see Backend.heal; the caller holds the lab's lock */
export async function heal<K extends Known>(
  host: MachineHost<K>,
  known: K,
  options: HealOptions,
): Promise<Message[]> {
  const { lab } = known;
  const powers = await host.powers(known, options.signal);
  const gone = machinesOf(lab).flatMap(({ name }) => (powers.has(name) ? [] : [name]));
  if (gone.length > 0) {
    throw usage(
      `No machine of ${gone.join(', ')} is there any more: somebody removed it. Make it anew: redis-lab up.`,
      'lab.incomplete',
    );
  }
  const before = await surveyed(host, lab, powers);
  const done: Done = { made: [], started: [], booted: [] };
  const { only, fault, signal } = options;
  if (only) {
    const named = lab.nodes.filter(({ name }) =>
      fault === undefined ? only.some(({ node }) => node === name) : powers.get(name) === 'running',
    );
    const onStep = (told: Sentence) => teller(options)('start', told);
    return mend(host.shell, lab, named, before.services, { only, fault, onStep, signal });
  }
  await start(host, lab, known, powers, before, done, options);
  const mended = await mendNodes(host, lab, done, options, options.restart);
  await allRun(host, lab, before, options);
  return [...done.started.map((node) => message('mended.node-started', { node })), ...mended];
}

/** What runs on the machines. Without `powers`, all are asked; on one that does not answer, nothing runs. */
export async function surveyed<K extends Known>(
  { shell }: MachineHost<K>,
  lab: LabModel,
  powers?: Powers,
): Promise<Survey> {
  return survey(shell, lab, (node) => (powers ? (powers.get(node) ?? 'stopped') : 'running'));
}

function teller({ onProgress }: UpOptions): Tell {
  return (phase, told) => onProgress?.({ phase, ...asTold(told) });
}

/**
 * Makes and starts machines that do not run, and waits until cloud-init is done on them. Also waits for machines that run without
 * their services: they may be booting, started by an earlier call or by themselves.
 */
async function start<K extends Known>(
  host: MachineHost<K>,
  lab: LabModel,
  known: K | undefined,
  powers: Powers,
  before: Survey,
  done: Done,
  options: UpOptions,
): Promise<void> {
  const { signal } = options;
  const tell = teller(options);
  signal?.throwIfAborted();
  const missing = machinesOf(lab).filter(({ name }) => !powers.has(name));
  const asleep = inOrder(lab).filter(({ name }) => powers.get(name) !== 'running');
  // Nothing on a client tells whether its first boot is over; before the first `up` is done, it may not be.
  const unsure = known?.server ? [] : clientsOf(lab);
  const booting = [...lab.nodes.filter(({ name }) => lacksService(before, name)), ...unsure].filter(
    (machine) => !asleep.includes(machine),
  );
  await host.make(lab, known, missing, {
    signal,
    tell,
    begins: ({ name }) => done.made.push(name),
    payload: payloadOf(lab, { signal, onProgress: (told) => tell('files', told) }),
  });
  const builder = builderOf(lab);
  const reopens = missing.some((each) => !isClient(each)) && !missing.includes(builder);
  if (reopens && !asleep.includes(builder)) await openShare(host.shell, lab, signal);
  const by = host.booting(lab);
  await host.start(lab, asleep, {
    signal,
    powers,
    booting,
    tell,
    begins: ({ name }) => done.started.push(name),
    async follow(node, off) {
      const begunBefore = booting.includes(node);
      await booted(by, node, {
        signal: off,
        begunBefore,
        onStill: (told) => tell('start', told),
        onStep: (step) =>
          begunBefore || tell('start', message('start.node', { node: node.name, step })),
      });
      done.booted.push(node.name);
      if (reopens && node === builder && asleep.includes(node)) {
        await openShare(host.shell, lab, off);
      }
    },
  });
}

/** Collects what new machines of a lab get. */
export function payloadOf(
  { redis }: Pick<LabModel, 'redis'>,
  options: CacheOptions,
): MakeOptions['payload'] {
  return async (image, architectures) =>
    payloadFor(redis, { architectures, distribution: distributionOf(image)?.id }, options);
}

/** First the builder and the master, for which the others wait. */
function inOrder(lab: LabModel): MachineModel[] {
  return [...new Set([builderOf(lab), masterOf(lab), ...machinesOf(lab)])];
}

/** Mends the services of nodes that were not just started: those start theirs at boot. */
async function mendNodes<K extends Known>(
  host: MachineHost<K>,
  lab: LabModel,
  { started, made }: Done,
  options: UpOptions,
  restart?: readonly Stuck[],
): Promise<Message[]> {
  const { signal } = options;
  signal?.throwIfAborted();
  // Their services begin by themselves, and a server whose file was taken cannot.
  const woken = lab.nodes.filter(({ name }) => started.includes(name) && !made.includes(name));
  const undone = await undoFaults(host.shell, lab, woken, signal);
  const awake = lab.nodes.filter(({ name }) => !started.includes(name));
  if (awake.length === 0) return undone;
  const tell = teller(options);
  const { services } = await surveyed(host, lab);
  const onStep = (told: Sentence) => tell('start', told);
  return [
    ...undone,
    ...(await mend(host.shell, lab, awake, services, { restart, onStep, signal })),
  ];
}

async function allRun<K extends Known>(
  host: MachineHost<K>,
  lab: LabModel,
  before: Survey,
  options: UpOptions,
) {
  const tell = teller(options);
  return untilAllRun(host.shell, before, async () => surveyed(host, lab), {
    onStep: (told) => tell('start', told),
    signal: options.signal,
  });
}

async function finished<K extends Known>(
  host: MachineHost<K>,
  described: LabModel,
  known: K | undefined,
  {
    ran,
    after,
    done,
  }: {
    readonly ran: Survey;
    readonly after: Survey & { readonly at: number };
    readonly done: Done;
  },
  signal: AbortSignal | undefined,
): Promise<UpResult> {
  const services = outcome(described, known?.server, ran, after);
  const { lab, server, started } = services;
  const begun = clientsOf(lab).filter(({ name }) => done.started.includes(name));
  const found = { ...services, clients: begun.map(({ name }) => name) };
  await host.remember(known, { lab, server });
  if (started.length + begun.length === 0) return { ...found, notes: [] };
  const notes = [
    otherServer(described, server),
    ...(await host.notes(described)),
    await fetchBuild(host.shell, described, signal),
  ];
  await endShare(host.shell, described, signal);
  return { ...found, notes: notes.flatMap((note) => note ?? []) };
}

/** Stops and removes what this call started and made; what was there before stays. Gives why that failed, if it did. */
async function undo<K extends Known>(
  host: MachineHost<K>,
  lab: LabModel,
  known: K | undefined,
  powers: Powers,
  before: Survey,
  { made, started, booted }: Done,
): Promise<string | undefined> {
  try {
    await host.unmake(known, powers, made);
    const begun = ({ name }: MachineModel) => started.includes(name) && !made.includes(name);
    await host.cutPower(lab, machinesOf(lab).filter(begun));
    for (const { node, service, state } of before.services) {
      const { name } = node;
      // A node on which nothing ran may be booting, and about to start its services by itself.
      const isUp = hasService(before, name) || (booted.includes(name) && !started.includes(name));
      if (state !== 'stopped' || !isUp) continue;
      await host.shell.attempt(name, ['systemctl', 'stop', UNITS[service]], {
        deadlineMs: 90_000,
      });
    }
    return undefined;
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return first;
  }
}
