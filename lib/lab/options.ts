/** Options of the calls on a lab. */
import type { BackendName } from '../backends/registry.js';
import type { OnProgress } from '../progress.js';

/** Which backend a call is for. */
export interface BackendOptions {
  /**
   * What runs the nodes: `local`, processes of this machine on loopback; `incus`, system containers or virtual
   * machines of Incus or LXD; `vagrant`, virtual machines of VirtualBox or libvirt; `auto`, the one that has the lab
   * already, else for `up` the one that serves this machine best, and for `attach` `local`; or one that this program has
   * registered with `registerBackend()`.
   *
   * Default: the one that has the lab already, whether a program or the command brought it up. If none does, `local`, which
   * is quick and the same everywhere, as tests want it; the command itself takes `auto` then. A backend that is named is
   * taken even if another one has a lab of that name; from then on, every call must name one.
   */
  readonly backend?: BackendName | 'auto' | undefined;
}

/** How a lab is brought up. */
export interface UpOptions extends BackendOptions {
  /**
   * Installs what is missing, and loads kernel modules that are; without it, an error says what is missing. Where that needs
   * root, it is done by `sudo`, which may ask for a password on the terminal, and fails where there is none. Default false.
   */
  readonly install?: boolean | undefined;
  /**
   * Builds the described version from its verified source, once, where this host has another one: a minute
   * with a compiler, and kept in the cache. Default false: what the host has is used.
   */
  readonly build?: boolean | undefined;
  /** Data, logs and live configurations begin anew. Default false. */
  readonly fresh?: boolean | undefined;
  /** How long the lab has to become ready once its processes run, milliseconds. Default 60000. */
  readonly readyWithinMs?: number | undefined;
  /** Hears what the call is doing. */
  readonly onProgress?: OnProgress | undefined;
  /** Aborting it ends what this call started, and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How long a lab has to become ready. */
export interface ReadyOptions {
  /** Milliseconds. Default 60000. When they are over, the call fails with exit code 5. */
  readonly withinMs?: number | undefined;
  /** Hears what is waited for. */
  readonly onProgress?: OnProgress | undefined;
  /** Aborting it ends the waiting, and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How a command line is run on a node. */
export interface ExecOptions {
  /** Milliseconds that it has. Default 60000. */
  readonly withinMs?: number | undefined;
  /** Its standard input. Default: none. */
  readonly input?: string | undefined;
  /** Aborting it ends the command, and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a command on a node said, and how it ended. */
export interface ExecResult {
  /** As a shell has it: 128 and the number of the signal that ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}
