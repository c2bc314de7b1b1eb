/* biome-ignore-all lint/suspicious/noConsole: a benchmark prints */
/**
 * How long `up` takes with a cached build, as a whole process until the lab is proven ready, against three instances
 * of the same image, limits and network that have nothing to do but boot. Both are made from nothing each time.
 * Run it with `npm run bench:incus`.
 */
import { execa } from 'execa';
import { buildLab } from '../../lib/lab/lab.js';
import { containerNetworkConfig, LAB } from '../../lib/render/nocloud.js';
import { toYaml } from '../../lib/render/yaml.js';
import { lxc } from '../incus/support/lxc.js';
import { Mirror, SOURCE_SHA256, sourceFile, User } from '../support/ground.js';
import { must, timed } from './support.js';

const ROUNDS = 5;
const IMAGES = ['debian-12', 'debian-13'] as const;

const user = new User();
const mirror = await Mirror.serving({ 'redis.tar.gz': sourceFile('redis-7.0.15') });
try {
  for (const image of IMAGES) await compare(image);
} finally {
  await user.run('down', '--backend', 'incus');
  await mirror.close();
  user.remove();
}

async function compare(image: (typeof IMAGES)[number]): Promise<void> {
  const spec = {
    incus: { image, uplink: 'none', limits: 'wanted' },
    redis: {
      version: '7.0.15',
      source: { url: mirror.url('redis.tar.gz'), sha256: SOURCE_SHA256['redis-7.0.15'] },
    },
  } as const;
  user.write('redis-lab.yaml', toYaml(spec));
  // Fills the cache.
  await must(user, 'up', '--no-verify', '--backend', 'incus');
  await must(user, 'down', '--backend', 'incus');
  const times = { bare: [] as number[], up: [] as number[] };
  // Alternating, so that whatever else the machine does falls on both alike.
  for (let round = 0; round < ROUNDS; round++) {
    times.bare.push(await bare(spec));
    times.up.push(await timed(() => must(user, 'up', '--no-verify', '--backend', 'incus')));
    await must(user, 'down', '--backend', 'incus');
  }
  console.log(`\n${image}, median of ${ROUNDS}, alternating`);
  const floor = median(times.bare);
  for (const [name, list] of Object.entries({
    'three bare instances, done': times.bare,
    'up, cached build, ready': times.up,
  })) {
    const range = `${seconds(Math.min(...list))}-${seconds(Math.max(...list))}`;
    console.log(
      `  ${name.padEnd(28)} ${seconds(median(list))} s (${range})  ${(median(list) / floor).toFixed(2)} x bare`,
    );
  }
}

async function bare(spec: Parameters<typeof buildLab>[0]): Promise<number> {
  const { model: lab } = buildLab(spec);
  const took = await timed(async () => {
    await lxc(
      'network',
      'create',
      'bare',
      `ipv4.address=${lab.network.host}/24`,
      'ipv4.nat=false',
      'ipv6.address=none',
    );
    await Promise.all(
      lab.nodes.map(async (node) => {
        const config = toYaml({
          config: {
            'limits.memory': `${node.memoryMb}MiB`,
            'limits.cpu': String(node.cpus),
            'cloud-init.network-config': containerNetworkConfig(lab, node, { uplink: false }),
          },
          devices: {
            root: { type: 'disk', path: '/', pool: 'default' },
            [LAB]: { type: 'nic', network: 'bare', name: LAB, hwaddr: node.labMac },
          },
        });
        await execa(
          'lxc',
          ['launch', String(lab.incus.image), `bare-${node.name}`, '--no-profiles', '--quiet'],
          {
            input: config,
            timeout: 60_000,
          },
        );
        await lxc('exec', `bare-${node.name}`, '-T', '--', 'cloud-init', 'status', '--wait');
      }),
    );
  });
  await lxc('delete', '--force', ...lab.nodes.map(({ name }) => `bare-${name}`));
  await lxc('network', 'delete', 'bare');
  return took;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
