/** Whether the server can enforce limits of memory and CPU. */
import type { Client } from './client.js';

interface ApiWarning {
  readonly type: string;
  readonly status: string;
}

const MEMORY_OR_CPU = /cgroup.*(?:memory|cpu) controller/i;

/** Besides: where there is no such controller, one lab can take all numbers of processes of the machine. */
export const OR_PROCESSES = /cgroup.*(?:memory|cpu|pids) controller/i;

/** The server's warnings about limits that it ignores; empty if it enforces all. */
export async function missingLimits(client: Client, which = MEMORY_OR_CPU): Promise<string[]> {
  const warnings =
    (await client.query<readonly ApiWarning[]>('/1.0/warnings?recursion=1', { ofServer: true })) ??
    [];
  return warnings
    .filter(({ type, status }) => status !== 'resolved' && which.test(type))
    .map(({ type }) => type);
}
