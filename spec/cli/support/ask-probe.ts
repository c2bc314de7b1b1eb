/** Asks one question in a language, prints the answer. */
import { ask, canAsk } from '../../../lib/cli/ask.js';
import { speechIn } from '../../../lib/report/speech.js';

const usually = process.argv[2] === 'no' ? 'no' : 'yes';
const speech = speechIn(process.argv[3]);
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
const answer = canAsk()
  ? await ask('Install it?', interrupt.signal, speech, usually).catch(
      (error: Error) => error.message,
    )
  : 'nobody to ask';
process.stdout.write(`answer: ${answer}\n`);
