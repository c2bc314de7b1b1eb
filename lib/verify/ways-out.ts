/** What to do about what keeps a lab from being whole, where redis-lab cannot do it. */
import type { Flaw } from './health.js';

const cli = (node: string, ...words: readonly string[]) =>
  `redis-lab exec ${node} -- redis-cli ${words.join(' ')}`;

const WAYS: Readonly<Record<string, (node: string) => string>> = {
  'servers.redis-unsaved': (node) =>
    `Make room, or let Redis on ${node} write, where its data are: ${cli(node, 'CONFIG', 'GET', 'dir')}`,
  'servers.redis-full': (node) =>
    `Delete keys, or give Redis on ${node} more memory: ${cli(node, 'CONFIG', 'SET', 'maxmemory', '0')}`,
  'servers.redis-alone': (node) =>
    `Have Redis on ${node} want fewer replicas: ${cli(node, 'CONFIG', 'SET', 'min-replicas-to-write', '0')}`,
};

/** Sentences, each once. */
export function waysOut(flaws: readonly Pick<Flaw, 'code' | 'values'>[]): string[] {
  const ways = flaws.flatMap(({ code, values }) => WAYS[code]?.(String(values['node'])) ?? []);
  return [...new Set(ways)];
}
