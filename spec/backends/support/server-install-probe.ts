/** Runs inside a root without a Redis: what is lacking, the remedy, what is found then. */
import { findServer, serverLack } from '../../../lib/backends/local/server.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { inEnglish } from '../../../lib/report/messages.js';
import { english } from '../../support/english.js';

const { model } = buildLab();
const before = await findServer(model);
const { seen, fix, remedy } = english(await serverLack(model));
const told: string[] = [];
await remedy?.run({ onProgress: (said) => void told.push(inEnglish(said)) });
const after = await findServer(model);
process.stdout.write(
  JSON.stringify({ before, seen, fix, describe: remedy?.describe, told, after }),
);
