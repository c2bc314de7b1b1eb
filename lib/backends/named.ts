import { EXIT, RedisLabError } from '../errors.js';
import type { LabModel } from '../model/model.js';
import { BACKEND_NAMES, type BackendName } from '../spec/backends.js';
import type { Backend } from './backend.js';
import { incusBackend } from './incus/index.js';
import { localBackend } from './local/index.js';
import { vagrantBackend } from './vagrant/index.js';

const CREATE: Readonly<Record<BackendName, (lab: LabModel) => Backend>> = {
  local: localBackend,
  incus: incusBackend,
  vagrant: vagrantBackend,
};

/**
 * The backend of a lab. Default: `local`.
 * @throws RedisLabError (2) when there is none of this name
 */
export function backendNamed(name: BackendName | undefined, lab: LabModel): Backend {
  const wanted = name ?? 'local';
  if (Object.hasOwn(CREATE, wanted)) return CREATE[wanted](lab);
  throw new RedisLabError(
    `There is no backend ${JSON.stringify(name)}; there are ${BACKEND_NAMES.join(', ')}.`,
    { exitCode: EXIT.usage },
  );
}
