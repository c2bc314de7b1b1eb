/** The error for a service that has ended, with its last log lines from the journal. */
import type { RedisLabError } from '../../errors.js';
import { MACHINE } from '../../render/layout.js';
import type { RunningServer } from '../backend.js';
import { hasEnded, REPORT_LINES } from '../last-words.js';
import type { LabService } from '../services.js';
import type { Shell } from './shell.js';
import { UNITS } from './units.js';

const READ_MS = 20_000;

/** Lines of systemd are left out. */
export async function lastWords(
  shell: Shell,
  service: LabService,
  how: string,
  server: RunningServer | undefined,
): Promise<RedisLabError> {
  const { name } = service.node;
  const argv = [
    'journalctl',
    `--unit=${UNITS[service.service]}`,
    '_TRANSPORT=stdout',
    `--lines=${REPORT_LINES}`,
    '--output=cat',
    '--no-pager',
    '--quiet',
  ];
  const ran = await shell.attempt(name, argv, { deadlineMs: READ_MS });
  return hasEnded(service, how, ran.stdout.split('\n'), {
    folder: MACHINE.dataDir,
    server,
    onNode: `redis-lab exec ${name} -- `,
  });
}
