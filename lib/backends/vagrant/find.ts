/** Finding Vagrant, ssh and a provider on this machine. */
import { findProgram, searchPath } from '../../command/programs.js';
import { run } from '../../command/run.js';
import { message } from '../../report/messages.js';
import type { Lack } from '../backend.js';
import { messagesIn } from './messages.js';
import type { Provider } from './state.js';

export interface Programs {
  readonly vagrant: string;
  readonly ssh: string;
}

const NO_VAGRANT: Lack = {
  code: 'vagrant',
  what: message('vagrant.name'),
  seen: message('vagrant.none'),
  fix: message('lack.vagrant.fix'),
};

const NO_SSH: Lack = {
  code: 'ssh',
  what: message('ssh.name'),
  seen: message('ssh.none'),
  fix: message('lack.ssh.fix'),
};

const NO_PROVIDER: Lack = {
  code: 'provider',
  what: message('lack.provider'),
  seen: message('provider.neither'),
  fix: message('lack.provider.fix'),
};

export const EXE = process.platform === 'win32' ? '.exe' : '';

export function findPrograms(folders: readonly string[] = searchPath()): Programs | Lack[] {
  const vagrant = findProgram(`vagrant${EXE}`, folders);
  const ssh = findProgram(`ssh${EXE}`, folders);
  if (vagrant !== undefined && ssh !== undefined) return { vagrant, ssh };
  return [...(vagrant === undefined ? [NO_VAGRANT] : []), ...(ssh === undefined ? [NO_SSH] : [])];
}

/** Folders of VirtualBox on Windows, where its installer does not add it to PATH. */
export function virtualBoxFolders(): string[] {
  return ['VBOX_INSTALL_PATH', 'VBOX_MSI_INSTALL_PATH'].flatMap((name) => process.env[name] ?? []);
}

/**
 * The provider for new machines: that of VAGRANT_DEFAULT_PROVIDER, else VirtualBox if it is installed, else libvirt. The
 * Vagrantfile has settings for no others.
 */
export async function findProvider(
  { vagrant }: Programs,
  signal: AbortSignal | undefined,
  folders: readonly string[] = searchPath(),
): Promise<Provider | Lack> {
  const chosen = process.env['VAGRANT_DEFAULT_PROVIDER'];
  if (chosen === 'virtualbox' || chosen === 'libvirt') return chosen;
  if (findProgram(`VBoxManage${EXE}`, [...folders, ...virtualBoxFolders()]) !== undefined)
    return 'virtualbox';
  const plugins = await run(
    {
      program: vagrant,
      args: ['plugin', 'list', '--machine-readable'],
      env: { VAGRANT_CHECKPOINT_DISABLE: '1' },
    },
    { deadlineMs: 60_000, signal, detached: true },
  );
  const has = messagesIn(plugins.stdout).some(
    ({ type, data }) => type === 'plugin-name' && data[0] === 'vagrant-libvirt',
  );
  return has ? 'libvirt' : NO_PROVIDER;
}
