import type { LabSpec } from '../../../lib/spec/types.generated.js';

/** The server here has no controller for memory; the refusal is a test of its own. */
const incus = { uplink: 'none', limits: 'wanted' } as const;

export const DEBIAN_12: LabSpec = { incus: { ...incus, image: 'debian-12' } };
export const DEBIAN_13: LabSpec = { incus: { ...incus, image: 'debian-13' } };
