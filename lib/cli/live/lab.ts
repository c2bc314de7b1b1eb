import type { BackendName } from '../../backends/backend.js';
import { autoBackend, type Chosen } from '../../doctor/auto.js';
import { RedisLabError } from '../../errors.js';
import type { Lab } from '../../lab.js';
import type { RunningLab } from '../../running.js';
import { labOf } from '../load.js';
import { printAside } from '../output.js';
import { UsageError } from '../usage.js';
import { rememberedBackend } from './remembered.js';

export interface AttachedLab {
  readonly lab: Lab;
  readonly running: RunningLab;
}

/** The lab that the shared options stand for, as it is here now, running or not. */
export async function attachedLab(argv: Record<string, unknown>): Promise<AttachedLab> {
  const lab = await labOf(argv);
  return { lab, running: await lab.attach({ backend: await holderOf(argv, lab) }) };
}

/** The backend that was asked for; else the one that has the lab; else, where it is nowhere, what to look at. */
export async function holderOf(argv: Record<string, unknown>, lab: Lab): Promise<BackendName> {
  const { named, usual } = askedIn(argv);
  return named ?? (await found(lab)) ?? usual ?? 'local';
}

export interface ChosenBackend {
  readonly backend: BackendName;
  /** Null where nothing had to be chosen: it was asked for, or it has the lab. */
  readonly chosen: Chosen | null;
}

/** The same for commands that bring the lab up where it is nowhere: they choose, and say what and why. */
export async function chosenBackend(
  argv: Record<string, unknown>,
  lab: Lab,
  signal: AbortSignal,
): Promise<ChosenBackend> {
  const { named, usual } = askedIn(argv);
  const given = named ?? (await found(lab)) ?? usual;
  if (given !== undefined) return { backend: given, chosen: null };
  const chosen = argv['build'] ? BUILDS : await autoBackend(lab.model, { signal });
  printAside(`Backend ${chosen.backend}: ${chosen.why}`);
  return { backend: chosen.backend, chosen };
}

/** Elsewhere the nodes build what is described anyhow. */
const BUILDS: Chosen = {
  backend: 'local',
  why: 'processes of this machine, which --build is for',
};

const CHOICES = ['auto', 'local', 'incus', 'vagrant'] as const;

interface Asked {
  /** By --backend. */
  readonly named: BackendName | undefined;
  /** By the environment, for labs that are nowhere yet. */
  readonly usual: BackendName | undefined;
}

function askedIn(argv: Record<string, unknown>): Asked {
  const option = argv['backend'] as (typeof CHOICES)[number] | undefined;
  const variable = process.env['REDIS_LAB_BACKEND'] || 'auto';
  const usual = CHOICES.find((each) => each === variable);
  if (usual === undefined) {
    throw new UsageError(
      `REDIS_LAB_BACKEND is one of ${CHOICES.join(', ')}, not ${JSON.stringify(variable)}.`,
    );
  }
  return {
    named: option === 'auto' ? undefined : option,
    usual: option === 'auto' || usual === 'auto' ? undefined : usual,
  };
}

/**
 * The backend that has the lab, running or stopped: a remembered one, or one of those that keep the lab on this machine's
 * disk, where a program that called the library may have left it.
 */
async function found(lab: Lab): Promise<BackendName | undefined> {
  const remembered = rememberedBackend(lab.model.name);
  if (remembered !== undefined) return remembered;
  for (const backend of ['local', 'vagrant'] as const) {
    const running = await lab.attach({ backend });
    try {
      if ((await running.model()) !== undefined) return backend;
    } catch (error) {
      if (error instanceof RedisLabError) return backend; // there, and damaged
      throw error;
    }
  }
  return undefined;
}
