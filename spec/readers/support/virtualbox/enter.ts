/**
 * The stub of ssh, run as `enter FOLDER LAB PORT ARGUMENT…`: as long as the stub of VirtualBox has a machine running, it is a
 * node on which all went well; else nobody is there, nor where FOLDER has a file `deaf`. PORT is one at which somebody
 * listens. Each call is written down.
 */
import fs from 'node:fs';
import path from 'node:path';
import { changing, readState } from './state.js';

const [folder = '', lab = '', port = '', ...called] = process.argv.slice(2);
fs.appendFileSync(path.join(folder, 'entered.jsonl'), `${JSON.stringify(called)}\n`);

const dashes = called.indexOf('--');
const node = (dashes < 0 ? called.at(-1) : called[dashes - 1]) ?? '';
const command = dashes < 0 ? '' : called.slice(dashes + 1).join(' ');
const isIt = ({ name }: { readonly name: string }) => name === `${lab}-${node}`;
const deaf = fs.existsSync(path.join(folder, 'deaf'));
const runs = !deaf && readState(folder).machines.find(isIt)?.state === 'running';

if (called.includes('-G')) {
  // Nobody listens at the other one.
  process.stdout.write(`hostname 127.0.0.1\nport ${runs ? port : 9}\n`);
} else if (called.includes('-O')) {
  process.exitCode = 0;
} else if (!runs) {
  process.stderr.write('ssh: connect to host 127.0.0.1 port 9: Connection refused\n');
  process.exitCode = 255;
} else {
  const [said, code] = answer();
  process.stdout.write(said);
  process.exitCode = code;
}

function answer(): [said: string, code: number] {
  if (command.includes("'poweroff'") || command.includes('systemctl poweroff')) {
    changing(folder, ({ machines }) => {
      for (const machine of machines.filter(isIt)) machine.state = 'poweroff';
    });
    return ['', 0];
  }
  if (command.includes('/run/cloud-init/result.json')) {
    return [`redis-lab: ${node} is done\n--- cloud-init status\n{"v1": {"errors": []}}\n`, 0];
  }
  if (command.includes('systemctl show')) {
    const unit = (name: string, pid: number) =>
      `MainPID=${pid}\nActiveState=active\nId=${name}.service\n`;
    const version = 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64 build=1\n';
    return [`${unit('redis-server', 11)}\n${unit('redis-sentinel', 12)}\n${version}`, 0];
  }
  if (command.includes('end of list')) return ['end of list\n', 0];
  // No partition, and whatever else is asked is done.
  return ['', command.includes('iptables') ? 1 : 0];
}
