/**
 * Names for what is being made in the cache. They contain the time, so that what a killed process left behind can be told from
 * what is still being made.
 */
import { randomUUID } from 'node:crypto';
import { now, toEpoch } from '../clock.js';
import type { Folder } from '../workspace/folder.js';

const MARK = '.making-';
const STALE_MS = 24 * 3_600_000;

/** A new name in a folder of the cache. */
export function halfMade(folder: string): string {
  return `${folder}/${MARK}${Math.floor(toEpoch(now()))}-${randomUUID()}`;
}

/** Whether something of this name (without its folder) may still be in the making: it is less than a day old. */
export function mayBeAtWork(name: string): boolean {
  return ageOf(name) <= STALE_MS;
}

/** Removes what was begun more than a day ago. */
export function removeLeftovers(cache: Folder, folder: string): void {
  for (const name of cache.list(folder)) {
    if (ageOf(name) > STALE_MS && name.startsWith(MARK)) cache.removeTree(`${folder}/${name}`);
  }
}

function ageOf(name: string): number {
  if (!name.startsWith(MARK)) return Infinity;
  const began = Number.parseInt(name.slice(MARK.length), 10);
  return Number.isNaN(began) ? Infinity : toEpoch(now()) - began;
}
