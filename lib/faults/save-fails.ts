/** What a server saves cannot be put in its place: its save fails, as on a disk that is full or broken. Nothing else of it does. */
import { EXIT, RedisLabError, usage } from '../errors.js';
import type { NodeModel } from '../model/model.js';
import type { Fault, FaultHost } from './fault.js';

/**
 * A server writes a new file beside the old one, and then gives it the old one's name, which no file can take from a folder. The
 * old file is kept under another name. Killed at any line, it is undone by the same lines as when it is whole.
 */
const TAKE = `
file=$1
if [ -e "$file/redis-lab-save-fails" ]; then exit 0; fi
mkdir -p "$file.redis-lab-taken"
: >"$file.redis-lab-taken/redis-lab-save-fails"
if [ -e "$file" ]; then mv "$file" "$file.redis-lab-kept"; fi
mv "$file.redis-lab-taken" "$file"`;

/** Says `undone` where there was anything to undo. A file that was saved meanwhile is newer than the one that was kept. */
const GIVE_BACK = `
file=$1
taken() {
  if [ -e "$1/redis-lab-save-fails" ]; then rm "$1/redis-lab-save-fails"; rmdir "$1"; echo undone; fi
}
taken "$file"
taken "$file.redis-lab-taken"
if [ -e "$file.redis-lab-kept" ]; then
  if [ -e "$file" ]; then rm "$file.redis-lab-kept"; else mv "$file.redis-lab-kept" "$file"; fi
  echo undone
fi`;

/** How a node asks its own servers, which listen at the port that is the argument. */
const CLI = `
port=$1
cli() {
  if command -v redis-cli >/dev/null; then redis-cli -p "$port" "$@"; else valkey-cli -p "$port" "$@"; fi 2>/dev/null
}`;

/** One that does not answer saves when it next learns something. */
const FLUSH = `${CLI}
cli sentinel flushconfig || true`;

/** Saves, and waits for its end, half a minute at most. Says `failed` or `saved`; `silent` where nobody answers. */
const SAVE = `${CLI}
tries=300
wait_for_it() {
  while [ "$tries" -gt 0 ]; do
    if ! said=$(cli info persistence) || [ -z "$said" ]; then echo silent; exit 0; fi
    case $said in *rdb_bgsave_in_progress:0*) return 0 ;; esac
    tries=$((tries - 1)); sleep 0.1
  done
  echo late; exit 0
}
wait_for_it
cli bgsave >/dev/null || true
wait_for_it
case $said in
  *rdb_last_bgsave_status:err*) echo failed ;;
  *) echo saved ;;
esac`;

/** How long a server may take to end itself, milliseconds: it writes a crash report. */
const ENDS_MS = 15_000;

export const saveFails: Fault = {
  kind: 'save-fails',
  describe: 'the Redis server cannot save its data (RDB), and so takes no writes as a master',
  target: 'redis',
  needs: 'files',
  done: 'its Redis server cannot save its data: as a master it refuses writes, and PING as well',
  comesBack: 'saves',
  async inject(host, node) {
    const { persistence } = host.lab.redis;
    if (persistence !== 'rdb') {
      throw usage(
        `With persistence ${persistence}, no server of the lab saves an RDB, and a failed one has no effect. It needs: --set redis.persistence=rdb`,
      );
    }
    // It would never answer, and could not be asked to save.
    if (await host.becomes(node, 'redis', 'halted', 0)) {
      throw usage(
        `${node.name}'s Redis server does not run, or stands still, and cannot fail to save. First: redis-lab heal`,
      );
    }
    await script(host, node, TAKE, rdbOf(host, node));
    const said = await save(host, node);
    if (said === 'failed') return;
    // A replica that cannot save ends itself as soon as its master sends it something (7.0 and newer).
    if (said === 'silent' && (await host.becomes(node, 'redis', 'gone', ENDS_MS))) return;
    throw new RedisLabError(
      `${node.name}'s Redis server was to fail to save its data, and it did not (${said}). Its log says what it does: redis-lab logs ${node.name}`,
      { exitCode: EXIT.deadline },
    );
  },
  async undo(host, node) {
    if (!node.runsRedis || !(await givenBack(host, node, rdbOf(host, node)))) return undefined;
    // Until it has saved, it takes no writes, or ends itself: then it is started again.
    const ended = await host.becomes(node, 'redis', 'halted', 0);
    if (!ended && (await save(host, node)) === 'silent') {
      await host.becomes(node, 'redis', 'gone', ENDS_MS);
    }
    return { code: 'mended.saves', values: { node: node.name } };
  },
};

export const sentinelSaveFails: Fault = {
  kind: 'sentinel-save-fails',
  describe: 'the Sentinel cannot save its configuration; it goes on, and votes',
  target: 'sentinel',
  needs: 'files',
  done: 'its Sentinel cannot save its configuration: it goes on, and votes',
  comesBack: 'unsaved',
  async inject(host, node) {
    await script(host, node, TAKE, configurationOf(host, node));
  },
  async undo(host, node) {
    const file = configurationOf(host, node);
    if (!node.runsSentinel || !(await givenBack(host, node, file))) return undefined;
    if (!(await host.becomes(node, 'sentinel', 'halted', 0))) {
      await host.asOwner(node, FLUSH, String(node.sentinelPort));
    }
    return { code: 'mended.sentinel-saves', values: { node: node.name } };
  },
};

function rdbOf(host: FaultHost, node: NodeModel): string {
  return `${host.places(node).data}/dump.rdb`;
}

function configurationOf(host: FaultHost, node: NodeModel): string {
  return `${host.places(node).config}/sentinel.conf`;
}

async function givenBack(host: FaultHost, node: NodeModel, file: string): Promise<boolean> {
  return (await script(host, node, GIVE_BACK, file)).includes('undone');
}

/** What came of it: `failed`, `saved`, `silent`, `late`. */
async function save(host: FaultHost, node: NodeModel): Promise<string> {
  const said = await script(host, node, SAVE, String(node.redisPort));
  return said.split('\n').at(-1) ?? '';
}

async function script(
  host: FaultHost,
  node: NodeModel,
  text: string,
  ...args: readonly string[]
): Promise<string> {
  const { code, said } = await host.asOwner(node, text, ...args);
  if (code === 0) return said;
  throw new RedisLabError(
    `The files of ${node.name} could not be changed (ended with ${code}): ${said || 'nothing was said'}.`,
    { exitCode: EXIT.program },
  );
}
