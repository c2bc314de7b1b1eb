/** The server and the project that a lab is in, and how they are noted down. */
import type { LabModel } from '../../model/model.js';

export interface IncusPlace {
  readonly remote: string;
  readonly project: string;
}

/** Where a lab is whose description says nothing else. */
export const USUAL: IncusPlace = { remote: 'local', project: 'default' };

/** `REMOTE PROJECT`, or nothing where they are the usual ones. */
export function placeOf({ incus: { remote, project } }: LabModel): string[] {
  return isSame({ remote, project }, USUAL) ? [] : [remote, project];
}

/** What of a description says that it is there. */
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
