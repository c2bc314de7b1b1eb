/** Prints what stands out, and the width, for the standard output that it has. */
import { styleFor } from '../../../lib/cli/style.js';

const { bad, width } = styleFor(process.stdout);
process.stderr.write(`${JSON.stringify([bad('x'), width])}\n`);
