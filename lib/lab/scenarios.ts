/** Which scenarios there are, and which backends can run each. */
import { backends, faultNamed } from '../backends/registry.js';
import { RedisLabError } from '../errors.js';
import type { ScenarioList } from '../report/types.generated.js';
import { IN_UP } from '../scenarios/names.js';
import { scenarioNames, scenariosNamed } from '../scenarios/registry.js';

/** All scenarios, in the order of the help, with what each needs and where it can be run. Asks no backend. */
export async function listScenarios(): Promise<ScenarioList> {
  const all = await scenariosNamed(scenarioNames());
  const usual: readonly string[] = IN_UP;
  return {
    scenarios: all.map(({ name, needs }) => {
      const { replicas = 0, sentinels = 0, quorum = 0, faults = [] } = needs;
      return {
        name,
        inUp: usual.includes(name),
        needs: { replicas, sentinels, quorum, faults: [...faults] },
        backends: backends().flatMap((each) =>
          faults.every((kind) => canInject(kind, each.name)) ? [each.name] : [],
        ),
      };
    }),
  };
}

function canInject(kind: string, backend: string): boolean {
  try {
    faultNamed(kind, backend);
    return true;
  } catch (error) {
    if (error instanceof RedisLabError) return false;
    throw error;
  }
}
