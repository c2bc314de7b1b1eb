/** One look at a node that boots: what moves there, and what it waits for. */
import { isLate, RedisLabError, visible } from '../../errors.js';
import { type Message, message } from '../../report/messages.js';
import type { Shell } from './shell.js';

/** Milliseconds for a command on a node, whose answer is worth nothing later. */
const INSIDE_MS = 4000;

/** The same where each program that starts takes a tenth of a second. */
const SLOW_MS = 10_000;

export interface Look {
  /** Changes when anything has moved. */
  readonly mark: string;
  /** Milliseconds of processor time that the node has taken; undefined where nobody tells. */
  readonly cpuMs: number | undefined;
  /** What it waits for. */
  readonly waits: readonly Message[];
}

/** What is seen of a node by whoever makes it, without a command on it. */
export interface Outside {
  /** Lower-case: `running`. */
  readonly state: string;
  readonly processes: number;
  readonly cpuMs: number | undefined;
  /** What its console shows last. */
  readonly shown: string;
}

/**
 * Prints what moves on a node, and which limits of its kernel are used up. `tail -f` asks for an inotify instance and a watch, and says
 * so where it gets none.
 */
const LOOK = `
log=/var/log/cloud-init-output.log
echo "jobs: $({ LC_ALL=C timeout 3 systemctl list-jobs --no-legend --plain 2>&1 || echo 'timed out'; } | head -n 30 | tr '\\n' ';')"
echo "size: $(stat -c %s $log /var/log/cloud-init.log 2>/dev/null | tr '\\n' ' ')"
echo "last: $(tail -n 1 $log 2>/dev/null)"
usage=$(sed -n 's/^usage_usec //p' /sys/fs/cgroup/cpu.stat 2>/dev/null)
[ -z "$usage" ] || echo "cpu: $usage"
[ -n "$usage" ] || echo "ticks: $(sed -n '1s/^cpu *//p' /proc/stat)"
echo "pids: $(cat /sys/fs/cgroup/pids.current /sys/fs/cgroup/pids.max 2>/dev/null | tr '\\n' ' ')"
echo "keys: $(grep '^ *0:' /proc/key-users 2>/dev/null)"
echo "inotify: $(cat /proc/sys/fs/inotify/max_user_instances /proc/sys/fs/inotify/max_user_watches 2>/dev/null | tr '\\n' ' ')"
echo "tail: $(LC_ALL=C timeout 0.2 tail -n 0 -f /etc/hostname 2>&1 >/dev/null | head -n 1)"`;

/**
 * Looks from inside, and from outside where nobody answers there. Throws nothing but the signal's reason.
 * @param isSlow whether programs take long to start there
 */
export async function lookAt(
  shell: Shell,
  node: string,
  {
    outside,
    isSlow,
    signal,
  }: {
    readonly outside: (() => Promise<Outside | undefined>) | undefined;
    readonly isSlow: boolean;
    readonly signal: AbortSignal;
  },
): Promise<Look> {
  const deadlineMs = isSlow ? SLOW_MS : INSIDE_MS;
  const inside = await shell
    .attempt(node, ['sh', '-c', LOOK], { deadlineMs, signal })
    .then(({ code, stdout, stderr }) => (code === 0 ? stdout : lastLine(stderr)))
    .catch((error: unknown) => whySilent(error, deadlineMs, signal));
  const answered = inside.includes('jobs: ');
  const seen = answered ? seenInside(inside) : undefined;
  if (seen?.systemd) return seen;
  const other = await outside?.().catch((error: unknown) => {
    whySilent(error, deadlineMs, signal);
    return undefined;
  });
  const silent = seen ? [] : [message('still.silent', { said: visible(inside) })];
  const waits = [...(seen?.waits ?? silent), ...(other ? seenOutside(other) : [])];
  return {
    mark: `${seen?.mark ?? ''} ${other?.state ?? ''} ${other?.shown ?? ''}`,
    cpuMs: seen?.cpuMs ?? other?.cpuMs,
    waits: unique(waits),
  };
}

