/** What processes of this machine need: as the backend itself says it. */
import type { Lack } from '../../backends/backend.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { steps } from '../install-hints.js';

const SERVER = subject('redis-server', 'Redis server', ['local'], 'The nodes are processes of it.');
const PORTS = subject(
  'ports',
  'Ports',
  ['local'],
  'Each server of the lab listens on a loopback address and port of its own.',
);
const PLACE = subject(
  'system',
  'This system',
  ['local'],
  'The lab runs on it as ordinary processes.',
);

export async function local(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const [lacks, server] = await Promise.all([host.lacks('local', lab), host.server(lab)]);
  if ('silent' in lacks) {
    return [SERVER.poor(`could not be found out: ${lacks.silent}`, 'Try it: redis-lab up')];
  }
  const checks = lacks.map(asCheck);
  const about = (code: string) => checks.some((check) => check.code === code);
  // Where the system or the folder will not do, nothing else was looked at.
  if (about('system')) return checks;
  if (!about('redis-server')) {
    if (server && 'version' in server) {
      const { engine, version, program } = server;
      const same = engine === lab.redis.engine && version === lab.redis.version;
      const but = same ? '' : `; ${lab.redis.engine} ${lab.redis.version} is described`;
      checks.push(SERVER.good(`${engine} ${version}, ${program}${but}`));
    } else {
      const why = server ? server.silent : 'the lab runs, and its server is not to be found';
      checks.push(SERVER.poor(why, 'See: redis-lab status'));
    }
  }
  if (!about('ports')) checks.push(PORTS.good('there are free ones, or the lab runs'));
  return checks;
}

function asCheck({ code, what, seen, fix, remedy }: Lack): Check {
  if (code === 'redis-server') return SERVER.bad(seen, fix, remedy);
  return (code === 'ports' ? PORTS : PLACE).bad(`${what}: ${seen}`, fix, remedy);
}

const COMPILER = subject(
  'compiler',
  'Compiler',
  ['local'],
  'Only "redis-lab up --build" needs it, which runs the very version that is described.',
);

export async function compiler({ host, lab }: Facts): Promise<Check[]> {
  if (host.platform === 'win32' || lab.redis.install !== 'source') return [];
  const missing = host.missingTools(lab);
  if (missing.length === 0) return [COMPILER.good('all of what a build takes is here')];
  const command = host.installTools();
  return [
    COMPILER.poor(
      `missing: ${missing.join(', ')}`,
      command === undefined
        ? 'Install them with the package manager of the system.'
        : steps('Install them:', [command]),
    ),
  ];
}
