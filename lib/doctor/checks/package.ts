/** Whether the systems of the nodes have the server as a package, in the version that the files are for. */
import { distributionOf, IMAGES } from '../../model/distributions.js';
import { sameLine } from '../../model/releases.js';
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';

const BOX = subject('package', ['vagrant']);
const IMAGE = subject('package', ['incus']);

export async function packages({ lab }: Facts): Promise<Check[]> {
  if (lab.redis.install !== 'package') return [];
  const { engine, version } = lab.redis;
  const systems = [
    [BOX, lab.vagrant.box],
    [IMAGE, lab.incus.image ?? IMAGES.incus[0]],
  ] as const;
  return systems.map(([say, system]) => {
    const distribution = distributionOf(system);
    const seen = { system, engine, version };
    if (!distribution) {
      return say.poor(message('package.unknown', seen), message('package.unknown.fix', { engine }));
    }
    const { name, packages } = distribution;
    const has = packages[engine];
    if (has === undefined) {
      return say.bad(message('package.none', { ...seen, name }), message('package.fix'));
    }
    if (!sameLine(has, version)) {
      const other = message('package.other', { ...seen, name, has });
      return say.bad(other, message('package.fix'));
    }
    return say.good(message('package.good', { name, engine, has }));
  });
}
