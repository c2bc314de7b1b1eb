import { incusBackend } from '../../lib/backends/incus/index.js';
import { backendContract } from '../backends/contract.js';
import { DEBIAN_12 } from './support/labs.js';
import '../support/ground.js';

backendContract('incus', (lab) => incusBackend(lab), {
  ...DEBIAN_12,
  redis: { install: 'package', version: '7.0.15' },
});
