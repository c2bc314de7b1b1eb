/** Who answers us, and not the others of the lab: somebody changed what the servers tell each other to get in. Pure. */
import type { Stuck } from '../backends/backend.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { endpointText, redisNodes, sentinelEndpoint } from '../redis-view/endpoints.js';
import { agreedMaster, type Flaw } from './health.js';
import type { Observation } from './observe.js';

/** What shows of somebody who is shunned; with anything else beside it, something is under way. */
const SIGNS =
  /^(?:servers\.redis-stale|contact\..*|master\.(?:flags|second)|links\.down.*|quorum\.unreachable|settings\..*)$/;

const DOWN = /s_down|o_down|disconnected/;

/** How a server does not let another one in. */
const NO_ENTRY = /WRONGPASS|NOAUTH|NOPERM|DENIED|max number of clients/;

/**
 * Those to end and start again, each with what the others have of it: a server that all Sentinels miss, and a Sentinel that
 * alone misses somebody. Of a link, first the end that more speaks against, then the other one.
 * @param flaws with their causes
 * @param isTried what was of no use is not given again
 */
export function shunnedIn(
  lab: LabModel,
  seen: Observation,
  flaws: readonly Flaw[],
  isTried: (each: Stuck) => boolean,
): Stuck[] {
  if (!flaws.every(({ code }) => SIGNS.test(code))) return [];
  const [first = [], second = []] = endsOfLinks(lab, seen, flaws);
  const ends = first.every(isTried) ? second : first;
  const all = [...missing(lab, seen, flaws), ...ends];
  const byName = new Map(all.map((each) => [`${each.node} ${each.service}`, each]));
  return [...byName.values()].filter((each) => !isTried(each));
}

/** Whoever is to blame for it that Sentinels have no answer of somebody. */
function missing(lab: LabModel, seen: Observation, flaws: readonly Flaw[]): Stuck[] {
  const sentinels = sentinelsOf(lab).map(({ name }) => name);
  const servers = missed(lab, seen, flaws, 'redis');
  // Not all servers at once have changed: it is what the Sentinels say to get in.
  const isEach = servers.length > 1 && servers.length === redisNodes(lab).length;
  return [...servers, ...missed(lab, seen, flaws, 'sentinel')].flatMap(
    ({ by, ...each }): Stuck[] => {
      const ofRedis = each.service === 'redis';
      const byAll = sentinels.every(
        (name) => by.includes(name) || (!ofRedis && name === each.node),
      );
      if (byAll && !(ofRedis && isEach)) return [each];
      return by.map((node) => ({ ...each, node, service: 'sentinel' }));
    },
  );
}

interface Missed extends Stuck {
  /** Sentinels that have no answer of it, by their nodes. */
  readonly by: readonly string[];
}

function missed(
  lab: LabModel,
  seen: Observation,
  flaws: readonly Flaw[],
  service: Stuck['service'],
): Missed[] {
  const master = service === 'redis' ? agreedMaster(lab, seen) : undefined;
  return lab.nodes.flatMap((node) => {
    const of = service === 'redis' ? node.name : endpointText(sentinelEndpoint(node));
    const signs = flaws.filter(({ code, values }) => {
      if (values['of'] === of && code === `contact.${service}-pong`) return true;
      const isFlags = values['of'] === of && code === `contact.${service}-flags`;
      const isMaster = node === master && code === 'master.flags';
      return (isFlags || isMaster) && DOWN.test(String(values['flags']));
    });
    const [sign] = signs;
    if (!sign) return [];
    const said = String(sign.values['flags'] ?? 'no PONG');
    const by = signs.map(({ values }) => String(values['node']));
    return [{ node: node.name, service, said, by }];
  });
}

/** Of links over which somebody is not let in: the replicas and their master, whoever is more to blame first. */
function endsOfLinks(lab: LabModel, seen: Observation, flaws: readonly Flaw[]): Stuck[][] {
  const replicas = flaws.flatMap(({ code, values: { node, said } }): Stuck[] =>
    code === 'links.down-since' && NO_ENTRY.test(String(said))
      ? [{ node: String(node), service: 'redis', said: String(said) }]
      : [],
  );
  const master = agreedMaster(lab, seen)?.name;
  const [link] = replicas;
  if (!link || master === undefined) return [];
  const isEach = replicas.length > 1 && replicas.length === redisNodes(lab).length - 1;
  const masters = [{ ...link, node: master }];
  return isEach ? [masters, replicas] : [replicas, masters];
}
