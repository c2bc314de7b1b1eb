/** A program on a machine, over one connection a machine: making one takes seconds where it is emulated. */
import path from 'node:path';
import { execa } from 'execa';
import { shellQuote } from '../../../lib/render/shell-quote.js';
import type { User } from '../../support/ground.js';
import type { On } from '../../support/nodes.js';

export function onMachinesOf(user: User, lab = 'redis-lab'): On {
  const place = path.join(String(user.env['XDG_STATE_HOME']), 'redis-lab', '.vagrant', lab);
  const shared = {
    ControlMaster: 'auto',
    ControlPath: path.join(user.folder, 'c-%n'),
    // It ends by itself, soon after the last test that uses it.
    ControlPersist: '20',
    BatchMode: 'yes',
    ConnectTimeout: '30',
  };
  const options = Object.entries(shared).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return async (node, ...argv) => {
    const { exitCode, stdout, stderr } = await execa(
      'ssh',
      [
        '-q',
        '-T',
        '-F',
        path.join(place, 'ssh-config'),
        ...options,
        node,
        '--',
        ['sudo', '-n', ...argv].map(shellQuote).join(' '),
      ],
      { reject: false, stdin: 'ignore', timeout: 120_000 },
    );
    return { exitCode, stdout: String(stdout), stderr: String(stderr) };
  };
}
