/** Asks one question, prints the answer. */
import { ask, canAsk } from '../../../lib/cli/ask.js';

const usually = process.argv[2] === 'no' ? 'no' : 'yes';
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
const answer = canAsk()
  ? await ask('Install it?', interrupt.signal, usually).catch((error: Error) => error.message)
  : 'nobody to ask';
process.stdout.write(`answer: ${answer}\n`);
