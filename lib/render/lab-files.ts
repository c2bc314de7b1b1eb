import type { LabModel } from '../model/model.js';
import type { RenderedFile } from './file.js';
import { nodeFiles } from './node-files.js';
import { vagrantfile } from './vagrantfile.js';

/**
 * Every file of a lab. Pure: the same lab gives the same bytes on every platform, at every time.
 * A generator, because a lab of a thousand nodes has 100 MB of them.
 */
export function* labFiles(lab: LabModel): Generator<RenderedFile> {
  yield { path: 'Vagrantfile', mode: 0o644, content: vagrantfile(lab) };
  for (const node of lab.nodes) yield* nodeFiles(lab, node);
}