function whySilent(error: unknown, deadlineMs: number, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (!(error instanceof RedisLabError)) throw error;
  if (isLate(error)) return `no answer within ${deadlineMs / 1000} s`;
  return error.message.split('\n')[0] ?? '';
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** Ticks of /proc/stat, milliseconds. */
const TICK_MS = 10;

/** @internal What {@link LOOK} prints. */
export function seenInside(text: string): Look & { readonly systemd: boolean } {
  const of = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const jobs = of('jobs');
  const systemd = !/Failed to connect|Connection refused|not been booted|timed out/i.test(jobs);
  // `12 cloud-init.service start running`
  const units = jobs.split(';').flatMap((job) => {
    const [, unit, , state] = job.trim().split(/\s+/);
    return unit !== undefined && state === 'running' ? [unit] : [];
  });
  const last = of('last');
  const waits = [
    ...usedUp(of),
    ...(systemd ? [] : [message('still.no-systemd')]),
    ...(units.length === 0 ? [] : [message('still.jobs', { units: visible(units.join(', ')) })]),
    last === '' ? message('still.no-log') : message('still.last', { said: visible(last) }),
  ];
  return { mark: `${jobs} ${of('size')} ${last}`, cpuMs: cpuOf(of), waits, systemd };
}

function cpuOf(of: (name: string) => string): number | undefined {
  const microseconds = of('cpu');
  if (microseconds !== '') return Number(microseconds) / 1000;
  // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user.
  const ticks = of('ticks').split(/\s+/).map(Number);
  if (ticks.length < 8) return undefined;
  const busy = ticks.filter((_, at) => at < 8 && at !== 3 && at !== 4);
  return busy.reduce((sum, each) => sum + each, 0) * TICK_MS;
}

/** Limits that are used up, each with the way to raise it. */
function usedUp(of: (name: string) => string): Message[] {
  const [instances = '', watches = ''] = of('inotify').split(' ');
  const [pids = '', most = ''] = of('pids').split(' ');
  const said = of('tail');
  // `0: 40 39/39 39/200 812/20000`: keys that count, and their bytes.
  const [, keys, maxKeys, bytes, maxBytes] =
    /\s(\d+)\/(\d+) (\d+)\/(\d+)\s*$/.exec(of('keys')) ?? [];
  return [
    ...(/inotify cannot be used|Too many open files/.test(said)
      ? [message('still.inotify-instances', higher(instances))]
      : []),
    ...(/inotify resources exhausted|No space left/.test(said)
      ? [message('still.inotify-watches', higher(watches))]
      : []),
    ...(isUsedUp(keys, maxKeys) ? [message('still.keys', higher(maxKeys))] : []),
    ...(isUsedUp(bytes, maxBytes) ? [message('still.key-bytes', higher(maxBytes))] : []),
    ...(isUsedUp(pids, most) ? [message('still.pids', { limit: most })] : []),
  ];
}

function isUsedUp(used = '', limit = ''): boolean {
  return Number(limit) > 0 && Number(used) >= 0.97 * Number(limit);
}

/** A limit, and a value that is some times it. */
function higher(limit = ''): { readonly limit: string; readonly value: string } {
  const value = 2 ** Math.ceil(Math.log2(Math.max(1, Number(limit) * 8)));
  return { limit, value: String(value) };
}

/** What systems say on their console where the kernel refuses them something. */
const REFUSED = /inotify|allocate manager object|directory watch/i;

/** @internal */
export function seenOutside({ state, processes, shown }: Outside): readonly Message[] {
  const lines = shown.split('\n').filter((line) => line.trim() !== '');
  const last = lines.at(-1);
  const why = lines.findLast((line) => /Too many open files|No space left/.test(line));
  const limit =
    why === undefined || !REFUSED.test(why)
      ? []
      : /No space left/.test(why)
        ? [message('still.inotify-watches', { limit: '?', value: '524288' })]
        : [message('still.inotify-instances', { limit: '?', value: '8192' })];
  return [
    message('still.state', { state, processes }),
    ...limit,
    ...(last === undefined ? [] : [message('still.shown', { said: visible(why ?? last) })]),
  ];
}

/** The first of those that say the same, whatever their figures. */
function unique(all: readonly Message[]): readonly Message[] {
  return all.filter(({ code }, at) => all.findIndex((each) => each.code === code) === at);
}
