import { EXIT, RedisLabError } from '../errors.js';
import type { LabModel } from '../model/model.js';
import { BACKEND_NAMES, type BackendName } from '../spec/backends.js';
import type { Backend } from './backend.js';
import { incusBackend } from './incus/index.js';
import { localBackend } from './local/index.js';
import { vagrantBackend } from './vagrant/index.js';

/**
 * The backend of a lab. Default: `local`.
 * @throws RedisLabError (2) when there is none of this name
 */
export function backendNamed(name: BackendName | undefined, lab: LabModel): Backend {
  switch (name) {
    case undefined:
    case 'local':
      return localBackend(lab);
    case 'incus':
      return incusBackend(lab);
    case 'vagrant':
      return vagrantBackend(lab);
    default:
      throw new RedisLabError(
        `There is no backend ${JSON.stringify(name)}; there are ${BACKEND_NAMES.join(', ')}.`,
        { exitCode: EXIT.usage },
      );
  }
}
