import { vagrantBackend } from '../../../lib/backends/vagrant/index.js';
import { backendContract } from '../../backends/contract.js';
import '../../support/ground.js';
import { PACKAGE } from '../support/labs.js';

backendContract('vagrant', (lab) => vagrantBackend(lab), PACKAGE, 30_000);
