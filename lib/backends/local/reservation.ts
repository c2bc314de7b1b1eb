/**
 * Reserving addresses for a lab, from finding them free until its servers listen there: meanwhile another lab, also of another
 * user, must not find them free. So UDP ports are bound there, which no server of a lab uses.
 */
import dgram from 'node:dgram';
import { once } from 'node:events';
import type { LabModel } from '../../model/model.js';
import { type Addressing, portsNeeded } from './localise.js';

/** At the end of `127.OCTET`, where hardly any node is; and nodes use TCP. */
const OF_OCTET = { ending: '255.254', port: 26379 };

export class Reservation implements AsyncDisposable {
  #sockets: dgram.Socket[] = [];

  /** Gives up what it had, and reserves these addresses. False if they are reserved already. */
  async take(lab: LabModel, addressing: Addressing): Promise<boolean> {
    await this[Symbol.asyncDispose]();
    for (const port of portsOf(lab, addressing)) {
      const socket = dgram.createSocket('udp4');
      this.#sockets.push(socket);
      try {
        socket.bind({ ...port, exclusive: true });
        await once(socket, 'listening');
      } catch (error) {
        // After any other error, trying to listen there will decide.
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') continue;
        await this[Symbol.asyncDispose]();
        return false;
      }
      // It does not keep this process alive.
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
