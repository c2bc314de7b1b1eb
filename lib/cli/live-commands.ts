/** The commands of a running lab, in the order of the help. */
import type { Command } from './command.js';
import { check } from './commands/check.js';
import { labClass } from './commands/class.js';
import { cache, doctor } from './commands/host.js';
import { connect, down, heal, list, status, stop, up } from './commands/lab.js';
import { exec, fault, logs, ssh } from './commands/node.js';
import { handout } from './commands/paper.js';
import { experiment, report, verify } from './commands/proof.js';

export const liveCommands: readonly Command[] = [
  up,
  doctor,
  list,
  status,
  verify,
  experiment,
  report,
  fault,
  heal,
  logs,
  exec,
  ssh,
  connect,
  stop,
  down,
  cache,
  check,
  handout,
  labClass,
];
