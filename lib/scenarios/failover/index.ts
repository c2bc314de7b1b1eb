/** The course's own: DEBUG SEGFAULT ends the master. */
import { crash } from './crash.js';
import { failoverBy } from './failover.js';

export const failover = failoverBy(crash);
