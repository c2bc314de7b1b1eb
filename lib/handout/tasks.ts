/** The handout's commands for a lab, in the order in which they are typed: a file for each task. */
import type { LabModel } from '../model/model.js';
import type { Block, Task } from './block.js';
import { Commands } from './commands.js';
import { comeback } from './tasks/comeback.js';
import { configuration } from './tasks/configuration.js';
import { crash } from './tasks/crash.js';
import { disk } from './tasks/disk.js';
import { hang } from './tasks/hang.js';
import { lost } from './tasks/lost.js';
import { mend } from './tasks/mend.js';
import { partition, partitionSafe } from './tasks/partition.js';
import { processes } from './tasks/processes.js';
import { quorum } from './tasks/quorum.js';
import { replication } from './tasks/replication.js';
import { safer } from './tasks/safer.js';
import { sentinels } from './tasks/sentinels.js';
import { start } from './tasks/start.js';

/**
 * Every task of the lab. Pure; ids are the same for labs with the same nodes.
 * @param receipt the number that is written where writes get lost
 */
export function tasksOf(lab: LabModel, receipt?: number): readonly Task[] {
  const known = new Commands(lab, receipt);
  const extra = true;
  return [
    { id: 'roles', points: 5, questions: [2, 2, 1], blocks: [] },
    { id: 'start', points: 5, questions: [2], blocks: start(known) },
    { id: 'configuration', points: 10, questions: [2, 2, 2], blocks: configuration(known) },
    { id: 'processes', points: 5, questions: [2, 1], blocks: processes(known) },
    { id: 'replication', points: 10, questions: [2, 2], blocks: replication(known) },
    { id: 'sentinels', points: 5, questions: [2], blocks: sentinels(known) },
    { id: 'crash', points: 15, questions: [4, 2, 4], blocks: crash(known) },
    { id: 'comeback', points: 5, questions: [2, 2], blocks: comeback(known) },
    { id: 'hang', points: 5, questions: [2, 2], blocks: hang(known) },
    { id: 'quorum', points: 10, questions: [3, 3], blocks: quorum(known) },
    { id: 'lost', points: 10, questions: [2, 2, 2], blocks: lost(known) },
    { id: 'safer', points: 5, questions: [2, 1, 1], blocks: safer(known) },
    ...(known.apart
      ? [
          {
            id: 'partition',
            points: 6,
            questions: [3, 2],
            blocks: partition(known),
            extra,
          } as const,
          {
            id: 'partition-safe',
            points: 5,
            questions: [2, 2],
            blocks: partitionSafe(known),
            extra,
          } as const,
        ]
      : []),
    // Only who saves an RDB can fail to.
    ...(lab.redis.persistence === 'rdb'
      ? [{ id: 'disk', points: 5, questions: [2, 2], blocks: disk(known), extra } as const]
      : []),
    { id: 'mend', points: 10, questions: [1], blocks: mend(known) },
  ];
}

/** All blocks in order. */
export function blocksOf(lab: LabModel): readonly Block[] {
  return tasksOf(lab).flatMap(({ blocks }) => blocks);
}
