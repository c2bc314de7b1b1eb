/** Which of its providers Vagrant would take. */
import type { Facts } from './facts.js';

export interface Provider {
  readonly name: 'virtualbox' | 'libvirt';
  /** Why this one: `VAGRANT_DEFAULT_PROVIDER says so`. */
  readonly because: string;
}

/** What VirtualBox says, before its version and with exit code 0, where its kernel part is missing. */
const NO_MODULE = /vboxdrv|kernel module is not loaded|You will not be able to start VMs/i;

/** Whether VirtualBox itself says that it can start nothing. */
export function lacksModule(said: string): boolean {
  return NO_MODULE.test(said);
}

export async function providerOf(facts: Facts): Promise<Provider | undefined> {
  const { env, platform } = facts.host;
  const named = env['VAGRANT_DEFAULT_PROVIDER'];
  if (named === 'virtualbox' || named === 'libvirt') {
    return { name: named, because: 'VAGRANT_DEFAULT_PROVIDER names it' };
  }
  // Asked at once: each may take its time.
  const [virtualBox, plugin] = await Promise.all([
    facts.virtualBox(),
    platform === 'linux' ? facts.plugin('vagrant-libvirt') : undefined,
  ]);
  const works =
    virtualBox !== undefined && 'version' in virtualBox && !lacksModule(virtualBox.said);
  if (works) return { name: 'virtualbox', because: 'it is here' };
  if (plugin !== undefined && 'version' in plugin) {
    return { name: 'libvirt', because: 'Vagrant has its plugin' };
  }
  if (virtualBox !== undefined) return { name: 'virtualbox', because: 'it is here' };
  if (platform === 'linux' && facts.host.program('virsh') !== undefined) {
    return { name: 'libvirt', because: 'virsh is here' };
  }
  return undefined;
}
