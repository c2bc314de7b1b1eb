import type { BackendName } from '../../backends/registry.js';
import type { Chosen } from '../../doctor/auto.js';
import type { Lab } from '../../lab/lab.js';
import type { RunningLab } from '../../lab/running.js';
import { holderOf } from '../../lab/which-backend.js';
import { ownNetwork } from '../../process/own-network.js';
import { message, sentenceIn } from '../../report/messages.js';
import { speechIn } from '../../report/speech.js';
import { askedIn } from '../asked.js';
import { vmIsFor } from '../command.js';
import { labOf } from '../load.js';
import { printAside } from '../output.js';
import { UsageError } from '../usage.js';

export interface AttachedLab {
  readonly lab: Lab;
  readonly running: RunningLab;
  /** Whether a backend has the lab, or one was named. */
  readonly isKnown: boolean;
}

/**
 * The lab that the shared options stand for, running or not. Its backend is the one that was named, else the one that has
 * the lab, else the usual one.
 */
export async function attachedLab(argv: Record<string, unknown>): Promise<AttachedLab> {
  const lab = await labOf(argv);
  const { named, usual } = askedIn(argv);
  const known = named ?? holderOf(lab.model.name);
  if (known !== undefined) refuseVm(argv, known);
  const running = await lab.attach({ backend: known ?? usual ?? 'local' });
  return { lab, running, isKnown: known !== undefined };
}

interface ChosenBackend {
  readonly backend: BackendName;
  /** Null where nothing had to be chosen: it was asked for, or it has the lab. */
  readonly chosen: Chosen | null;
}

/** For commands that bring the lab up if no backend has it: chooses one, and says which and why. */
export async function chosenBackend(
  argv: Record<string, unknown>,
  lab: Lab,
  signal: AbortSignal,
): Promise<ChosenBackend> {
  const { named, usual } = askedIn(argv);
  const given = named ?? (ownNetwork() ? 'local' : holderOf(lab.model.name)) ?? usual;
  if (given !== undefined) {
    refuseVm(argv, given);
    return { backend: given, chosen: null };
  }
  const chosen = argv['build'] ? BUILDS : await choose(lab, signal);
  refuseVm(argv, chosen.backend);
  const { backend, why } = chosen;
  const speech = speechIn(lab.model.language);
  printAside(sentenceIn(speech, message('backend.chosen', { backend, why })));
  return { backend: chosen.backend, chosen };
}

/** @throws UsageError where `--vm` was given, and the backend that was found is not the one that it is for */
function refuseVm({ vm }: Record<string, unknown>, backend: BackendName): void {
  if (vm === undefined || backend === 'incus') return;
  throw new UsageError(
    `${vmIsFor(backend)} What that lacks here: redis-lab doctor --backend incus`,
  );
}

async function choose({ model }: Lab, signal: AbortSignal): Promise<Chosen> {
  const { autoBackend } = await import('../../doctor/auto.js');
  return autoBackend(model, { signal });
}

/** With the other backends, the nodes build the described version anyway. */
const BUILDS: Chosen = {
  backend: 'local',
  why: message('backend.build'),
};
