import type { Service } from '../backend.js';

/** What systemd calls the services. */
export const UNITS: Readonly<Record<Service, string>> = {
  redis: 'redis-server',
  sentinel: 'redis-sentinel',
};
