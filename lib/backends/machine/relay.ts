/**
 * Connections to the servers of a node if this machine has no address in the lab's network: a program on the node
 * (`templates/node/relay.py`), started by the node's shell, makes all of them.
 */
import { Duplex, type Readable } from 'node:stream';
import { now } from '../../clock.js';
import type { Invocation } from '../../command/call.js';
import type { PipedProgram } from '../../command/piped.js';
import { freeze } from '../../model/freeze.js';
import type { LabModel } from '../../model/model.js';
import type { Via } from '../../model/reach.js';
import { verbatim } from '../../render/template.js';
import type { Shell } from './shell.js';

/** Every node has Python, because cloud-init needs it. */
const PROGRAM = ['python3', '-I', '-S', '-c'];

/** How long the program may take to start, milliseconds. */
const START_MS = 30_000;

/** After a failed start, the next try comes after this, milliseconds: a client may ask a hundred times a second. */
const REST_MS = 1000;

/** The program stays this long after its last connection, milliseconds, since the next one may come soon. */
const IDLE_MS = 5000;

/** A program that was asked to connect and has sent nothing for this long is ended. Milliseconds. */
const SILENT_MS = 5000;

/** Length of a frame's header, bytes: number of the connection (4), letter (1), length of the data (4). */
const HEADER = 9;

/** Gives the nodes of a lab a `via` that leads through their shell. */
export function throughShell(shell: Shell): (lab: LabModel) => LabModel {
  const relayOf = relaysOf(shell);
  return (lab) => withVia(lab, relayOf);
}

/**
 * Gives all nodes of a lab a `via` that leads through the shell of one, which reaches them all. If there is no way through that one any more,
 * another is taken. A node that it does not reach is connected to through its own shell from then on.
 * @param awake the nodes whose machines run
 */
export function throughOne(
  shell: Shell,
  awake: () => readonly string[],
): (lab: LabModel) => LabModel {
  const relayOf = relaysOf(shell);
  /** Nodes through which there was no way. */
  const lost = new Set<string>();
  /** Nodes that others do not reach. */
  const apart = new Set<string>();
  const viaOf = (node: string): Via => {
    return async (host, port, withinMs) => {
      if (!awake().includes(node)) {
        apart.delete(node);
        throw noWay('its machine does not run');
      }
      for (;;) {
        const by = apart.has(node) ? node : awake().find((each) => !lost.has(each));
        if (by === undefined) {
          // The next call may find one.
          lost.clear();
          throw noWay('no node of the lab can be entered');
        }
        try {
          return await relayOf(by)(host, port, withinMs);
        } catch (error) {
          const isRefused = /\bECONNREFUSED\b/.test((error as Error).message);
          const isLost = error instanceof NoWay;
          if (isRefused || apart.has(node) || (by === node && !isLost)) throw error;
          (isLost ? lost : apart).add(isLost ? by : node);
        }
      }
    };
  };
  return (lab) => withVia(lab, viaOf);
}

function withVia(lab: LabModel, viaOf: (node: string) => Via): LabModel {
  return freeze({ ...lab, nodes: lab.nodes.map((node) => ({ ...node, via: viaOf(node.name) })) });
}

/** A relay on each node, started when it is first used. */
function relaysOf(shell: Shell): (node: string) => Via {
  const known = new Map<string, Via>();
  return (node) => {
    const via =
      known.get(node) ??
      relayOn(() => shell.invocation(node, [...PROGRAM, verbatim('node/relay.py')]));
    known.set(node, via);
    return via;
  };
}

/** @internal Connections through a program that speaks the protocol of `relay.py`. */
export function relayOn(call: () => Invocation): Via {
  const relay = new Relay(call);
  return (host, port, withinMs) => relay.open(host, port, withinMs);
}

