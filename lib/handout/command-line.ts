/** Commands as they are typed, in any shell: sh, PowerShell, cmd. */
import type { Block, OnNode, Words } from './block.js';
import { isOnNode } from './block.js';

/** With redis-lab; undefined where there is nothing to do. */
export function redisLabLine({ redisLab }: Block): string | undefined {
  if (redisLab === null) return undefined;
  return redisLabWords(redisLab).map(doubleQuoted).join(' ');
}

/** The same word by word. */
export function redisLabWords(command: Words | OnNode): Words {
  return isOnNode(command) ? ['redis-lab', 'exec', command.node, '--', ...command.argv] : command;
}

/** With Vagrant alone; undefined where there is nothing to do. */
export function plainLine({ plain }: Block): string | undefined {
  if (plain === null) return undefined;
  if (!isOnNode(plain)) return plain.map(doubleQuoted).join(' ');
  const inner = plain.argv.map(singleQuoted).join(' ');
  return `vagrant ssh ${plain.node} -c "${plain.root ? 'sudo ' : ''}${inner}"`;
}

const PLAIN_WORD = /^[\w./:=,+@-]+$/;

function doubleQuoted(word: string): string {
  return PLAIN_WORD.test(word) ? word : `"${word}"`;
}

/** Read by the node's own shell, within the double quotes that every shell of the host knows. */
function singleQuoted(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word}'`;
}
