/** The first boot, as seen on the node: what cloud-init does, and how it ended. */
import type { CommandResult } from '../../command/call.js';
import { visible } from '../../errors.js';

/**
 * A first boot ends by itself within this, milliseconds. The longest step is a build (build.sh gives make 90 minutes), for which
 * the other nodes wait (install.sh): an emulated machine compiles some twenty times slower.
 */
export const BOOT_MS = 7_200_000;

const NO_CLOUD_INIT = 90;
const SWITCHED_OFF = 91;
const MARK = '--- cloud-init status';

/**
 * A command that prints what cloud-init has logged since the machine was switched on, until it is done, and then its result.
 * Failures are printed again, since tail may end before it has read the end of the log. (`cloud-init status --wait` prints nothing meanwhile, and takes CPU from the boot.)
 * @param everySeconds seconds between two looks; each starts a program, which takes an emulated machine a tenth of a second
 */
export function follow(everySeconds: number): readonly string[] {
  return [
    'sh',
    '-c',
    `
command -v cloud-init >/dev/null || exit ${NO_CLOUD_INIT}
log=/var/log/cloud-init-output.log
begun=$(sed -n "/running 'init-local'/=" $log 2>/dev/null | tail -n 1)
if [ -e /run/cloud-init/result.json ]; then
  tail -n +"\${begun:-1}" $log 2>/dev/null
else
  tail -n +"\${begun:-1}" -F $log 2>/dev/null &
  until [ -e /run/cloud-init/result.json ]; do
    [ ! -e /run/cloud-init/disabled ] || { kill $!; exit ${SWITCHED_OFF}; }
    sleep ${everySeconds}
  done
  kill $!
  wait $! 2>/dev/null
fi
grep '^redis-lab: FAILED: ' $log 2>/dev/null
echo '${MARK}'
cat /run/cloud-init/result.json`,
  ];
}

/** `result.json`, which cloud-init writes when it is done. */
interface CloudInitResult {
  readonly v1: { readonly errors: readonly string[] };
}

type BootEnd =
  | { readonly how: 'done' }
  /** `seen`: a sentence without its subject. */
  | { readonly how: 'failed'; readonly seen: string }
  /** The image has no cloud-init, or it is switched off. */
  | { readonly how: 'no cloud-init'; readonly seen: string }
  /** The command ended before cloud-init did. */
  | { readonly how: 'cut off' };

/** How the boot ended, from the output of {@link follow}. */
export function bootEnd({ code, stdout }: Pick<CommandResult, 'code' | 'stdout'>): BootEnd {
  if (code === NO_CLOUD_INIT) return { how: 'no cloud-init', seen: 'has no cloud-init' };
  if (code === SWITCHED_OFF) return { how: 'no cloud-init', seen: 'has cloud-init switched off' };
  const mark = stdout.lastIndexOf(MARK);
  if (mark < 0) return { how: 'cut off' };
  const text = stdout.slice(mark + MARK.length);
  let errors: readonly string[];
  try {
    ({ errors } = (JSON.parse(text) as CloudInitResult).v1);
  } catch {
    return { how: 'failed', seen: `does not tell how cloud-init ended: ${visible(text.trim())}` };
  }
  if (errors.length === 0) return { how: 'done' };
  // Our scripts print in one line what failed, what was seen and what to do.
  const failed = [...stdout.matchAll(/^redis-lab: FAILED: (.*)$/gm)].at(-1)?.[1];
  const seen = visible(failed ?? errors.join('; '));
  return { how: 'failed', seen: `did not get through its first boot: ${seen}` };
}

/** The step that a line of the log reports; undefined if it reports none, or a failure. */
export function stepIn(line: string): string | undefined {
  const step = /^redis-lab: (?!FAILED: )(.*)/.exec(line)?.[1];
  return step === undefined ? undefined : visible(step);
}

const LAST_LINES = 15;

/** Prints the last lines of the log of the first boot. */
export const LAST_WORDS = `tail -n ${LAST_LINES} /var/log/cloud-init-output.log 2>/dev/null`;

/** The last lines of a text, as part of a message. */
export function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return '  (it said nothing)';
  return lines
    .slice(-LAST_LINES)
    .map((line) => `  ${visible(line)}`)
    .join('\n');
}
