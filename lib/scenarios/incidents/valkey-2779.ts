/**
 * The user as whom the Sentinels log in may not use FAILOVER, as the rules were that the documentation had until Valkey 9.0. That one sends
 * FAILOVER ABORT in the transaction that promotes a replica, which is refused with it.
 */
import { now } from '../../clock.js';
import { type NodeModel, sentinelsOf } from '../../model/model.js';
import { askOnce, withConnection } from '../../redis-view/connection.js';
import { redisEndpoint, redisNodes, sentinelEndpoint } from '../../redis-view/endpoints.js';
import { manyPairs } from '../../redis-view/fields.js';
import { message, quoted } from '../../report/messages.js';
import type { Claim } from '../../verify/recorder.js';
import { SLACK_MS } from '../failover/failover-run.js';
import {
  type IncidentRun,
  incidentOf,
  namedIs,
  namedMaster,
  type Outcome,
  settle,
} from './incident.js';

const RESTRICTED: Claim = { code: 'valkey-2779.restricted' };
const ASKED: Claim = { code: 'valkey-2779.asked' };

/** How many entries of the log of what was refused are looked at. */
const LOG_LENGTH = 128;

/** In CLIENT LIST, of the connection by which a Sentinel commands. */
const SENTINELS_USER = / name=sentinel-\w+-cmd .*\buser=(\S+)/;

export const valkey2779 = incidentOf({
  name: 'valkey-2779',
  link: 'https://github.com/valkey-io/valkey/issues/2779',
  needs: { replicas: 1, sentinels: 1 },
  steps: [RESTRICTED, ASKED],
  async run(run) {
    const { context, lab, master, listener } = run;
    const { recorder, observer } = context;
    const { masterName, failoverTimeoutMs } = lab.sentinel;
    const servers = redisNodes(lab);
    const [first] = sentinelsOf(lab);
    if (!first) throw new Error('the lab has no Sentinel');
    const sentinel = sentinelEndpoint(first);
    const help = JSON.stringify(await askOnce(sentinel, ['SENTINEL', 'HELP']));

    const users = await Promise.all(servers.map((node) => restrict(run, node)));
    const holds = users.every((user) => user !== undefined);
    const each = servers.map(({ name: node }, i) => ({ node, user: users[i] ?? '?' }));
    recorder.found(RESTRICTED, holds, { each });

    const since = now();
    const words = ['SENTINEL', 'FAILOVER', masterName] as const;
    const said = await askOnce(sentinel, words).then(String, (error: Error) => error.message);
    const seen = { node: first.name, words: words.join(' ') };
    recorder.found(ASKED, said === 'OK', said === 'OK' ? seen : [quoted(said)]);

    await settle(run, 2 * failoverTimeoutMs + SLACK_MS, async () => {
      const named = namedMaster(lab, await observer.look());
      const refused = new Set((await Promise.all(servers.map(refusedOn))).flat());
      const outcome = outcomeOf({
        promoted: named !== undefined && named !== master,
        aborted: listener.first('-failover-abort-slave-timeout', since) !== undefined,
        refused,
        coordinates: help.includes('COORDINATED'),
      });
      const commands = [...refused].join(', ') || '–';
      const shown = [namedIs(named), message('valkey-2779.refused', { commands })];
      return { ...(outcome && { outcome }), seen: [...shown, ...listener.said(since)] };
    });
  },
});

/** What was seen of the failover. */
export interface Asked {
  /** Whether a replica is named instead of the master. */
  readonly promoted: boolean;
  /** Whether the Sentinel gave up, since the replica stayed one. */
  readonly aborted: boolean;
  /** What the servers refused the Sentinels. */
  readonly refused: ReadonlySet<string>;
  /** Whether it knows COORDINATED, with which came what is reported. */
  readonly coordinates: boolean;
}

/** Undefined: not certain. Who gave up for another reason than the one reported does not reproduce it. */
export function outcomeOf({ promoted, aborted, refused, coordinates }: Asked): Outcome | undefined {
  if (aborted) return refused.has('failover') ? 'reproduced' : undefined;
  if (!promoted) return undefined;
  return coordinates ? 'fixed-here' : 'does-not-apply';
}

/** Takes FAILOVER from the user of the Sentinels until the end. Gives its name; undefined where they do not all log in as the same. */
async function restrict(
  { lab, undo }: IncidentRun,
  server: NodeModel,
): Promise<string | undefined> {
  const endpoint = redisEndpoint(server);
  return withConnection(endpoint, async (connection) => {
    const clients = String(await connection.ask('CLIENT', 'LIST')).split('\n');
    const users = clients.flatMap((line) => SENTINELS_USER.exec(line)?.[1] ?? []);
    const [user] = users;
    const same = users.length >= sentinelsOf(lab).length && users.every((each) => each === user);
    if (user === undefined || !same) return undefined;
    undo.push(() => askOnce(endpoint, ['ACL', 'SETUSER', user, '+failover']));
    await connection.ask('ACL', 'SETUSER', user, '-failover');
    await connection.ask('ACL', 'LOG', 'RESET');
    return user;
  });
}

/** The commands that a server refused the Sentinels; none where it does not answer, as one that is just made another role. */
async function refusedOn(server: NodeModel): Promise<string[]> {
  const words = ['ACL', 'LOG', LOG_LENGTH] as const;
  const log = await askOnce(redisEndpoint(server), words).catch(() => []);
  return manyPairs(log).flatMap(({ object = '', 'client-info': client = '' }) =>
    client.includes(' name=sentinel-') ? [object] : [],
  );
}
