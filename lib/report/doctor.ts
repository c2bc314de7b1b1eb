/** What this host has and lacks for a lab: plain data for people or a program. */

/** `bad`: up will not work. `poor`: it may not work, or work worse, or that could not be found out. */
export type CheckState = 'good' | 'poor' | 'bad';

export interface CheckReport {
  /** What it is known by, whatever it says: `virtualbox.host-only-range`. */
  readonly code: string;
  readonly name: string;
  /** The backends that it matters for. */
  readonly about: readonly string[];
  readonly state: CheckState;
  readonly seen: string;
  readonly why: string;
  /** What to do; lines that begin with two blanks are commands to copy. null where nothing need be done. */
  readonly fix: string | null;
  /** What `doctor --fix` does about it, a sentence without a subject; null where it does nothing. */
  readonly remedy: string | null;
}

export interface DoctorReport {
  /** What was asked for, else the backend to take; null where none would work. */
  readonly backend: string | null;
  /** One sentence. */
  readonly why: string;
  readonly checks: readonly CheckReport[];
}
