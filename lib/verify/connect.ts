/** How a client of one's own gets into a running lab. */
import type { Backend } from '../backends/backend.js';
import { isStopped, notUp } from '../backends/refusals.js';
import { EXIT, RedisLabError } from '../errors.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { redisNodes } from '../redis-view/endpoints.js';
import type { LabConnection, SentinelClientOptions } from '../report/connection.js';
import { labStatus } from './status.js';

/** @throws RedisLabError (2) when the lab is not up */
export async function connectionTo(described: LabModel, backend: Backend): Promise<LabConnection> {
  const lab = await labThatRuns(described, backend);
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
    ...(lab.clients ? { clients: lab.clients.map(({ name }) => name) } : {}),
    passwordFile: auth?.file ?? null,
    password: auth?.reveal(),
  };
  // It is there for a client, and in nothing that is printed.
  return Object.defineProperty(connection, 'password', { enumerable: false });
}

/** @throws RedisLabError (2) when the lab is not up; (3) when a client on this machine needs more than addresses to get in */
export async function sentinelOptionsOf(
  described: LabModel,
  backend: Backend,
): Promise<SentinelClientOptions> {
  const lab = await labThatRuns(described, backend);
  const { auth, via, tls } = lab.nodes[0] ?? {};
  if (via || tls) {
    throw new RedisLabError(
      via
        ? `This machine has no address in the network of the lab ${lab.name}: a client runs on a node, such as by running.exec().`
        : `The servers of the lab ${lab.name} take TLS only: give your client the certificates, and what running.connection() says.`,
      { exitCode: EXIT.notReady },
    );
  }
  const addresses = () =>
    sentinelsOf(lab).map(({ ip, sentinelPort }) => ({ host: ip, port: sentinelPort }));
  const password = auth?.reveal();
  const only = password === undefined ? {} : { password };
  return unshown({
    name: lab.sentinel.masterName,
    sentinels: addresses(),
    ...(password === undefined ? {} : { password, sentinelPassword: password }),
    sentinelRootNodes: addresses(),
    scanInterval: SCAN_EVERY_MS,
    nodeClientOptions: unshown({ ...only }),
    sentinelClientOptions: unshown({ ...only }),
  });
}

/** A client of node-redis that has missed `+switch-master` finds the new master by that, milliseconds. */
const SCAN_EVERY_MS = 10_000;

/** A client copies what it is given, passwords too; what prints it leaves them out. */
function unshown<T extends object>(options: T): T {
  const shown = () =>
    Object.fromEntries(Object.entries(options).filter(([key]) => !/password/i.test(key)));
  const hidden = { value: shown, enumerable: false };
  return Object.defineProperties(options, {
    toJSON: hidden,
    [Symbol.for('nodejs.util.inspect.custom')]: hidden,
  });
}

async function labThatRuns(described: LabModel, backend: Backend): Promise<LabModel> {
  const { lab, state } = await backend.status();
  if (!lab) throw notUp(described);
  if (state === 'stopped' || state === 'idle') throw isStopped(described);
  return lab;
}
