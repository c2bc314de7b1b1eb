/** Raising limits of the kernel, in a file of our own. */
import type { Remedy } from '../../backends/backend.js';
import { message } from '../../report/messages.js';
import { type Host, requireSuccess } from '../host.js';

/** What is read at each boot after what the system has. */
export const SETTINGS = { settings: '/etc/sysctl.d/60-redis-lab.conf' } as const;

export interface Setting {
  readonly name: string;
  readonly value: number;
}

/** A value with room above what is needed: a power of two, as others write them. */
export function raised(need: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, need) * 2));
}

/** Lines to type for one. */
export function setting({ name, value }: Setting): readonly string[] {
  const file = SETTINGS.settings;
  return [`echo '${name} = ${value}' | sudo tee -a ${file}`, `sudo sysctl -p ${file}`];
}

/** Lines to type where nobody has looked: they raise what is lower, and leave the rest alone. */
export function typed(settings: readonly Setting[]): readonly string[] {
  const file = SETTINGS.settings;
  const words = settings.map(({ name, value }) => `${name}=${value}`).join(' ');
  return [
    `for each in ${words}; do [ "$(sysctl -n "\${each%=*}")" -ge "\${each#*=}" ] || echo "\${each%=*} = \${each#*=}"; done | sudo tee -a ${file}`,
    `sudo sysctl -p ${file}`,
  ];
}

/** Puts it into our file, with what was there before, and has the kernel read that. */
export function raising(
  host: Host,
  { name, before, value }: Setting & { readonly before: string },
): Remedy {
  const file = SETTINGS.settings;
  return {
    describe: message('class.kernel.remedy', { name, before, value: String(value), file }),
    run: async ({ onProgress, signal }) => {
      const kept = host.read(file) ?? HEAD;
      const lines = kept.split('\n').filter((line) => !isOf(name, line));
      const text = `${lines.join('\n').trimEnd()}\n# ${name} was ${first(kept, name) ?? before}\n${name} = ${value}\n`;
      const tee = host.program('tee') ?? 'tee';
      requireSuccess(`tee ${file}`, await host.asRoot(tee, [file], { input: text, signal }));
      const sysctl = host.program('sysctl') ?? 'sysctl';
      const ran = await host.asRoot(sysctl, ['-w', `${name}=${value}`], { signal });
      requireSuccess(`sysctl -w ${name}=${value}`, ran);
      onProgress?.(message('class.kernel.raised', { name, before, value: String(value), file }));
    },
  };
}

const HEAD =
  '# Written by redis-lab doctor --fix, for many containers on one machine. To undo: remove this file, and boot or set what was.\n';

/** What a key was before the first change of ours. */
function first(text: string, name: string): string | undefined {
  const begin = `# ${name} was `;
  return text
    .split('\n')
    .find((line) => line.startsWith(begin))
    ?.slice(begin.length);
}

function isOf(name: string, line: string): boolean {
  return line.startsWith(`# ${name} was `) || line.split('=')[0]?.trim() === name;
}
