import type { Service } from '../backend.js';

/** What systemd calls the services. */
export const UNITS: Readonly<Record<Service, string>> = {
  redis: 'redis-server',
  sentinel: 'redis-sentinel',
};

/**
 * How long a node has to end by itself before it loses its power, milliseconds: its Redis server has 60 s of that to write its
 * data, and an emulated machine takes about 20 s when nothing is in its way.
 */
export const SHUTDOWN_MS = 90_000;
