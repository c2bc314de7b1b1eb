/** The password of a lab on this machine: a file that only its owner reads, and what is derived from it. */

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { WorkspaceError } from '../../errors.js';
import { freeze } from '../../model/freeze.js';
import type { LabModel } from '../../model/model.js';
import { compareVersions } from '../../model/releases.js';
import { Secret } from '../../model/secret.js';
import { type Message, message } from '../../report/messages.js';
import type { Actual } from '../../spec/fit.js';
import type { Context } from './context.js';
import { at, type LabPaths, PASSWORD } from './paths.js';
import type { State } from './state.js';

/** Makes a password that no lab had before. */
export function newPassword({ folder }: LabPaths): void {
  folder.removeTree(PASSWORD);
  folder.create(PASSWORD, `${randomBytes(32).toString('hex')}\n`);
}

/**
 * The password of a lab; undefined for one that has none.
 * @throws WorkspaceError when it is not there, or others could have read or written it
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

/** The lab with what it takes to enter it. */
export function enterable(here: Pick<Context, 'paths' | 'guard'>, state: State): LabModel {
  const auth = passwordOf(here, state);
  if (!auth) return state.lab;
  return freeze({ ...state.lab, nodes: state.lab.nodes.map((node) => ({ ...node, auth })) });
}

/** For a lab that was brought up by a redis-lab that gave it none. */
export const NO_PASSWORD = message('note.no-password');

/**
 * For a server that does as it is told by whoever takes the address of its master while that is down; from 7.0 on he
 * can neither write files elsewhere nor load programs. Undefined for such a one.
 */
export function noteOnOldServer({ engine, version }: Actual): Message | undefined {
  if (engine !== 'redis' || compareVersions(version, '7.0.0') >= 0) return undefined;
  return message('note.old-server', { version });
}

/**
 * What servers tell each other, they tell whoever listens at the other's address: there they are users who may
 * do little, with passwords of their own, from which the lab's cannot be found.
 */
export type Peer = 'replication' | 'sentinel';

export function peerPassword(secret: Secret, peer: Peer): string {
  return createHmac('sha256', secret.reveal()).update(`redis-lab ${peer}`).digest('hex');
}

/** As a line of a configuration has it: `#` and the digest. */
export function hashed(password: string): string {
  return `#${createHash('sha256').update(password).digest('hex')}`;
}
