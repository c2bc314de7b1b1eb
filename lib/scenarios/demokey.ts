/** The course's own check: a key set on the master shows up on every replica. */
import { now, sleep } from '../clock.js';
import type { NodeModel } from '../model/model.js';
import type { Connection } from '../redis-view/connection.js';
import type { ScenarioContext } from '../verify/context.js';
import { DEMOKEY as KEY } from '../verify/own-keys.js';
import type { Claim } from '../verify/recorder.js';

export const VALUE = 'testing testing';

export const DEMOKEY_SET: Claim = { code: 'demokey.set' };
export const DEMOKEY_READ: Claim = { code: 'demokey.read' };

const WITHIN_MS = 5000;

/**
 * Sets the key, so that what a replica shows afterwards cannot be of an earlier time, and reads it everywhere. It is set
 * in a database that has none: nobody's own is overwritten.
 */
export async function claimDemokey(
  { recorder, keys }: ScenarioContext,
  master: NodeModel,
  replicas: readonly NodeModel[],
): Promise<void> {
  await keys.choose(master);
  const where = keys.database === 0 ? '' : `, database ${keys.database}`;
  const open = new Map<NodeModel, Connection>();
  try {
    for (const node of [master, ...replicas]) {
      open.set(node, await keys.open(node));
    }
    const ask = (node: NodeModel, command: string, ...args: string[]) =>
      (open.get(node) as Connection).ask(command, ...args);

    await ask(master, 'DEL', KEY);
    const gone = now() + WITHIN_MS;
    const stale = new Set(replicas);
    while (stale.size > 0 && now() < gone) {
      for (const node of stale) if ((await ask(node, 'GET', KEY)) === null) stale.delete(node);
      if (stale.size > 0) await sleep(1, recorder.signal);
    }

    const since = now();
    const answer = String(await ask(master, 'SET', KEY, VALUE));
    const set = now();
    const isSet = answer === 'OK';
    const seen = { node: master.name, database: keys.database };
    recorder.found(
      DEMOKEY_SET,
      isSet,
      isSet ? seen : `${answer} from ${master.name}${where}`,
      since,
    );
    recorder.tell('client', 'SET', `${KEY} "${VALUE}" on ${master.name}${where}`, set);

    const delays = new Map<NodeModel, number>();
    const shown = new Map<NodeModel, string>();
    await recorder.eventually(DEMOKEY_READ, { withinMs: WITHIN_MS, everyMs: 1 }, async () => {
      await Promise.all(
        replicas
          .filter((node) => !delays.has(node))
          .map(async (node) => {
            const value = await ask(node, 'GET', KEY).catch((error: Error) => error.message);
            shown.set(node, value === null ? 'nothing' : JSON.stringify(value));
            if (value !== VALUE || stale.has(node)) return;
            const at = now();
            delays.set(node, at - set);
            recorder.tell('client', 'GET', `${KEY} from ${node.name}`, at);
          }),
      );
      const read = [...delays].map(([node, ms]) => ({ node: node.name, ms }));
      if (read.length === replicas.length) return { holds: true, seen: { each: read } };
      return {
        holds: false,
        seen: replicas
          .map((node) => {
            const delay = delays.get(node);
            if (delay !== undefined) return `${node.name} after ${delay.toFixed(1)} ms`;
            if (stale.has(node))
              return `${node.name} did not take the deletion of an earlier value`;
            return `${node.name} ${shown.get(node)}`;
          })
          .join(', '),
      };
    });
  } finally {
    for (const connection of open.values()) connection.close();
  }
}
