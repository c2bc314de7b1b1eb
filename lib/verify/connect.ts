/** How a client of one's own gets into a running lab. */
import type { Backend } from '../backends/backend.js';
import { isStopped, notUp } from '../backends/refusals.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { redisNodes } from '../redis-view/endpoints.js';
import type { LabConnection } from '../report/connection.js';
import { labStatus } from './status.js';

/** @throws RedisLabError (2) when the lab is not up */
export async function connectionTo(described: LabModel, backend: Backend): Promise<LabConnection> {
  const { lab, state } = await backend.status();
  if (!lab) throw notUp(described);
  if (state === 'stopped' || state === 'idle') throw isStopped(described);
  const { nodes } = await labStatus(described, backend);
  const { auth, via } = lab.nodes[0] ?? {};
  const connection = {
    direct: via === undefined,
    masterName: lab.sentinel.masterName,
    sentinels: sentinelsOf(lab).map(({ name, ip, sentinelPort }) => ({
      node: name,
      host: ip,
      port: sentinelPort,
    })),
    servers: redisNodes(lab).map(({ name, ip, redisPort }) => ({
      node: name,
      host: ip,
      port: redisPort,
      role: nodes.find(({ node }) => node === name)?.redis?.role ?? null,
    })),
    passwordFile: auth?.file ?? null,
    password: auth?.reveal(),
  };
  // It is there for a client, and in nothing that is printed.
  return Object.defineProperty(connection, 'password', { enumerable: false });
}
