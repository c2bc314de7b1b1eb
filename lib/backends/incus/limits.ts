/** Whether the server can enforce limits of memory and CPU. */
import type { Client } from './client.js';

interface ApiWarning {
  readonly type: string;
  readonly status: string;
}

/** The server's warnings about limits that it ignores; empty if it enforces all. */
export async function missingLimits(client: Client): Promise<string[]> {
  const warnings =
    (await client.query<readonly ApiWarning[]>('/1.0/warnings?recursion=1', { ofServer: true })) ??
    [];
  return warnings
    .filter(
      ({ type, status }) =>
        status !== 'resolved' && /cgroup.*(?:memory|cpu) controller/i.test(type),
    )
    .map(({ type }) => type);
}
