import { buildLab } from '../../../lib/lab/lab.js';

/** No Sentinel does anything by itself while a test looks at the backend. */
export const QUIET = { sentinel: { downAfter: '60s' } } as const;

export const LAB = buildLab({ ...QUIET, name: 'local' }).model;
