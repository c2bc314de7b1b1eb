/** Servers of the Debian 13 root, which need that root's own libraries, as programs of this machine. */
import fs from 'node:fs';
import path from 'node:path';
import type { LocalServer } from '../../lib/backends/local/local-server.js';
import { findServer } from '../../lib/backends/local/server.js';
import type { LabModel } from '../../lib/model/model.js';
import { newerEngine, versionOf } from '../readers/support/engines.js';
import { newerRoot } from '../readers/support/newer.js';
import { scratch } from '../readers/support/scratch.js';

/** Why they cannot be had; undefined if they can. */
export function noNewerServer(): string | undefined {
  return fs.existsSync(newerRoot()) ? undefined : 'the Debian 13 root';
}

export async function newerServer(
  engine: 'redis' | 'valkey',
  lab: LabModel,
): Promise<LocalServer | undefined> {
  // The client of this machine understands them all.
  const here = await findServer(lab);
  if (!here) return undefined;
  const server = newerEngine(`${engine}-server`);
  const program = path.join(scratch(engine), server.name);
  const call = [server.program, '--argv0', server.name, ...server.args];
  const words = call.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  fs.writeFileSync(program, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return { engine, version: versionOf(server), program, argv0: server.name, cli: here.cli };
}
