// A client of a service: some callers that append numbers to a list, by a library as it is used in production. It reads one line of JSON
// from its standard input, tells what became of each write on its standard output, and ends when its input does.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** What a write that is under way at the end may still take, milliseconds. */
const LAST_MS = 1000;

const input = createInterface({ input: process.stdin });
const closed = once(input, 'close');
const [first] = await once(input, 'line');
const { library, name, own, at, key, callers, everyMs, settings, check } = JSON.parse(first);

const { module, version } = await load(name);
if (check) {
  process.stdout.write(`${version}\n`);
  process.exit(0);
}

const pending = new Map();
let all = [];
let last = 0;
let stopping = false;
closed.then(finish);
const append = await { ioredis, 'node-redis': nodeRedis }[library](module.default ?? module);
tell('ready', version);
all = Array.from({ length: callers }, call);

async function finish() {
  stopping = true;
  await Promise.race([Promise.all(all), sleep(LAST_MS)]);
  for (const [number, began] of pending) tell('pending', number, began);
  tell('done');
  process.stdout.write('', () => process.exit(0));
}

async function call() {
  while (!stopping) {
    const number = ++last;
    const began = performance.now();
    pending.set(number, began);
    try {
      await append(String(number));
      tell('ok', number, began);
    } catch (error) {
      tell('error', number, began, kindOf(error));
    }
    pending.delete(number);
    await sleep(Math.max(0, began + everyMs - performance.now()));
  }
}

function tell(...words) {
  process.stdout.write(`${JSON.stringify([performance.now(), ...words])}\n`);
}

/** `READONLY`, `ECONNREFUSED`, `MaxRetriesPerRequestError`; of an error that has no name of its own what it says. */
function kindOf(error) {
  const { name = '', code, message = String(error) } = error ?? {};
  const [, reply] = /^([A-Z]{3,})(?: |$)/.exec(message) ?? [];
  if (reply) return reply;
  if (typeof code === 'string') return code;
  const kinds = [name, error?.constructor?.name ?? ''];
  return kinds.find((each) => !['', 'Error', 'Object'].includes(each)) ?? message;
}

/** Where the user is, else beside redis-lab. */
async function load(wanted) {
  for (const base of [path.join(process.cwd(), 'client.js'), own]) {
    const require = createRequire(base);
    try {
      const file = require.resolve(wanted);
      let folder = path.dirname(file);
      for (;;) {
        try {
          const { name: found, version } = require(path.join(folder, 'package.json'));
          if (found === wanted) return { module: await import(pathToFileURL(file)), version };
        } catch (error) {
          if (error.code !== 'MODULE_NOT_FOUND') throw error;
        }
        if (folder === path.dirname(folder)) break;
        folder = path.dirname(folder);
      }
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  process.stderr.write(`there is no package ${wanted} here\n`);
  process.exit(3);
}

function ioredis({ Redis }) {
  const { masterName, sentinels, password, database } = at;
  const redis = new Redis({
    name: masterName,
    sentinels,
    ...(password === undefined ? {} : { password, sentinelPassword: password }),
    db: database,
    ...nested(settings),
  });
  // It connects again by itself; without a listener it would write to standard error.
  redis.on('error', () => {});
  return (value) => redis.rpush(key, value);
}

async function nodeRedis({ createSentinel }) {
  const { masterName, sentinels, password, database } = at;
  const { nodeClientOptions = {}, sentinelClientOptions = {}, ...more } = nested(settings);
  const secret = password === undefined ? {} : { password };
  const sentinel = createSentinel({
    name: masterName,
    sentinelRootNodes: sentinels,
    nodeClientOptions: { ...secret, database, ...nodeClientOptions },
    sentinelClientOptions: { ...secret, ...sentinelClientOptions },
    ...more,
  });
  // Its documentation asks for a listener: without one, an error ends the process.
  sentinel.on('error', () => {});
  await sentinel.connect();
  return (value) => sentinel.rPush(key, value);
}

/** `{'a.b': 1}` as `{a: {b: 1}}`. */
function nested(flat) {
  const tree = {};
  for (const [place, value] of Object.entries(flat)) {
    const steps = place.split('.');
    const leaf = steps.pop();
    let at = tree;
    for (const step of steps) {
      at[step] ??= {};
      at = at[step];
    }
    at[leaf] = value;
  }
  return tree;
}
