/* biome-ignore-all lint/suspicious/noConsole: a benchmark prints */
/**
 * Where the time of a first `up` goes, which has nothing in the cache and compiles: each step with the second in which it was
 * told. Run it with `npm run bench:first-up`; on machines, where it takes half an hour, with
 * `REDIS_LAB_GROUND_DEADLINE=5400 bash spec/ground/run vagrant tsx spec/bench/first-up.ts`.
 */
import fs from 'node:fs';
import readline from 'node:readline';
import { toYaml } from '../../lib/render/yaml.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { Mirror, SOURCE_SHA256, sourceFile, User } from '../support/ground.js';

const machines = fs.readFileSync('/run/redis-lab-ground/kind', 'utf8').trim() !== 'lxd';
const backend = machines ? 'vagrant' : 'incus';
const user = new User(5_400_000);
const mirror = await Mirror.serving({ 'redis.tar.gz': sourceFile('redis-7.0.15') });
try {
  await firstUp({
    ...(machines
      ? {
          vagrant: { box: 'redis-lab/debian-12', libvirt: { driver: 'qemu', diskCache: 'unsafe' } },
        }
      : { incus: { image: 'debian-12', uplink: 'none', limits: 'wanted' } }),
    redis: {
      version: '7.0.15',
      source: { url: mirror.url('redis.tar.gz'), sha256: SOURCE_SHA256['redis-7.0.15'] },
    },
  });
} finally {
  await user.run('down', '--backend', backend);
  await mirror.close();
  user.remove();
}

async function firstUp(spec: LabSpec): Promise<void> {
  user.write('redis-lab.yaml', toYaml(spec));
  const began = performance.now();
  const up = user.start('up', '--no-verify', '--backend', backend);
  if (!up.stderr) throw new Error('it has no output');
  for await (const line of readline.createInterface({ input: up.stderr })) {
    console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}`);
  }
  const { exitCode } = await up;
  console.log(
    `${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ended with ${exitCode}`,
  );
}
