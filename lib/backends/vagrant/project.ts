/** The folder of Vagrant: the files of the lab, with sources and builds from the host's cache on the seed images. */
import path from 'node:path';
import { builderOf, type LabModel, type MachineModel } from '../../model/model.js';
import type { IsoFile } from '../../render/iso.js';
import { nodeFiles } from '../../render/node-files.js';
import { SHARE_KEY, vagrantfile } from '../../render/vagrantfile.js';
import { Folder } from '../../workspace/folder.js';
import { newShareKey, SHARE_KEY_FORM } from '../machine/share.js';
import { type Payload, sourceFileName } from '../payload.js';

/** Writes the files of nodes whose machines are to be made. Those of existing machines cannot change any more. */
export function writeProject(
  folder: Folder,
  lab: LabModel,
  nodes: readonly MachineModel[],
  payload: Payload,
): void {
  folder.replace('Vagrantfile', vagrantfile(lab), 0o644);
  const shareKey = shareKeyIn(folder);
  for (const node of nodes) {
    const extras = { payload: onSeed(lab, node, payload), shareKey };
    for (const file of nodeFiles(lab, node, extras)) {
      folder.replace(file.path, file.content, file.mode);
    }
  }
}

/** The share's key of existing machines, or a new one; in the file where the Vagrantfile itself would keep it. */
function shareKeyIn(folder: Folder): string {
  const known = folder.read(SHARE_KEY)?.content?.toString('latin1').trim() ?? '';
  if (SHARE_KEY_FORM.test(known)) return known;
  const key = newShareKey();
  folder.replace(SHARE_KEY, `${key}\n`, 0o600);
  return key;
}

function onSeed(lab: LabModel, node: MachineModel, { builds, source }: Payload): IsoFile[] {
  return [
    ...builds.flatMap(({ name, path: file, sha256 }) => [
      { name, content: contentOf(file) },
      { name: `${name}.sha256`, content: new TextEncoder().encode(`${sha256}  ${name}\n`) },
    ]),
    ...(source !== undefined && node === builderOf(lab)
      ? [{ name: sourceFileName(lab.redis), content: contentOf(source) }]
      : []),
  ];
}

function contentOf(file: string): Uint8Array {
  const found = new Folder(path.dirname(file)).read(path.basename(file));
  if (found?.content) return found.content;
  throw new Error(`${file} was there a moment ago`);
}
