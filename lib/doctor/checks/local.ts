/** What processes of this machine need: as the backend itself says it. */
import type { Lack } from '../../backends/backend.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { steps } from '../install-hints.js';

const SERVER = subject('Redis server', ['local'], 'The nodes are processes of it.');
const PORTS = subject(
  'Ports',
  ['local'],
  'Each server of the lab listens on a loopback address and port of its own.',
);
const PLACE = subject('This system', ['local'], 'The lab runs on it as ordinary processes.');

export async function local(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const [lacks, server] = await Promise.all([host.lacks('local', lab), host.server(lab)]);
  if ('silent' in lacks) {
    return [SERVER.poor(`could not be found out: ${lacks.silent}`, 'Try it: redis-lab up')];
  }
  const checks = lacks.map(asCheck);
  const about = (name: string) => checks.some((check) => check.name === name);
  // Where the system or the folder will not do, nothing else was looked at.
  if (about('This system')) return checks;
  if (!about('Redis server')) {
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
  if (!about('Ports')) checks.push(PORTS.good('there are free ones, or the lab runs'));
  return checks;
}

function asCheck({ what, seen, fix, remedy }: Lack): Check {
  if (/ server$/.test(what)) return SERVER.bad(seen, fix, remedy);
  const say = /:\d+$|loopback/.test(what) ? PORTS : PLACE;
  return say.bad(`${what}: ${seen}`, fix, remedy);
}

const COMPILER = subject(
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
