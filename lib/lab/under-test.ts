/** A lab is brought up for a proof if need be, and is as it was afterwards. */
import path from 'node:path';
import type { Backend, BackendStatus } from '../backends/backend.js';
import type { LabModel } from '../model/model.js';
import type { VerifyOptions } from '../verify/options.js';
import type { LabUnderTest } from '../verify/run.js';
import { stateHome } from '../workspace/xdg.js';
import { bringUp } from './bring-up.js';
import { findLab } from './find-lab.js';
import { takeDown } from './take-down.js';

interface Proof {
  readonly described: LabModel;
  readonly backend: Backend;
  readonly before: BackendStatus;
  readonly readyMs: number | null;
  /** What is proven first, for messages. */
  readonly first: string;
}

/** @throws what the work throws, and what bringing the lab up does */
export async function underTest<T>(
  { described, backend, before, readyMs, first }: Proof,
  options: VerifyOptions,
  work: (lab: LabUnderTest) => Promise<T>,
): Promise<T> {
  const { fresh = false, onProgress, signal } = options;
  const somethingRuns = before.state === 'running' || before.state === 'partial';
  const goesOn = somethingRuns && before.sameDescription && !fresh;
  const found = await findLab(backend, before, goesOn, first, options);
  const upOptions = { fresh: fresh && before.state !== 'absent', onProgress, signal };
  const up = goesOn ? undefined : await bringUp(described, backend, upOptions);
  try {
    const there = up ? await backend.status() : before;
    if (!there.lab) throw new Error('a lab that is up has a model');
    return await work({
      described,
      backend,
      lab: there.lab,
      // If no node can tell, take the described one.
      server: there.server ?? { ...there.lab.redis, program: '' },
      readyMs: up?.readyMs ?? readyMs,
      found,
      anew: fresh || before.state === 'absent',
      begin: async () => {
        const begun = await bringUp(described, backend, { fresh: true, signal });
        const { lab = described } = await backend.status();
        return { lab, readyMs: begun.readyMs };
      },
      evidenceFolder: path.join(stateHome(), '.evidence', described.name),
    });
  } finally {
    if (before.state === 'absent') await takeDown(described, backend);
    else if (before.state === 'stopped') await backend.stop();
  }
}
