/**
 * A program that is played by the process of the tests: what is called is a few lines of bash that ask there. Vagrant calls
 * VBoxManage a hundred times for one lab, and Node alone would take a tenth of a second each time.
 */
import { once } from 'node:events';
import net from 'node:net';

/** What a call says, on standard output where it ends with 0 and on standard error else. */
export interface Answer {
  readonly code: number;
  readonly said: string;
}

export type Stub = (args: readonly string[]) => Answer;

const stubs: Stub[] = [];
let listening: Promise<number> | undefined;

/** The program, as a script. It works as long as the process of the tests does. */
export async function scriptFor(stub: Stub): Promise<string> {
  listening ??= listen();
  const port = await listening;
  const id = stubs.push(stub) - 1;
  return `#!/usr/bin/env bash
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1
printf '%s\\0' ${id} "$#" "$@" >&3
IFS= read -r code <&3 || exit 1
if [ "$code" = 0 ]; then cat <&3; else cat <&3 >&2; fi
exit "$code"
`;
}

async function listen(): Promise<number> {
  const server = net.createServer((socket) => {
    let asked = '';
    socket.on('data', (data) => {
      asked += data.toString();
      const [id = '', count = '', ...args] = asked.split('\0');
      // What follows the last zero is empty.
      if (count === '' || args.length <= Number(count)) return;
      const { code, said } = stubs[Number(id)]?.(args.slice(0, -1)) ?? { code: 1, said: '' };
      socket.end(`${code}\n${said}`);
    });
    // Whoever asked was killed.
    socket.on('error', () => socket.destroy());
  });
  // It keeps nobody from ending.
  server.unref();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}
