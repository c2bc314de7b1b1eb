/** Which scenarios there are, and which backends can run each. */
import { backends } from '../backends/registry.js';
import { whoInjects } from '../faults/registry.js';
import type { ListedScenario, ScenarioList } from '../report/types.generated.js';
import { IN_UP, INCIDENT_NAMES } from '../scenarios/names.js';
import { scenarioNames, scenariosNamed } from '../scenarios/registry.js';
import type { Scenario } from '../verify/context.js';

/** All scenarios, and the incidents apart, in the order of the help, with what each needs and where it can be run. Asks no backend. */
export async function listScenarios(): Promise<ScenarioList> {
  const incidents = await scenariosNamed(INCIDENT_NAMES);
  return {
    scenarios: (await scenariosNamed(scenarioNames())).map(listed),
    incidents: incidents.map((each) => ({
      ...listed(each),
      link: each.incident?.link ?? '',
      reported: each.incident?.reported.text ?? '',
    })),
  };
}

function listed({ name, needs }: Scenario): ListedScenario {
  const { replicas = 0, sentinels = 0, quorum = 0, faults = [] } = needs;
  const usual: readonly string[] = IN_UP;
  const injecting = whoInjects(faults, backends());
  return {
    name,
    inUp: usual.includes(name),
    needs: { replicas, sentinels, quorum, faults: [...faults] },
    backends: injecting.backends,
    ownNetwork: injecting.inOwnNetwork,
  };
}
