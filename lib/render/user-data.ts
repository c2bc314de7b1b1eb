import type { LabModel, NodeModel } from '../model/model.js';
import { MACHINE } from './layout.js';
import { toYaml } from './yaml.js';

/** cloud-init's `#cloud-config` of one node: brings the kit, then runs its bootstrap once. */
export function userData(
  lab: LabModel,
  node: NodeModel,
  kit: readonly { path: string; mode: number; content: string }[],
): string {
  const header = [
    '#cloud-config',
    `# What cloud-init does on ${node.name} of the lab "${lab.name}" at first boot. Made by redis-lab.`,
    '',
  ].join('\n');
  return header + toYaml(cloudConfig(kit));
}

/** The object behind user-data. */
export function cloudConfig(
  kit: readonly { path: string; mode: number; content: string }[],
): Record<string, unknown> {
  return {
    // Any other locale would have to be there, or cloud-init ends in an error.
    locale: 'C.UTF-8',
    // The host name resolves without a name server; sudo asks for it.
    manage_etc_hosts: 'localhost',
    // No `packages`: that asks the Internet for an update even if nothing is missing. The
    // bootstrap installs what is missing, and only that.
    write_files: kit.map(({ path, mode, content }) => ({
      path: `${MACHINE.kitDir}/${path}`,
      permissions: `0${mode.toString(8)}`,
      content,
    })),
    runcmd: [['bash', `${MACHINE.kitDir}/bootstrap.sh`]],
  };
}
