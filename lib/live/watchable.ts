/** How the lab of a backend is watched. */
import type { LookedAt } from '../backends/backend.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { sentinelEndpoint } from '../redis-view/endpoints.js';
import { keepListening } from '../redis-view/sentinel-events.js';
import { StatusLooks } from '../verify/status.js';
import { hearCalls } from './calls.js';
import type { Watchable } from './watch.js';

export function watchable(described: LabModel, backend: LookedAt): Watchable {
  const name = { lab: described.name, backend: backend.name };
  const looks = new StatusLooks(described, backend);
  return {
    ...name,
    look: async () => {
      const status = await looks.look();
      const sentinels = looks.lab ? sentinelsOf(looks.lab) : [];
      return {
        status,
        sentinels: sentinels.map((node) => ({ node: node.name, endpoint: sentinelEndpoint(node) })),
      };
    },
    listen: keepListening,
    hearCalls: (hear) => hearCalls(name, hear),
    close: () => looks.close(),
  };
}
