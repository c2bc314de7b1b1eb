/**
 * Results of real runs, kept as `redis-lab verify --json` printed them: a plain one; one with `--repeat 3`; and
 * one of a lab whose replicas had got `CONFIG SET replica-priority 0`. With codes for all that is said: one of such a lab, and one
 * of a lab that hung and was mended. The paths of evidence were changed.
 * `uncoded` is of format 2 before that. `several` is of a lab on which scenarios of a program ran too: one hung the master, and the
 * client went back to it once it woke. `stories` is of `verify hang partition quorum-lost disk-full --own-network`, with a down-after of 1 s.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readResult } from '../../../lib/report/read-result.js';
import type { VerifyResult } from '../../../lib/report/types.generated.js';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/results');

export const SAVED = ['plain', 'repeat3', 'failed', 'uncoded'] as const;
export const CODED = ['broken', 'mended'] as const;

type Saved = (typeof SAVED)[number] | (typeof CODED)[number] | 'several' | 'stories';

/** The plain one, as of a lab with more nodes: with longer names, of which one has only a Sentinel. */
export function ofLargerLab(): VerifyResult {
  const plain = saved('plain');
  const more = [
    {
      name: 'slave3',
      role: 'replica',
      address: '127.25.100.14',
      redisPort: 6379,
      sentinelPort: null,
    },
    {
      name: 'watcher-in-another-rack',
      role: 'sentinel',
      address: '127.125.100.115',
      redisPort: null,
      sentinelPort: 26379,
    },
    {
      name: 'watcher2',
      role: 'sentinel',
      address: '127.25.100.16',
      redisPort: null,
      sentinelPort: 26379,
    },
  ] as const;
  return { ...plain, lab: { ...plain.lab, nodes: [...plain.lab.nodes, ...more] } };
}

export function savedFile(name: Saved): string {
  return path.join(FOLDER, `${name}.json`);
}

export function saved(name: Saved): VerifyResult {
  return readResult(readFileSync(savedFile(name), 'utf8'), name);
}
