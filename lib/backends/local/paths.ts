/** Paths of a lab of this backend; no other file knows the names. */
import path from 'node:path';
import { Folder } from '../../workspace/folder.js';
import { readIfAny, realPath } from '../../workspace/inspect.js';
import { holdsAny, labNamesIn } from '../../workspace/lab-folders.js';
import { stateHome } from '../../workspace/xdg.js';
import type { Service } from '../backend.js';

export const STATE = 'state.json';
export const LOCK = 'lock';
export const NODES = 'nodes';
export const PASSWORD = 'password';
/** Whose lab it is, where it is one of a class. */
export const ROOM = 'room.json';

/** The folder of one lab, and that of all labs of this user. */
export interface LabPaths {
  readonly root: Folder;
  readonly folder: Folder;
}

/** @param home instead of the environment's state folder, for tests; `redis-lab` is appended */
export function pathsFor(lab: string, home?: string): LabPaths {
  return below(new Folder(home === undefined ? stateHome() : path.join(home, 'redis-lab')), lab);
}

export function below(root: Folder, lab: string): LabPaths {
  return { root, folder: new Folder(path.join(root.root, lab)) };
}

/** Whether anything of a lab is there. Its folder alone may hold nothing but a lock. */
export function isOnDisk(lab: string, home = stateHome()): boolean {
  return holdsAny(new Folder(path.join(home, lab)), [STATE, NODES]);
}

/** Whether a lab here says that it has a network of its own. Of a damaged one that is not known. */
export function isAnyIsolated(home = stateHome()): boolean {
  return namesOnDisk(home).some((name) =>
    /^ "network": "/m.test(readIfAny(path.join(home, name, STATE)) ?? ''),
  );
}

export function namesOnDisk(home = stateHome()): string[] {
  return labNamesIn(home).filter((name) => isOnDisk(name, home));
}

/** Absolute path of a name. */
export function at({ folder }: LabPaths, name: string): string {
  return path.join(folder.root, name);
}

/**
 * The path that the system shows for a process that works there. Links are resolved only above the lab's folder: a link inside
 * it could make another server look like ours.
 */
export function reallyAt({ folder }: LabPaths, name: string): string {
  return path.join(realPath(folder.root) ?? folder.root, name);
}

export function nodeFolder(node: string): string {
  return `${NODES}/${node}`;
}

export function binFolder(node: string): string {
  return `${nodeFolder(node)}/bin`;
}

export function configFolder(node: string): string {
  return `${nodeFolder(node)}/etc`;
}

/** The live configuration, which the server rewrites in its folder. */
export function configFile(node: string, service: Service): string {
  return `${configFolder(node)}/${service}.conf`;
}

/** What libfaketime gives the Sentinel of a node as the time, where its clock was moved. */
export function clockFile(node: string): string {
  return `${nodeFolder(node)}/clock`;
}

/** Working directory of one server, by which it is recognised. */
export function dataFolder(node: string, service: Service): string {
  return `${nodeFolder(node)}/data/${service}`;
}

export function logFile(node: string, service: Service): string {
  return `${nodeFolder(node)}/log/${service}.log`;
}

/** Written by the server, on systems that do not tell the working directory of a process. */
export function pidFile(node: string, service: Service): string {
  return `${nodeFolder(node)}/data/${service}.pid`;
}
