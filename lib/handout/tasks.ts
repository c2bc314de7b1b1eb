/** The handout's commands for a lab, in the order in which they are typed: a file for each task. */
import type { LabModel } from '../model/model.js';
import type { Block, Task } from './block.js';
import { Commands } from './commands.js';
import { comeback } from './tasks/comeback.js';
import { configuration } from './tasks/configuration.js';
import { crash } from './tasks/crash.js';
import { hang } from './tasks/hang.js';
import { lost } from './tasks/lost.js';
import { mend } from './tasks/mend.js';
import { processes } from './tasks/processes.js';
import { quorum } from './tasks/quorum.js';
import { replication } from './tasks/replication.js';
import { safer } from './tasks/safer.js';
import { sentinels } from './tasks/sentinels.js';
import { start } from './tasks/start.js';

/** Every task of the lab. Pure; ids are the same for labs with the same nodes. */
export function tasksOf(lab: LabModel): readonly Task[] {
  const known = new Commands(lab);
  return [
    { id: 'roles', points: 5, blocks: [] },
    { id: 'start', points: 5, blocks: start(known) },
    { id: 'configuration', points: 10, blocks: configuration(known) },
    { id: 'processes', points: 5, blocks: processes(known) },
    { id: 'replication', points: 10, blocks: replication(known) },
    { id: 'sentinels', points: 5, blocks: sentinels(known) },
    { id: 'crash', points: 15, blocks: crash(known) },
    { id: 'comeback', points: 5, blocks: comeback(known) },
    { id: 'hang', points: 5, blocks: hang(known) },
    { id: 'quorum', points: 10, blocks: quorum(known) },
    { id: 'lost', points: 10, blocks: lost(known) },
    { id: 'safer', points: 5, blocks: safer(known) },
    { id: 'mend', points: 10, blocks: mend(known) },
  ];
}

/** All blocks in order. */
export function blocksOf(lab: LabModel): readonly Block[] {
  return tasksOf(lab).flatMap(({ blocks }) => blocks);
}
