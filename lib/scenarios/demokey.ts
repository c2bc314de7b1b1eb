/** The course's own check: a key set on the master shows up on every replica. */
import { now, sleep } from '../clock.js';
import type { NodeModel } from '../model/model.js';
import type { Connection } from '../redis-view/connection.js';
import { message } from '../report/messages.js';
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
    const refused = [message('demokey.refused', { ...seen, said: answer })];
    recorder.found(DEMOKEY_SET, isSet, isSet ? seen : refused, since);
    const detail = message('event.set', { ...seen, key: KEY, value: JSON.stringify(VALUE) });
    recorder.tell('client', 'SET', [detail], set);

    const delays = new Map<NodeModel, number>();
    const shown = new Map<NodeModel, string | null>();
    await recorder.eventually(DEMOKEY_READ, { withinMs: WITHIN_MS, everyMs: 1 }, async () => {
      await Promise.all(
        replicas
          .filter((node) => !delays.has(node))
          .map(async (node) => {
            const value = await ask(node, 'GET', KEY).catch((error: Error) => error.message);
            shown.set(node, value === null ? null : JSON.stringify(value));
            if (value !== VALUE || stale.has(node)) return;
            const at = now();
            delays.set(node, at - set);
            const detail = message('event.get', { key: KEY, node: node.name });
            recorder.tell('client', 'GET', [detail], at);
          }),
      );
      const read = [...delays].map(([node, ms]) => ({ node: node.name, ms }));
      if (read.length === replicas.length) return { holds: true, seen: { each: read } };
      return {
        holds: false,
        seen: replicas.map((each) => {
          const node = each.name;
          const ms = delays.get(each);
          if (ms !== undefined) return message('demokey.after', { node, ms });
          if (stale.has(each)) return message('demokey.stale', { node });
          const said = shown.get(each) ?? null;
          if (said === null) return message('demokey.none', { node });
          return message('demokey.shown', { node, said });
        }),
      };
    });
  } finally {
    for (const connection of open.values()) connection.close();
  }
}
