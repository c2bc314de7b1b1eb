/** What may be said to the calls of a lab. */
import type { BackendName } from '../backends/backend.js';
import type { OnProgress } from '../progress.js';

export interface BackendOptions {
  /**
   * What runs the nodes: `local`, processes of this machine on loopback; `incus`, system containers or virtual
   * machines of Incus or LXD; `vagrant`, virtual machines of VirtualBox or libvirt; `auto`, the one that has the lab
   * already, else for `up` the one that serves this machine best, and for `attach` `local`.
   *
   * Default: the one that has the lab already, whether a program or the command brought it up; `local` for a lab that is
   * nowhere, which is quick and the same everywhere, as a suite of tests wants it. The command's own default for that is
   * `auto`. A backend that is named is taken, also beside another one that has a lab of that name; from then on it must
   * be named, for every call.
   */
  readonly backend?: BackendName | 'auto' | undefined;
}

export interface UpOptions extends BackendOptions {
  /** Installs what is missing; without it, an error says what is. Default false. */
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
  readonly onProgress?: OnProgress | undefined;
  /** Aborting it ends what this call started, and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReadyOptions {
  /** Milliseconds. Default 60000. */
  readonly withinMs?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}
