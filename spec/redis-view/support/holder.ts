/** A process with a connection through a program: `holder PORT PYTHON MARK done` lets go of it, and should end then. */
import type { Duplex } from 'node:stream';
import { relayOn } from '../../../lib/backends/machine/relay.js';
import { verbatim } from '../../../lib/render/template.js';

const [port, program = '', mark, how] = process.argv.slice(2);
const args = ['-I', '-S', '-c', verbatim('node/relay.py')];
const via = relayOn(() => ({ program, args, env: { RELAY: mark } }));
const line = await via('127.0.0.1', Number(port), 20_000);
process.stdout.write('open\n');
if (how === 'done') (line as Duplex).destroy();
