/** Keeps builds of the same key again and again, as one of several processes, and looks at what is there. */
import { keepNodeBuild, nodeBuilds } from '../../../lib/cache/node-builds.js';
import { inEnglish, type Sentence } from '../../../lib/report/messages.js';
import { finishedBuild, REDIS } from './builds.js';

const [, , cache = '', who = ''] = process.argv;
const TIMES = 40;

let kept = 0;
const broken: string[] = [];
for (let time = 0; time < TIMES; time++) {
  await keepNodeBuild(REDIS, finishedBuild(REDIS, { who, time: String(time) }), { cache });
  kept += 1;
  const onProgress = (said: Sentence) => {
    const text = inEnglish(said);
    // For a moment there is none while one takes the other's place; there is never half of one.
    if (!text.endsWith('there is no build in it')) broken.push(text);
  };
  await nodeBuilds(REDIS, { cache, onProgress });
}
process.stdout.write(`${kept} kept, ${broken.length} broken${broken.map((each) => `\n${each}`)}`);
