/** The remote and the project of a lab, and how they are noted. */
import type { LabModel } from '../../model/model.js';

export interface IncusPlace {
  readonly remote: string;
  readonly project: string;
}

/** The defaults. */
export const USUAL: IncusPlace = { remote: 'local', project: 'default' };

/** `REMOTE PROJECT` for the note; empty for the defaults. */
export function placeOf({ incus: { remote, project } }: LabModel): string[] {
  return isSame({ remote, project }, USUAL) ? [] : [remote, project];
}

/** The settings of a description that name them; empty for the defaults. */
export function settingsOf(place: IncusPlace): string[] {
  return isSame(place, USUAL)
    ? []
    : [`incus.remote=${place.remote}`, `incus.project=${place.project}`];
}

export function placeIn([
  remote = USUAL.remote,
  project = USUAL.project,
]: readonly string[]): IncusPlace {
  return { remote, project };
}

export function isSame(a: IncusPlace, b: IncusPlace): boolean {
  return a.remote === b.remote && a.project === b.project;
}
