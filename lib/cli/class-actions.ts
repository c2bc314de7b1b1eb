/** What can be done with a class. */
export const ACTIONS = {
  plan: 'what machines and minutes so many students take, without a server',
  up: 'bring each lab up until it is ready, or go on with what was interrupted',
  status: 'how each lab is',
  board: 'all labs at once, with what happened last, until q is typed',
  list: 'the labs that are there, also of students who are not in the list any more',
  verify: 'run scenarios on each lab',
  fault: 'break something in each lab',
  heal: 'undo every fault in each lab',
  exec: 'run a command on a node of each lab',
  stop: 'end all services, and keep the data',
  slips:
    'a paper for each student: how to enter the own lab, by which port, with which password or key',
  handout: 'the paper with the tasks for each student, into a folder or one file',
  down: 'remove each lab, and all that was made for it',
} as const;

export type ClassAction = keyof typeof ACTIONS;
export const CLASS_ACTIONS = Object.keys(ACTIONS) as ClassAction[];
