/** Many labs of one description, from the command line. */
import { LabClass } from '../../class/class.js';
import { classIn } from '../../class/load.js';
import { speechIn } from '../../report/speech.js';
import { exists } from '../../workspace/inspect.js';
import { CLASS_ACTIONS } from '../class-actions.js';
import { computing } from '../computing.js';
import { DEFAULT_SPEC } from '../load.js';
import { printAside } from '../output.js';
import { oneOf } from '../usage.js';
import { backendFor } from './class/backend.js';
import { board } from './class/board.js';
import { down } from './class/down.js';
import { onEach } from './class/each.js';
import { list } from './class/list.js';
import { classPlan } from './class/plan.js';
import { handouts, slips } from './class/slips.js';

export async function labs(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const action = oneOf('action', String(argv['action']), CLASS_ACTIONS);
  if (action === 'plan') return classPlan(argv);
  const { spec, set, roster } = argv as { spec?: string; set: string[]; roster?: string };
  const file = spec ?? (exists(DEFAULT_SPEC) ? DEFAULT_SPEC : undefined);
  const model = await computing(() => classIn({ spec: file, set, roster }));
  if (action === 'handout') return handouts(argv, model.described, signal);
  const labClass = new LabClass(model, await backendFor(argv, model));
  const speech = speechIn(model.described.language);
  const work = { argv, action, signal, labClass, speech };
  if (action === 'list') return list(work);
  if (action === 'down') return down(work);
  if (action === 'board') return board(work);
  if (action === 'up' && labClass.backend === 'local') printAside(speech.t.class.notApart);
  if (action === 'slips') return slips(work);
  return onEach(work);
}
