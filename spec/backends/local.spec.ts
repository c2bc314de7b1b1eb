import { localBackend } from '../../lib/backends/local/index.js';
import { backendContract } from './contract.js';
import { stateHome } from './local/homes.js';

const own = stateHome();
backendContract('local', (lab) => localBackend(lab, { stateHome: own }));

const shared = stateHome();
backendContract('local, on one address', (lab) =>
  localBackend(lab, { stateHome: shared, addressing: 'ports' }),
);
