import type { LabModel, MachineModel } from '../model/model.js';
import { MACHINE } from './layout.js';
import { toYaml } from './yaml.js';

/** A text file of the kit. */
export interface KitFile {
  /** Below the kit folder. */
  readonly path: string;
  /** Permission bits; 0o600 for what only root may read. */
  readonly mode: 0o644 | 0o755 | 0o600;
  readonly content: string;
}

/** cloud-init's `#cloud-config` of one node: brings the kit, then runs its bootstrap once. */
export function userData(lab: LabModel, node: MachineModel, kit: readonly KitFile[]): string {
  const { write_files: files, ...rest } = cloudConfig(kit);
  return [
    '#cloud-config\n',
    `# What cloud-init does on ${node.name} of the lab "${lab.name}" at first boot. Made by redis-lab.\n`,
    toYaml(rest),
    'write_files:\n',
    ...files.map((file) => listItem(file)),
  ].join('');
}

interface WriteFile {
  readonly path: string;
  readonly permissions: string;
  readonly content: string;
}

/** The object behind user-data. */
export function cloudConfig(kit: readonly KitFile[]) {
  return {
    // An image may lack any other locale, and cloud-init would end in an error.
    locale: 'C.UTF-8',
    // The host name resolves without a name server; sudo asks for it.
    manage_etc_hosts: 'localhost',
    // No `packages`: that asks the Internet for an update even if nothing is missing. The
    // bootstrap installs what is missing, and only that.
    runcmd: [['bash', `${MACHINE.kitDir}/bootstrap.sh`]],
    write_files: kit.map(
      ({ path, mode, content }): WriteFile => ({
        path: `${MACHINE.kitDir}/${path}`,
        permissions: `0${mode.toString(8)}`,
        content,
      }),
    ),
  };
}

/** Most files are the same on every node, and are dumped only once. */
const items = new Map<string, string>();
const MOST_ITEMS = 100;

/** One item of a list below a key, exactly as a dump of the whole would have it. */
function listItem(file: WriteFile): string {
  const key = `${file.path}\0${file.permissions}\0${file.content}`;
  const known = items.get(key);
  if (known !== undefined) return known;
  const { content, ...rest } = file;
  // A dump of a script, character by character, is a twentieth of what `generate` takes.
  const isPlain = /^\S[\t\n\x20-\x7e]*\S\n$/.test(content) && !/[\t ]$/m.test(content);
  const item = isPlain
    ? `${indented(toYaml([rest]), 2)}    content: |\n${indented(content, 6)}`
    : indented(toYaml([file]), 2);
  if (items.size < MOST_ITEMS) items.set(key, item);
  return item;
}

function indented(text: string, columns: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(columns));
}
