/** Experiments, loaded when one is run. */
import type { ExperimentPlan } from './plan.js';
import type { ExperimentOptions } from './run.js';
import type { ExperimentResult } from './types.generated.js';

/**
 * Runs every combination of what a plan varies as often as it says, each run on a lab of its own, and writes a data set of it: `runs/`
 * with one file for each run, and at the end `experiment.json`, `runs.csv` and `experiment.html`, with client libraries `clients.csv` too. What was run in that folder before is not run again.
 * @throws SpecError (2) with every problem of the plan, and of every lab that it asks for
 * @throws WorkspaceError where the folder cannot be used, or holds another experiment
 * @throws RedisLabError (3) when another process is at work on the same folder, or this machine lacks the library of a client; the signal's reason
 */
export async function experiment(
  plan: ExperimentPlan,
  options: ExperimentOptions,
): Promise<ExperimentResult> {
  const { runExperiment } = await import('./run.js');
  return runExperiment(plan, options);
}
