/** Computes without end, or until a moment later, in a process that listens to signals. */
import { computing } from '../../../lib/cli/computing.js';

const say = (text: string) => process.stdout.write(`${text}\n`);
process.on('SIGTERM', () => say('heard'));
await computing(() => {
  say('computing');
  while (process.argv[2] === 'endless') Math.random();
});
say('done');
setInterval(() => undefined, 1000);
process.once('SIGTERM', () => process.exit(0));
