import type { LabSpec } from '../../../lib/spec/lab-spec.js';

/** One processor each: a second one only gives what is emulated more to do. */
export const DEBIAN_12: LabSpec = {
  vagrant: { box: 'redis-lab/debian-12', libvirt: { driver: 'qemu', diskCache: 'unsafe' } },
  nodes: [{ role: 'master', cpus: 1 }, { cpus: 1 }, { cpus: 1 }],
};
