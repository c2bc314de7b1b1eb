/** The labs of a user, as plain data for a table or a program. */

/** What `list --json` prints. */
export interface LabList {
  readonly labs: readonly ListedLab[];
  /** Backends that could not be asked: labs may be there that are not listed. */
  readonly silent: readonly SilentBackend[];
}

/** A lab of this user. */
export interface ListedLab {
  readonly name: string;
  /** Its name: `local`, `incus`, `vagrant`, or of one that a program registered. */
  readonly backend: string;
  /**
   * With `local`, what its servers do: all `running`, some `partial`, none `stopped`. With the others the same of its
   * machines or containers; whether services run on them, the lab's status tells. `damaged`: what it remembers cannot be
   * read. `unknown`: the backend has it and could not be asked.
   */
  readonly state: 'running' | 'partial' | 'stopped' | 'damaged' | 'unknown';
  /** Where its files are; null where they are with its instances. */
  readonly folder: string | null;
  /** Why it is damaged or unknown; else null. */
  readonly problem: string | null;
  /** With `incus`: the remote and the project that it is in; else null. */
  readonly incus: { readonly remote: string; readonly project: string } | null;
}

/** A backend that could not be asked: there may be labs of it that are not listed. */
export interface SilentBackend {
  /** Its name: `local`, `incus`, `vagrant`, or of one that a program registered. */
  readonly backend: string;
  readonly problem: string;
}
