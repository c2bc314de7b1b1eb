import { type LabModel, machinesOf } from '../model/model.js';
import { requireDigest } from '../spec/source.js';
import type { RenderedFile } from './file.js';
import { nodeFiles } from './node-files.js';
import { vagrantfile } from './vagrantfile.js';

/**
 * Every file of a lab. Pure: the same lab gives the same bytes on every platform, at every time.
 * A generator, because a lab of a thousand nodes has 100 MB of them.
 * @throws SpecError before anything, when the nodes would download a source of which no digest is known
 */
export function* labFiles(lab: LabModel): Generator<RenderedFile> {
  requireDigest(lab.redis);
  yield { path: 'Vagrantfile', mode: 0o644, content: vagrantfile(lab) };
  for (const machine of machinesOf(lab)) yield* nodeFiles(lab, machine);
}
