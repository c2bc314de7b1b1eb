import { expect } from 'chai';
import { toYaml } from '../../../lib/render/yaml.js';
import type { LabSpec } from '../../../lib/spec/types.generated.js';
import { keepBuild, SOURCE_SHA256, type User } from '../../support/ground.js';
import type { On } from '../../support/nodes.js';

/** One processor each: a second one only gives what is emulated more to do. */
export const DEBIAN_12: LabSpec = {
  vagrant: { box: 'redis-lab/debian-12', libvirt: { driver: 'qemu', diskCache: 'unsafe' } },
  nodes: [{ role: 'master', cpus: 1 }, { cpus: 1 }, { cpus: 1 }],
};

/** Redis as Debian packs it. */
export const PACKAGE: LabSpec = { ...DEBIAN_12, redis: { install: 'package', version: '7.0.15' } };

/** Redis from source, whose address nobody serves: it is compiled in no machine and fetched by none. */
export const SOURCE: LabSpec = {
  ...DEBIAN_12,
  redis: {
    version: '7.0.15',
    source: {
      url: 'http://127.0.0.1:9/redis-7.0.15.tar.gz',
      sha256: SOURCE_SHA256['redis-7.0.15'],
    },
  },
};

/** Describes the lab in the user's folder, and gives the user what a first `up` would have left in the cache. */
export async function withBuild(user: User): Promise<void> {
  user.write('redis-lab.yaml', toYaml(SOURCE));
  await keepBuild(user);
}

/** Every machine of such a lab took what the user had in the cache. */
export async function expectNothingFetched(on: On, nodes: readonly string[]): Promise<void> {
  for (const node of nodes) {
    const log = (await on(node, 'cat', '/var/log/cloud-init-output.log')).stdout;
    expect(log, node).to.include('redis 7.0.15 is installed from the payload');
    expect(log, node).not.to.match(/building|downloading|installing/);
  }
}
