/** What processes of this machine need: as the backend itself says it. */
import type { Lack } from '../../backends/backend.js';
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { steps } from '../install-hints.js';

const SERVER = subject('redis-server', ['local']);
const PORTS = subject('ports', ['local']);
const PLACE = subject('system', ['local']);

export async function local(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const [lacks, server] = await Promise.all([host.lacks('local', lab), host.server(lab)]);
  if ('silent' in lacks) {
    const seen = message('asked.unknown', { said: lacks.silent });
    return [SERVER.poor(seen, message('redis-server.unknown.fix'))];
  }
  const checks = lacks.map(asCheck);
  const about = (code: string) => checks.some((check) => check.code === code);
  // Where the system or the folder will not do, nothing else was looked at.
  if (about('system')) return checks;
  if (!about('redis-server')) {
    if (server && 'version' in server) {
      const { engine, version, program } = server;
      const same = engine === lab.redis.engine && version === lab.redis.version;
      const here = { engine, version, program };
      const described = { wanted: lab.redis.engine, wantedVersion: lab.redis.version };
      checks.push(
        SERVER.good(
          same
            ? message('redis-server.here', here)
            : message('redis-server.another', { ...here, ...described }),
        ),
      );
    } else {
      const why = server ? server.silent : message('redis-server.lost');
      checks.push(SERVER.poor(why, message('redis-server.lost.fix')));
    }
  }
  if (!about('ports')) checks.push(PORTS.good(message('ports.free')));
  return checks;
}

function asCheck({ code, what, seen, fix, remedy }: Lack): Check {
  if (code === 'redis-server') return SERVER.bad(seen, fix, remedy);
  return (code === 'ports' ? PORTS : PLACE).bad(message('lack', { what, seen }), fix, remedy);
}

const COMPILER = subject('compiler', ['local']);

export async function compiler({ host, lab }: Facts): Promise<Check[]> {
  if (host.platform === 'win32' || lab.redis.install !== 'source') return [];
  const missing = host.missingTools(lab);
  if (missing.length === 0) return [COMPILER.good(message('compiler.here'))];
  const command = host.installTools();
  return [
    COMPILER.poor(
      message('compiler.missing', { names: missing.join(', ') }),
      command === undefined ? message('compiler.by-hand') : steps('compiler.install', [command]),
    ),
  ];
}
