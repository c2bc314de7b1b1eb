/** Which servers replicate each other: of one Sentinel's masters, each has servers, passwords and priorities of its own. */
import { type Conf, linesNamed } from './configuration.js';
import { isLoopback } from './endpoint.js';
import { textAt } from './finding.js';

interface Endpoint {
  readonly host: string;
  readonly port: string;
}

interface Member {
  readonly addresses: readonly string[];
  readonly port: string;
  readonly replicaof?: Endpoint;
}

interface Watcher {
  readonly conf: Conf;
  readonly monitors: readonly (Endpoint & { readonly name: string })[];
}

export interface Group<Server> {
  readonly servers: readonly Server[];
  /** What Sentinels call its master. */
  readonly names: ReadonlySet<string>;
}

/** Of more masters of one Sentinel, nobody asks for groups. */
const MOST_MASTERS = 1_000;

export function groupsOf<Server extends Member>(
  servers: readonly Server[],
  sentinels: readonly Watcher[],
  oneHost: boolean,
): readonly Group<Server>[] {
  const sets = new Sets();
  const at = (host: string, port: string) =>
    `at ${oneHost && isLoopback(host) ? 'loopback' : host} ${port}`;
  for (const [index, { addresses, port, replicaof }] of servers.entries()) {
    const own = oneHost ? [...addresses, '127.0.0.1'] : addresses;
    for (const host of own) sets.join(`server ${index}`, at(host, port));
    if (replicaof) sets.join(`server ${index}`, at(replicaof.host, replicaof.port));
  }
  for (const { conf, monitors } of sentinels) {
    for (const { name, host, port } of monitors.slice(0, MOST_MASTERS)) {
      sets.join(`name ${name}`, at(host, port));
    }
    for (const line of linesNamed(conf, 'sentinel known-replica').slice(0, MOST_MASTERS)) {
      sets.join(`name ${textAt(line, 0)}`, at(textAt(line, 1), textAt(line, 2)));
    }
  }
  const groups = new Map<string, { servers: Server[]; names: Set<string> }>();
  const groupOf = (key: string) => {
    const of = sets.of(key);
    const group = groups.get(of) ?? { servers: [], names: new Set() };
    groups.set(of, group);
    return group;
  };
  for (const [index, server] of servers.entries()) groupOf(`server ${index}`).servers.push(server);
  for (const { monitors } of sentinels) {
    for (const { name } of monitors.slice(0, MOST_MASTERS)) groupOf(`name ${name}`).names.add(name);
  }
  const all = [...groups.values()];
  const named = all.filter(({ names }) => names.size > 0);
  const linked = all.filter((each) => each.servers.some(({ replicaof }) => replicaof));
  // Who follows nobody that is known here, by mistake or because its file tells no address, is of the only group.
  const isOne = named.length === 1 || (named.length === 0 && linked.length <= 1);
  return isOne ? [{ servers, names: new Set(named.flatMap(({ names }) => [...names])) }] : all;
}

/** Sets that are joined as it shows that they have a member in common. */
class Sets {
  readonly #parents = new Map<string, string>();

  of(member: string): string {
    let root = member;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) {
      root = next;
    }
    // So that the way is short next time.
    if (root !== member) this.#parents.set(member, root);
    return root;
  }

  join(one: string, other: string): void {
    const [first, second] = [this.of(one), this.of(other)];
    if (first !== second) this.#parents.set(second, first);
  }
}
