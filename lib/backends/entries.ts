/** How students get into the labs of a class from other machines. */
import type { LabModel } from '../model/model.js';

/** Which lab of which class. */
export interface LabOfClass {
  /** Name of the class. */
  readonly class: string;
  /** Name of the lab. */
  readonly lab: string;
}

/** What gets a student in by SSH. */
export interface Admission {
  /** Of the server, 1 to 65535. */
  readonly port: number;
  /** A public key, one line. Absent: none does. */
  readonly key?: string;
  /** Absent: none does. */
  readonly password?: string;
}

/** What a student must know of the way in. */
export interface Entrance {
  /** Name of the lab. */
  readonly lab: string;
  readonly port: number;
  /** Public key by which the SSH server is known: type and key, as `ssh-keygen` writes them. */
  readonly hostKey: string;
  /** The member of a cluster that listens; absent where there is none. */
  readonly member?: string;
  /** By which this machine knows the server: a host name or an address. */
  readonly address: string;
  /** What a client of the server must know, once it has a token. */
  readonly client: ClientWay;
}

/** The way in for those who have a client of the server, with a token for it. */
export interface ClientWay {
  /** The program: `incus` or `lxc`. */
  readonly program: string;
  readonly project: string;
  /** The one that the master is. */
  readonly instance: string;
}

/** How a backend lets students into their labs from other machines. */
export interface EntriesOfBackend {
  /**
   * Lets a student into the own lab, which is up: by SSH, as the user `student` of the master, through a port of the server.
   * Harmless where that is so.
   * @throws RedisLabError (3, `host.port-taken`) when something else listens on that port; (3) when the server cannot be asked; (4)
   * when a node cannot be prepared, or the server refuses
   */
  open(
    lab: LabModel,
    of: LabOfClass,
    admission: Admission,
    signal: AbortSignal | undefined,
  ): Promise<void>;
  /**
   * @throws RedisLabError (3) where a token would open more than a lab, or the server cannot be asked
   */
  checkTokens(described: LabModel, signal: AbortSignal | undefined): Promise<void>;
  /**
   * A new token by which one client of the server gets into that lab and nothing else. What there was before is void.
   * @throws RedisLabError (3) when the server cannot be asked; (4) when it gives none
   */
  token(described: LabModel, of: LabOfClass): Promise<string>;
  /**
   * Ends both ways in, before the lab is taken down; harmless where there is none.
   * @throws RedisLabError (3) when the server cannot be asked; (4) when it refuses
   */
  close(described: LabModel, of: LabOfClass): Promise<void>;
  /**
   * The labs of a class that can be entered.
   * @param of name of the class
   * @throws RedisLabError (3) when the server cannot be asked
   */
  all(
    described: LabModel,
    of: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly Entrance[]>;
}
