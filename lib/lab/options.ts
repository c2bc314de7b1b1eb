/** Options of the calls on a lab. */
import type { BackendName } from '../backends/registry.js';
import type { OnProgress } from '../progress.js';

/** Which backend a call is for. */
export interface BackendOptions {
  /**
   * What runs the nodes: `local`, processes of this machine on loopback; `incus`, containers or virtual machines of Incus or
   * LXD; `vagrant`, virtual machines of VirtualBox or libvirt; one that this program has registered with `registerBackend()`;
   * or `auto`, the one that has the lab already, else the best that works here (`up`) or `local` (`attach`).
   *
   * Default: the one that has the lab already, whether a program or the command brought it up; if none has, `local`, which
   * is quick and the same everywhere. (The command's default is `auto`.) A backend that you name is used even if another one
   * has a lab of that name; from then on, every call must name one.
   */
  readonly backend?: BackendName | 'auto' | undefined;
}

/** How a lab is brought up. */
export interface UpOptions extends BackendOptions {
  /**
   * Installs packages and loads kernel modules that are missing; otherwise an error lists them. Where this needs root it uses
   * `sudo`, which may ask for a password on the terminal, and fails without one. Default false.
   */
  readonly install?: boolean | undefined;
  /**
   * Builds the described version from its verified source, which takes a minute and a compiler, and keeps it in the cache. For
   * the backend `local` only. Default false: the server that this machine has is used.
   */
  readonly build?: boolean | undefined;
  /** **Wipes data**, logs and live configurations, and begins anew. Default false. */
  readonly fresh?: boolean | undefined;
  /** How long the lab has to become ready once its processes run, milliseconds. Default 60000. */
  readonly readyWithinMs?: number | undefined;
  /** Called with the progress. */
  readonly onProgress?: OnProgress | undefined;
  /** Aborting it ends what this call started, and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How long a lab has to become ready. */
export interface ReadyOptions {
  /** Milliseconds, after which the call fails with exit code 5. Default 60000. */
  readonly withinMs?: number | undefined;
  /** Called with what is waited for. */
  readonly onProgress?: OnProgress | undefined;
  /** Aborting it ends the waiting, and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How a command line is run on a node. */
export interface ExecOptions {
  /** Milliseconds that it may take. Default 60000. */
  readonly withinMs?: number | undefined;
  /** Its standard input. Default: none. */
  readonly input?: string | undefined;
  /** Aborting it ends the command, and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Output and exit code of a command on a node. */
export interface ExecResult {
  /** As in a shell: 128 plus the number of the signal that ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}
