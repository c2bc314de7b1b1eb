import type { Service } from '../backend.js';

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
