import { PREFERRED } from '../../backends/registry.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { isNew } from '../facts.js';
import { steps, systemOf } from '../install-hints.js';

const OLDEST = '20.19.0';

const NODE = subject(
  'node',
  'Node',
  PREFERRED,
  'redis-lab is written for it, and older ones lack what it uses.',
);

export async function node({ host }: Facts): Promise<Check[]> {
  const version = host.nodeVersion.replace(/^v/, '');
  if (isNew(version, OLDEST)) return [NODE.good(version)];
  const system = systemOf(host);
  const page = 'Install a newer one: https://nodejs.org/en/download';
  const way =
    system === 'windows'
      ? steps('Install a newer one in PowerShell:', ['winget install --id OpenJS.NodeJS.LTS'])
      : system === 'macos'
        ? steps('Install a newer one:', ['brew install node'])
        : page;
  return [NODE.bad(`${version}, and ${OLDEST} is the oldest that will do`, way)];
}
