/**
 * What ssh does here: as long as the stub of VirtualBox has a machine running, it is a
 * node on which all went well; else nobody is there, nor where FOLDER has a file `deaf`. PORT is one at which somebody
 * listens. Each call is written down.
 */
import fs from 'node:fs';
import path from 'node:path';
import { changing, type Machine, readState } from './state.js';
import type { Answer } from './stub.js';

export function enter(
  folder: string,
  lab: string,
  port: number,
  called: readonly string[],
): Answer {
  fs.appendFileSync(path.join(folder, 'entered.jsonl'), `${JSON.stringify(called)}\n`);
  const dashes = called.indexOf('--');
  const node = (dashes < 0 ? called.at(-1) : called[dashes - 1]) ?? '';
  const command = dashes < 0 ? '' : called.slice(dashes + 1).join(' ');
  const isIt = ({ name }: Machine) => name === `${lab}-${node}`;
  const deaf = fs.existsSync(path.join(folder, 'deaf'));
  const runs = !deaf && readState(folder).machines.find(isIt)?.state === 'running';

  // Nobody listens at the other one.
  if (called.includes('-G')) return good(`hostname 127.0.0.1\nport ${runs ? port : 9}\n`);
  if (called.includes('-O')) return good('');
  if (!runs) {
    return { code: 255, said: 'ssh: connect to host 127.0.0.1 port 9: Connection refused\n' };
  }
  if (command.includes("'poweroff'") || command.includes('systemctl poweroff')) {
    changing(folder, ({ machines }) => {
      for (const machine of machines.filter(isIt)) machine.state = 'poweroff';
    });
    return good('');
  }
  if (command.includes('/run/cloud-init/result.json')) {
    return good(`redis-lab: ${node} is done\n--- cloud-init status\n{"v1": {"errors": []}}\n`);
  }
  if (command.includes('systemctl show')) {
    const unit = (name: string, pid: number) =>
      `MainPID=${pid}\nActiveState=active\nId=${name}.service\n`;
    const version = 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64 build=1\n';
    return good(`${unit('redis-server', 11)}\n${unit('redis-sentinel', 12)}\n${version}`);
  }
  if (command.includes('end of list')) return good('end of list\n');
  // No partition, and whatever else is asked is done. A script of a fault says at its end how it ended.
  const code = command.includes('iptables') ? 1 : 0;
  return command.includes('ended with') ? good(`\nended with ${code}\n`) : { code, said: '' };
}

function good(said: string): Answer {
  return { code: 0, said };
}
