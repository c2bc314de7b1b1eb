/* biome-ignore-all lint/suspicious/noConsole: a benchmark prints */
/**
 * What it adds to a question that it goes through a program on a node: the time of a PING to each node of a lab of containers, directly, through
 * a program on that node, and through one on another node; alternating, so that whatever else the machine does falls on all alike.
 * Run it with `npm run bench:relay`.
 */
import { performance } from 'node:perf_hooks';
import { findClient } from '../../lib/backends/incus/preflight.js';
import { shellOf } from '../../lib/backends/incus/shell.js';
import { throughOne, throughShell } from '../../lib/backends/machine/relay.js';
import { loadLab } from '../../lib/lab/lab.js';
import type { LabModel } from '../../lib/model/model.js';
import { Connection } from '../../lib/redis-view/connection.js';
import { redisEndpoint } from '../../lib/redis-view/endpoints.js';
import { toYaml } from '../../lib/render/yaml.js';
import { keepBuild, SOURCE_SHA256, User } from '../support/ground.js';
import { must } from './support.js';

const ROUNDS = 200;
/** Questions in a row on one connection. */
const QUESTIONS = 10;
/** The clients are to see the same machine as redis-lab does. */
const timeoutMs = 20_000;

const user = new User();
const spec = {
  incus: { image: 'debian-12', uplink: 'none', limits: 'wanted' },
  redis: {
    version: '7.0.15',
    source: {
      url: 'http://127.0.0.1:9/redis-7.0.15.tar.gz',
      sha256: SOURCE_SHA256['redis-7.0.15'],
    },
  },
} as const;
user.write('redis-lab.yaml', toYaml(spec));
await keepBuild(user);
try {
  await must(user, 'up', '--no-verify', '--backend', 'incus');
  const { model } = await loadLab(`${user.folder}/redis-lab.yaml`);
  const client = await findClient(model, undefined, undefined);
  if ('what' in client) throw new Error('no server answers');
  const shell = shellOf(client, model.name);
  const nodes = model.nodes.map(({ name }) => name);
  await compare({
    direct: model,
    'through a program on the node': throughShell(shell)(model),
    'through one on another node': throughOne(shell, () => nodes)(model),
  });
} finally {
  await user.run('down', '--backend', 'incus');
  user.remove();
}

async function compare(ways: Readonly<Record<string, LabModel>>): Promise<void> {
  const connections = await Promise.all(
    Object.entries(ways).map(async ([way, lab]) => {
      // Not the first node: that is the one through which all others are reached.
      const node = lab.nodes.at(-1);
      if (!node) throw new Error('the lab has no node');
      const connection = await Connection.open(redisEndpoint(node), { timeoutMs });
      return { way, connection, times: [] as number[] };
    }),
  );
  for (let round = 0; round < ROUNDS; round++) {
    for (const { connection, times } of connections) {
      for (let question = 0; question < QUESTIONS; question++) {
        const start = performance.now();
        await connection.ask('PING');
        times.push(performance.now() - start);
      }
    }
  }
  console.log(`\n${ROUNDS * QUESTIONS} PINGs each, milliseconds`);
  for (const { way, connection, times } of connections) {
    connection.close();
    times.sort((a, b) => a - b);
    const [half, most, worst] = [0.5, 0.99, 1].map((share) =>
      (times[Math.ceil(times.length * share) - 1] ?? 0).toFixed(2),
    );
    console.log(`  ${way.padEnd(30)} median ${half}, 99 % within ${most}, at most ${worst}`);
  }
}
