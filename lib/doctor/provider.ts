/** Which of its providers Vagrant would take. */
import { type Message, message } from '../report/messages.js';
import type { Host } from './host.js';

export interface Provider {
  readonly name: 'virtualbox' | 'libvirt';
  /** Why this one. */
  readonly because: Message;
}

/** What the choice depends on. */
interface ProviderFacts {
  readonly host: Pick<Host, 'env' | 'platform' | 'program'>;
  readonly vboxProgram: string | undefined;
  /** Version of a plugin of Vagrant, or why it is not known; undefined if it is not installed. */
  plugin(name: string): Promise<object | undefined>;
}

/** As `up` decides it: what the user told Vagrant, else VirtualBox if it is here at all, else libvirt. */
export async function providerOf(facts: ProviderFacts): Promise<Provider | undefined> {
  const { env, platform } = facts.host;
  const named = env['VAGRANT_DEFAULT_PROVIDER'];
  if (named === 'virtualbox' || named === 'libvirt') {
    return { name: named, because: message('provider.named') };
  }
  if (facts.vboxProgram !== undefined)
    return { name: 'virtualbox', because: message('provider.here') };
  if (platform !== 'linux') return undefined;
  const plugin = await facts.plugin('vagrant-libvirt');
  if (plugin !== undefined && 'version' in plugin) {
    return { name: 'libvirt', because: message('provider.plugin') };
  }
  if (facts.host.program('virsh') !== undefined) {
    return { name: 'libvirt', because: message('provider.virsh') };
  }
  return undefined;
}
