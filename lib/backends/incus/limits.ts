/** Whether the server can hold instances to their limits. */
import type { Client } from './client.js';

interface ApiWarning {
  readonly type: string;
  readonly status: string;
}

/** What the server itself says about limits that it will ignore; empty if it enforces all. */
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
