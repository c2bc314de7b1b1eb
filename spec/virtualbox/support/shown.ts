/** What VBoxManage shows for other programs, and how it shows it. */

/** By its keys: `key="value"`, `"key"="value"` or `key=number` on lines. */
export function keysIn(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^"?([^"=\n]+)"?="?(.*?)"?$/gm)].map(([, key = '', value = '']) => [
      key,
      value,
    ]),
  );
}

/** A disk, from `showmediuminfo`. */
export interface Disk {
  readonly uuid: string;
  readonly file: string;
  /** As VirtualBox calls it: `VMDK`. */
  readonly format: string;
  /** What it differs from; undefined where it stands for itself. */
  readonly parent: string | undefined;
}

export function diskIn(text: string): Disk {
  const said = (name: string) => new RegExp(`^${name}: +(.*)$`, 'm').exec(text)?.[1] ?? '';
  const parent = said('Parent UUID');
  return {
    uuid: said('UUID'),
    file: said('Location'),
    format: said('Storage format'),
    parent: parent === 'base' ? undefined : parent,
  };
}
