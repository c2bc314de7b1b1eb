/** Where a lab of this machine lies on the disk: the one place that knows the names. */
import path from 'node:path';
import { Folder } from '../../workspace/folder.js';
import { realPath } from '../../workspace/inspect.js';
import { stateHome } from '../../workspace/xdg.js';
import type { Service } from '../backend.js';
import { FILES, localFolder } from './folders.js';

export const STATE = FILES.state;
export const LOCK = 'lock';
export const NODES = FILES.nodes;
export const PASSWORD = 'password';

/** The folder of one lab, below the one of all labs of this user. */
export interface LabPaths {
  readonly root: Folder;
  readonly folder: Folder;
}

/** `home` instead of what the environment says: tests keep to their own. */
export function pathsFor(lab: string, home?: string): LabPaths {
  return below(new Folder(home === undefined ? stateHome() : path.join(home, 'redis-lab')), lab);
}

export function below(root: Folder, lab: string): LabPaths {
  return { root, folder: localFolder(lab, root.root) };
}

/** Absolute path of a name. */
export function at({ folder }: LabPaths, name: string): string {
  return path.join(folder.root, name);
}

/**
 * The path that a process shows whose working directory is there. Only the way to the lab's folder may
 * lead over links: one inside of it would make somebody else's server look like ours.
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

/** The live configuration, which the server rewrites in its folder. */
export function configFile(node: string, service: Service): string {
  return `${nodeFolder(node)}/etc/${service}.conf`;
}

/** Working directory of one server and of no other program: it is known by it. */
export function dataFolder(node: string, service: Service): string {
  return `${nodeFolder(node)}/data/${service}`;
}

export function logFile(node: string, service: Service): string {
  return `${nodeFolder(node)}/log/${service}.log`;
}

/** Written by the server, where the system does not tell what a process's working directory is. */
export function pidFile(node: string, service: Service): string {
  return `${nodeFolder(node)}/data/${service}.pid`;
}