class Relay {
  readonly #call: () => Invocation;
  readonly #lines = new Map<number, Line>();
  #started: Promise<PipedProgram> | undefined;
  #program: PipedProgram | undefined;
  #failed: { readonly error: unknown; readonly at: number } | undefined;
  /** When a connection was first asked for since the program last sent anything. */
  #unanswered: number | undefined;
  #waiting = 0;
  #last = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(call: () => Invocation) {
    this.#call = call;
  }

  async open(host: string, port: number, withinMs: number): Promise<Duplex> {
    this.#waiting += 1;
    this.#hold();
    try {
      const program = await this.#begun();
      this.#last += 1;
      const number = this.#last;
      const line = new Line(host, port, (letter, data, done) => {
        if (letter === 'c') this.#gone(number);
        program.input.write(frame(number, letter, data), done);
      });
      this.#lines.set(number, line);
      this.#unanswered ??= now();
      return await line.opened(withinMs).catch((error: unknown) => {
        const since = this.#unanswered;
        if (since !== undefined && now() - since > SILENT_MS) this.#drop(program, 'it fell silent');
        throw error;
      });
    } finally {
      this.#waiting -= 1;
      this.#hold();
    }
  }

  #begun(): Promise<PipedProgram> {
    if (this.#started) return this.#started;
    if (this.#failed && now() - this.#failed.at < REST_MS) throw this.#failed.error;
    const started = this.#start();
    this.#started = started;
    started.catch((error: unknown) => {
      this.#failed = { error, at: now() };
      this.#started = undefined;
    });
    return started;
  }

  async #start(): Promise<PipedProgram> {
    const { startPiped } = await import('../../command/piped.js');
    const begun = startPiped(this.#call());
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        begun.output.removeAllListeners('data');
        begun.end();
        reject(new NoWay(`the node has started nothing within ${START_MS / 1000} s`));
      }, START_MS);
      readFrames(begun.output, (number, letter, data) => {
        this.#unanswered = undefined;
        if (letter !== 'h') return this.#lines.get(number)?.heard(letter, data);
        clearTimeout(late);
        this.#program = begun;
        resolve(begun);
      });
      void begun.ended.then((why) => {
        clearTimeout(late);
        reject(noWay(why));
        this.#drop(begun, why);
      });
    });
  }

  /** Ends a program, and all its connections. */
  #drop(program: PipedProgram, why: string): void {
    if (this.#program !== program) return;
    this.#program = undefined;
    this.#started = undefined;
    this.#unanswered = undefined;
    program.end();
    for (const line of this.#lines.values()) line.destroy(noWay(why));
  }

  #gone(number: number): void {
    this.#lines.delete(number);
    this.#hold();
  }

  /** The program keeps this process alive only while there are connections; without any, it ends a little later. */
  #hold(): void {
    const wanted = this.#lines.size + this.#waiting > 0;
    this.#program?.hold(wanted);
    clearTimeout(this.#idle);
    if (wanted || !this.#program) return;
    const program = this.#program;
    this.#idle = setTimeout(() => {
      this.#program = undefined;
      this.#started = undefined;
      program.end();
    }, IDLE_MS);
    this.#idle.unref();
  }
}

/** No program connects for us: it could not be started, or has ended. */
class NoWay extends Error {}

function noWay(why: string): NoWay {
  return new NoWay(`there is no way to it: ${why}`);
}

function frame(number: number, letter: string, data: Buffer): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(number, 0);
  header.write(letter, 4, 'latin1');
  header.writeUInt32BE(data.length, 5);
  return Buffer.concat([header, data]);
}

type OnFrame = (number: number, letter: string, data: Buffer) => void;

function readFrames(output: Readable, onFrame: OnFrame): void {
  let rest = Buffer.alloc(0);
  output.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= HEADER) {
      const end = HEADER + rest.readUInt32BE(5);
      if (rest.length < end) return;
      onFrame(rest.readUInt32BE(0), rest.toString('latin1', 4, 5), rest.subarray(HEADER, end));
      rest = rest.subarray(end);
    }
  });
}

type Say = (letter: 'o' | 'd' | 'c', data: Buffer, done?: (error?: Error | null) => void) => void;

/** One connection through the program. */
class Line extends Duplex {
  readonly #host: string;
  readonly #port: number;
  readonly #say: Say;
  #onOpen: (() => void) | undefined;

  constructor(host: string, port: number, say: Say) {
    super({ allowHalfOpen: false });
    this.#host = host;
    this.#port = port;
    this.#say = say;
    // Errors reach those who use the connection, and before that `opened`.
    this.on('error', () => undefined);
  }

  /** @throws Error with the message of a direct connection: `connect ECONNREFUSED …` */
  opened(withinMs: number): Promise<this> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.#fail('ETIMEDOUT'), withinMs);
      this.#onOpen = () => {
        this.#onOpen = undefined;
        clearTimeout(late);
        resolve(this);
      };
      this.once('error', (error) => {
        clearTimeout(late);
        reject(error);
      });
      this.#say('o', Buffer.from(`${this.#host} ${this.#port}`));
    });
  }

  heard(letter: string, data: Buffer): void {
    if (letter === 'o') this.#onOpen?.();
    else if (letter === 'd') this.push(data);
    else if (data.length === 0) this.push(null);
    else this.#fail(data.toString());
  }

  #fail(code: string): void {
    const what = this.#onOpen ? 'connect' : 'read';
    this.destroy(new Error(`${what} ${code} ${this.#host}:${this.#port}`));
  }

  override _read(): void {
    // Data is pushed as it comes.
  }

  override _write(data: Buffer, _: string, done: (error?: Error | null) => void): void {
    this.#say('d', data, done);
  }

  override _final(done: () => void): void {
    done();
    this.destroy();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#say('c', Buffer.alloc(0));
    done(error);
  }
}
