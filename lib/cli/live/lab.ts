import type { BackendName } from '../../backends/backend.js';
import type { Chosen } from '../../doctor/auto.js';
import type { Lab } from '../../lab/lab.js';
import type { RunningLab } from '../../lab/running.js';
import { holderOf } from '../../lab/which-backend.js';
import { askedIn } from '../asked.js';
import { labOf } from '../load.js';
import { printAside } from '../output.js';

export interface AttachedLab {
  readonly lab: Lab;
  readonly running: RunningLab;
  /** Whether anything is known of the lab: it was asked for with a backend, or one has it. */
  readonly isKnown: boolean;
}

/**
 * The lab that the shared options stand for, as it is here now, running or not: with the backend that was asked for;
 * else the one that has it; else, where it is nowhere, the usual one.
 */
export async function attachedLab(argv: Record<string, unknown>): Promise<AttachedLab> {
  const lab = await labOf(argv);
  const { named, usual } = askedIn(argv);
  const known = named ?? holderOf(lab.model.name);
  const running = await lab.attach({ backend: known ?? usual ?? 'local' });
  return { lab, running, isKnown: known !== undefined };
}

export interface ChosenBackend {
  readonly backend: BackendName;
  /** Null where nothing had to be chosen: it was asked for, or it has the lab. */
  readonly chosen: Chosen | null;
}

/** For commands that bring the lab up where it is nowhere: they choose, and say what and why. */
export async function chosenBackend(
  argv: Record<string, unknown>,
  lab: Lab,
  signal: AbortSignal,
): Promise<ChosenBackend> {
  const { named, usual } = askedIn(argv);
  const given = named ?? holderOf(lab.model.name) ?? usual;
  if (given !== undefined) return { backend: given, chosen: null };
  const chosen = argv['build'] ? BUILDS : await choose(lab, signal);
  printAside(`Backend ${chosen.backend}: ${chosen.why}`);
  return { backend: chosen.backend, chosen };
}

async function choose({ model }: Lab, signal: AbortSignal): Promise<Chosen> {
  const { autoBackend } = await import('../../doctor/auto.js');
  return autoBackend(model, { signal });
}

/** Elsewhere the nodes build what is described anyhow. */
const BUILDS: Chosen = {
  backend: 'local',
  why: 'processes of this machine, which --build is for',
};
