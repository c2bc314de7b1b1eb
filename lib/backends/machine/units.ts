import type { Service } from '../backend.js';
import type { Shell } from './shell.js';

/** Names of the services' units. */
export const UNITS: Readonly<Record<Service, string>> = {
  redis: 'redis-server',
  sentinel: 'redis-sentinel',
};

/**
 * How long a node may take to shut down before its power is cut, milliseconds: its Redis server has 60 s of that to save its
 * data, and an idle emulated machine takes about 20 s.
 */
export const SHUTDOWN_MS = 90_000;

/** reset-failed fails if the unit is not loaded, as after it has ended in good order. */
const START = 'systemctl reset-failed "$0" 2>/dev/null; exec systemctl start --no-block "$0"';

/** Starts the service of a node without waiting for it. */
export async function startUnit(shell: Shell, node: string, service: Service): Promise<void> {
  await shell.call(node, ['sh', '-c', START, UNITS[service]]);
}
