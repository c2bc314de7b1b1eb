import { EXIT } from '../../errors.js';
import { printJson, printResult } from '../output.js';
import { oneOf } from '../usage.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';
import { targetOf } from './target.js';

const DONE = {
  crash: 'its Redis server has crashed',
  hang: 'its Redis server hangs: it keeps its connections and answers nobody',
  partition:
    'it and the other nodes do not reach each other; this machine still reaches all of them',
  'power-off': 'its power is gone',
} as const;

export async function fault(argv: Record<string, unknown>): Promise<number> {
  const attached = await attachedLab(argv);
  const { running } = attached;
  const target = targetOf(attached, argv);
  const kind = oneOf('fault', argv['kind'] as string, running.faults);
  const node = await running.node(target);
  await running.inject(kind, node);
  if (argv['json']) printJson({ fault: kind, node });
  else {
    printResult(`${node}: ${DONE[kind]}.`);
    printResult(`  what becomes of it   ${commandLine(argv, 'status', '--watch')}`);
    printResult(`  undo it              ${commandLine(argv, 'heal')}`);
  }
  return EXIT.ok;
}
