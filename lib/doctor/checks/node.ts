import { PREFERRED } from '../../backends/registry.js';
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import { type Facts, isNew } from '../facts.js';
import { steps, systemOf } from '../install-hints.js';

const OLDEST = '20.19.0';

const NODE = subject('node', PREFERRED);

export async function node({ host }: Facts): Promise<Check[]> {
  const version = host.nodeVersion.replace(/^v/, '');
  if (isNew(version, OLDEST)) return [NODE.good(version)];
  const system = systemOf(host);
  const way =
    system === 'windows'
      ? steps('node.install-in-powershell', ['winget install --id OpenJS.NodeJS.LTS'])
      : system === 'macos'
        ? steps('node.install', ['brew install node'])
        : message('node.install-from', { page: 'https://nodejs.org/en/download' });
  return [NODE.bad(message('node.too-old', { version, oldest: OLDEST }), way)];
}
