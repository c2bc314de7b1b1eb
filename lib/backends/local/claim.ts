/**
 * Addresses that a lab is about to take. Between finding that nobody listens there and listening there it starts servers; until
 * then another lab, also one of another user, would find the same. So it holds ports of UDP there, which no server of a lab uses.
 */
import dgram from 'node:dgram';
import { once } from 'node:events';
import type { LabModel } from '../../model/model.js';
import { type Addressing, portsNeeded } from './localise.js';

/** At the end of an octet, where hardly a node is; and if one is, it speaks TCP. */
const OF_OCTET = { ending: '255.254', port: 26379 };

export class Claim implements AsyncDisposable {
  #sockets: dgram.Socket[] = [];

  /** Lets go of what it had, and holds this. False if somebody else does. */
  async take(lab: LabModel, addressing: Addressing): Promise<boolean> {
    await this[Symbol.asyncDispose]();
    for (const port of portsOf(lab, addressing)) {
      const socket = dgram.createSocket('udp4');
      this.#sockets.push(socket);
      try {
        socket.bind({ ...port, exclusive: true });
        await once(socket, 'listening');
      } catch (error) {
        // Where it cannot be held for another reason, whether the servers can listen there decides.
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') continue;
        await this[Symbol.asyncDispose]();
        return false;
      }
      // It keeps nobody from ending.
      socket.unref();
    }
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sockets = this.#sockets.splice(0);
    await Promise.all(
      sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve))),
    );
  }
}

function portsOf(lab: LabModel, addressing: Addressing): { address: string; port: number }[] {
  if (addressing.kind === 'addresses') {
    return [{ address: `127.${addressing.octet}.${OF_OCTET.ending}`, port: OF_OCTET.port }];
  }
  return Array.from({ length: portsNeeded(lab) }, (_, index) => ({
    address: '127.0.0.1',
    port: addressing.first + index,
  }));
}
