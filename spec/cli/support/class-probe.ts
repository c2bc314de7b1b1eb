/** The progress of a class of three, for a test on a terminal. */
import { classProgress } from '../../../lib/cli/live/class/progress.js';
import { speechIn } from '../../../lib/report/speech.js';
import { isDrawn } from './drawn.js';

const NAMES = ['051110 Ani', '051111 Budi', '19/440/TK 李雷'];

const { close, onBegin, onEnd, onProgress } = await classProgress<string>({
  count: NAMES.length,
  who: (item) => item,
  speech: speechIn(),
});
for (const name of NAMES) onBegin(name);
const [ani = '', budi = '', lei = ''] = NAMES;
onProgress(ani, { kind: 'phase', phase: 'start', state: 'detail', text: 'slave1 redis' });
onProgress(lei, { kind: 'scenario', name: 'failover', run: 1, runs: 1, state: 'begun' });
await isDrawn('李雷: failover');
onEnd({ item: budi, error: new Error('no room \u001b]0;title\u0007 anywhere'), ms: 1200 });
await isDrawn('no room');
onEnd({ item: ani, value: 1, ms: 400 });
onEnd({ item: lei, value: 1, ms: 500 });
await close();
process.stdout.write('the table\n');
