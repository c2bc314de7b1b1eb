/** The password of a lab on this machine: a file that only its owner can read, and passwords derived from it. */
import { createHmac, randomBytes } from 'node:crypto';
import { WorkspaceError } from '../../errors.js';
import { freeze } from '../../model/freeze.js';
import type { LabModel } from '../../model/model.js';
import { compareVersions } from '../../model/releases.js';
import { Secret } from '../../model/secret.js';
import { type Message, message } from '../../report/messages.js';
import type { Actual } from '../../spec/fit.js';
import { digest } from '../../workspace/manifest.js';
import type { Context } from './context.js';
import { at, type LabPaths, PASSWORD } from './paths.js';
import type { State } from './state.js';

/** Writes a new random password. */
export function newPassword({ folder }: LabPaths): void {
  folder.removeTree(PASSWORD);
  folder.create(PASSWORD, `${randomBytes(32).toString('hex')}\n`);
}

/**
 * The password of a lab; undefined if it has none.
 * @throws WorkspaceError when the file is missing, or others could have read or written it
 */
export function passwordOf(
  { paths, guard }: Pick<Context, 'paths' | 'guard'>,
  { password }: Pick<State, 'password'>,
): Secret | undefined {
  if (!password) return undefined;
  const file = at(paths, PASSWORD);
  const text = paths.folder.readOwn(PASSWORD)?.toString('utf8').trim() ?? '';
  if (/^[0-9a-f]{64}$/.test(text)) return new Secret(text, file, guard);
  throw new WorkspaceError(
    `${file}, the password of the lab, is not as redis-lab wrote it. Take the lab down (redis-lab down), which also works without it, and bring it up again.`,
  );
}

/** The lab, whose nodes have the password. */
export function enterable(here: Pick<Context, 'paths' | 'guard'>, state: State): LabModel {
  const auth = passwordOf(here, state);
  if (!auth) return state.lab;
  return freeze({ ...state.lab, nodes: state.lab.nodes.map((node) => ({ ...node, auth })) });
}

/** The note for a lab of an older redis-lab, which gave it no password. */
export const NO_PASSWORD = message('note.no-password');

/**
 * The note for a Redis server before 7.0: a program of another user that listens at its master's address while that is down
 * can have it write files elsewhere and load modules. Undefined for newer ones.
 */
export function noteOnOldServer({ engine, version }: Actual): Message | undefined {
  if (engine !== 'redis' || compareVersions(version, '7.0.0') >= 0) return undefined;
  return message('note.old-server', { version });
}

/**
 * Users by which servers log in to each other. Another program may listen at the other's address and get the password, so
 * these users may do little, and the lab's password cannot be computed from theirs.
 */
export type Peer = 'replication' | 'sentinel';

export function peerPassword(secret: Secret, peer: Peer): string {
  return createHmac('sha256', secret.reveal()).update(`redis-lab ${peer}`).digest('hex');
}

/** A password in an ACL rule: `#` and its digest. */
export function hashed(password: string): string {
  return `#${digest(password)}`;
}
