/** How a connection takes servers that refuse, are silent, or go away; played by a server of a few lines. */
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Connection, NoAnswer, Refusal } from '../../lib/redis-view/connection.js';
import type { Endpoint } from '../../lib/redis-view/endpoints.js';
import { listenTo, type SentinelEvent } from '../../lib/redis-view/sentinel-events.js';
import { hurry } from '../../lib/redis-view/sentinel-periods.js';
import { failure } from '../support/failure.js';

type Act = (socket: net.Socket, words: readonly string[]) => void;

class Server {
  readonly received: string[] = [];
  readonly #sockets = new Set<net.Socket>();
  readonly #server: net.Server;
  connections = 0;

  constructor(act: Act) {
    this.#server = net.createServer((socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('data', (data) => {
        // Each command is an array of bulk strings; its words are every second line from the third on.
        const lines = data.toString().split('\r\n');
        const words = lines.filter(
          (_, index) => index >= 2 && index % 2 === 0 && index < lines.length,
        );
        this.received.push(words.join(' ').trim());
        act(socket, words);
      });
    });
  }

  async place(): Promise<Endpoint> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return { host: '127.0.0.1', port: (this.#server.address() as net.AddressInfo).port };
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.hangUp();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** A silent server is given up after this; a connection that comes about at all does so sooner, on a busy machine as well. */
const TIMEOUT_MS = 1000;

/** What would be sent or connected once more would be so at once, or after the pause of a listener, by then. */
const LONG_ENOUGH_MS = 1500;

describe('a connection', () => {
  let server: Server;
  afterEach(async () => server?.close());

  async function connect(act: Act, timeoutMs = 1000): Promise<Connection> {
    server = new Server(act);
    return Connection.open(await server.place(), { timeoutMs });
  }

  it('blames no server for what this process was late to read', async () => {
    const connection = await connect((socket) => {
      socket.write('+PONG\r\n');
      // The answer is there, and the timer is due, when this process comes to look at either.
      const until = performance.now() + TIMEOUT_MS + 100;
      while (performance.now() < until);
    }, TIMEOUT_MS);
    expect(await connection.ask('PING')).to.equal('PONG');
    connection.close();
  });

  it('blames no server for a connection that this process was late to see', async () => {
    server = new Server(() => undefined);
    const opening = Connection.open(await server.place(), { timeoutMs: 50 });
    // Held up in each turn in which the connection may be on its way.
    for (let turn = 0; turn < 6; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      const until = performance.now() + 100;
      while (performance.now() < until);
    }
    (await opening).close();
  });

  it('says that nobody listens', async () => {
    server = new Server(() => undefined);
    const place = await server.place();
    await server.close();
    server = new Server(() => undefined);
    await server.place();
    const error = await failure(Connection.open(place));
    expect(error).to.be.instanceOf(NoAnswer);
    expect(error).to.include({ sent: false });
    expect(error.message).to.match(/ECONNREFUSED/);
  });

  it('gives answers in order, and sends nothing of its own', async () => {
    const connection = await connect((socket, words) => socket.write(`+${words[0]}!\r\n`));
    expect(await connection.ask('ONE')).to.equal('ONE!');
    expect(await connection.ask('TWO', 2)).to.equal('TWO!');
    expect(server.received).to.deep.equal(['ONE', 'TWO 2']);
    connection.close();
  });

  it('tells a server that says no from one that says nothing', async () => {
    const connection = await connect((socket) => socket.write('-READONLY not here\r\n'));
    const error = await failure(connection.ask('SET', 'a', 'b'));
    expect(error).to.be.instanceOf(Refusal);
    expect(error).to.include({ code: 'READONLY', message: 'READONLY not here' });
    expect(connection.open).to.equal(true);
    connection.close();
  });

  it('gives a silent server up, and takes no late answer for the next one', async () => {
    const connection = await connect(() => undefined, TIMEOUT_MS);
    const error = await failure(connection.ask('SET', 'a', 'b'));
    expect(error).to.be.instanceOf(NoAnswer);
    expect(error).to.include({ sent: true });
    expect(connection.open).to.equal(false);
    const next = await failure(connection.ask('GET', 'a'));
    expect(next).to.be.instanceOf(NoAnswer);
    expect(next).to.include({ sent: false });
    expect(server.received).to.deep.equal(['SET a b']);
  });

  it('takes no answer that comes too late for another one', async () => {
    const late: net.Socket[] = [];
    const connection = await connect((socket) => late.push(socket), TIMEOUT_MS);
    expect(await failure(connection.ask('SLOW'))).to.include({ sent: true });
    for (const socket of late) socket.write('+SLOW\r\n');
    expect(await failure(connection.ask('QUICK'))).to.include({ sent: false });
    await connection.closed;
    expect(server.received).to.deep.equal(['SLOW']);
  });

  it('takes half an answer for none', async () => {
    const connection = await connect((socket) => socket.end('$10\r\nhalf'));
    const error = await failure(connection.ask('GET', 'a'));
    expect(error).to.be.instanceOf(NoAnswer);
    expect(error).to.include({ sent: true });
    expect(connection.open).to.equal(false);
  });

  it('leaves every question that is open without an answer when the server goes', async () => {
    const connection = await connect((socket, words) => {
      if (words[0] === 'THREE') socket.destroy();
    });
    const asked = ['ONE', 'TWO', 'THREE'].map((word) => failure(connection.ask(word)));
    for (const error of await Promise.all(asked)) {
      expect(error).to.be.instanceOf(NoAnswer);
      expect(error).to.include({ sent: true });
    }
    await connection.closed;
    expect(server.connections).to.equal(1);
  });

  it('is gone for good once it is closed, also if the server keeps its end open', async () => {
    const before = sockets();
    const silent = net.createServer({ allowHalfOpen: true });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as net.AddressInfo;
    const accepted = once(silent, 'connection');
    const connection = await Connection.open(
      { host: '127.0.0.1', port },
      { timeoutMs: TIMEOUT_MS },
    );
    const [other] = (await accepted) as [net.Socket];
    expect(sockets()).to.equal(before + 2);
    await failure(connection.ask('PING'));
    await connection.closed;
    await until(() => sockets() <= before + 1);
    other.destroy();
    silent.close();
    await once(silent, 'close');
    await until(() => sockets() <= before);
  });

  it('leaves nothing open where none came about', async () => {
    const before = sockets();
    server = new Server(() => undefined);
    const place = await server.place();
    await server.close();
    await Promise.all(Array.from({ length: 20 }, () => failure(Connection.open(place))));
    await until(() => sockets() <= before);
    server = new Server(() => undefined);
    await server.place();
  });

  it('never sends a command twice when the server dies of it', async () => {
    const connection = await connect((socket) => socket.destroy());
    const error = await failure(connection.ask('DEBUG', 'SEGFAULT'));
    expect(error).to.include({ sent: true });
    expect(await connection.closed).to.be.a('string');
    await sleep(LONG_ENOUGH_MS);
    expect(server.received).to.deep.equal(['DEBUG SEGFAULT']);
    expect(server.connections).to.equal(1);
  });
});

describe('listening to a Sentinel', () => {
  it('goes on after the connection was lost, until it is told to stop', async () => {
    const server = new Server((socket, words) => {
      if (words[0]?.toLowerCase() !== 'psubscribe') return;
      socket.write('*3\r\n$10\r\npsubscribe\r\n$1\r\n*\r\n:1\r\n');
      const text = 'master mymaster 10.0.0.1 6379';
      socket.write(
        `*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$6\r\n+sdown\r\n$${text.length}\r\n${text}\r\n`,
      );
    });
    const stop = new AbortController();
    const heard: SentinelEvent[] = [];
    const states: string[] = [];
    const before = sockets();
    try {
      const place = await server.place();
      const { over } = await listenTo({
        endpoint: () => place,
        onEvent: (event) => heard.push(event),
        onConnection: (state) => states.push(state),
        signal: stop.signal,
      });
      await until(() => heard.length === 1);
      server.hangUp();
      await until(() => heard.length === 2);
      expect(heard[1]).to.include({ type: '+sdown', text: 'master mymaster 10.0.0.1 6379' });
      stop.abort();
      await over;
      await sleep(LONG_ENOUGH_MS);
      expect(server.connections).to.equal(2);
      // An end of our own is no loss.
      expect(states).to.deep.equal(['lost', 'heard']);
      await until(() => sockets() <= before);
    } finally {
      stop.abort();
      await server.close();
    }
  });
});

describe('the periods of Sentinels', () => {
  /** A Sentinel as far as SENTINEL DEBUG goes; `refuses` to set the hurried ones. */
  function sentinel(refuses = false): Server {
    return new Server((socket, words) => {
      const shown = ['INFO-PERIOD', '10000', 'PING-PERIOD', '1000', 'PUBLISH-PERIOD', '2000'];
      if (words.filter((word) => word !== '').length === 2) {
        socket.write(`*6\r\n${shown.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`);
      } else {
        socket.write(refuses ? '-ERR unknown subcommand\r\n' : '+OK\r\n');
      }
    });
  }
  const show = 'SENTINEL DEBUG';
  const shorten = 'SENTINEL DEBUG info-period 100 ping-period 100 publish-period 100';
  const putBack = 'SENTINEL DEBUG info-period 10000 ping-period 1000 publish-period 2000';

  let sentinels: Server[];
  afterEach(async () => {
    for (const each of sentinels) await each.close();
  });

  it('are shortened, and then those that each had', async () => {
    sentinels = [sentinel(), sentinel()];
    const restore = await hurry(await Promise.all(sentinels.map((each) => each.place())));
    for (const { received } of sentinels) expect(received).to.deep.equal([show, shorten]);
    await restore();
    for (const { received } of sentinels) expect(received.slice(2)).to.deep.equal([putBack]);
  });

  it('are not left short on some when others refuse or do not answer', async () => {
    const [good, refusing, silent] = [sentinel(), sentinel(true), new Server(() => undefined)];
    sentinels = [good, refusing, silent];
    const error = await failure(hurry(await Promise.all(sentinels.map((each) => each.place()))));
    expect(error).to.be.instanceOf(Refusal);
    expect(good.received).to.deep.equal([show, shorten, putBack]);
  });
});

function sockets(): number {
  return process.getActiveResourcesInfo().filter((each) => each === 'TCPSocketWrap').length;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 6000 && !holds(); tries++) await sleep(20);
  expect(holds()).to.equal(true);
}
