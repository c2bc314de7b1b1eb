/** Where redis-lab has been run, and where it is only written for: nobody should take the one for the other. */
import type { BackendName } from '../../backends/registry.js';
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import type { Host } from '../host.js';
import { isWsl } from '../install-hints.js';

/** What has never run on a system, of what is meant to; undefined where all of it has. */
function untested(host: Host): { system: string; backends: readonly BackendName[] } | undefined {
  switch (host.platform) {
    case 'win32':
      return { system: 'Windows', backends: ['vagrant'] };
    case 'darwin':
      return { system: 'macOS', backends: ['vagrant', 'local'] };
    default: {
      const backends = ['vagrant', 'incus', 'local'] as const;
      if (isWsl(host)) return { system: 'WSL', backends };
      if (host.arch === 'x64') return undefined;
      // Labs of processes ran there on a Node and a Redis for it.
      const untried = host.arch === 'arm64' ? (['vagrant', 'incus'] as const) : backends;
      return { system: `Linux (${host.arch})`, backends: untried };
    }
  }
}

export async function tried({ host }: Facts): Promise<Check[]> {
  const found = untested(host);
  if (!found) return [];
  const { system, backends } = found;
  return [
    subject('tried', backends).poor(
      message('tried.untested', { system, backends: backends.join(', ') }),
      message('tried.fix', { command: 'redis-lab doctor --report' }),
    ),
  ];
}
