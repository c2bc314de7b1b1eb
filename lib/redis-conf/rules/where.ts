/** Whether paths of a configuration are those of this machine. */
import type { Conf, Configuration, Where } from './configuration.js';

/** Whether a configuration is read by a server of this machine: it lies where distributions have it, or a unit names it. */
export function whereIs({ rights }: Conf, { files }: Configuration): Where {
  if (!rights) return 'anywhere';
  const isNamed = files.some(({ kind, text }) => kind === 'unit' && text.some(starts(rights.path)));
  return /^\/etc\/(?:redis|valkey)[\w.-]*\//.test(rights.path) || isNamed ? 'here' : 'anywhere';
}

function starts(file: string): (line: string) => boolean {
  return (line) => /^\s*ExecStart=/.test(line) && line.split(/\s+/).includes(file);
}
