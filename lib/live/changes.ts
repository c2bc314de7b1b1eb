/** What changed between two statuses of a lab. No effects besides its memory. */
import type { Service } from '../backends/backend.js';
import type { LabStatus, NodeStatus, RedisStatus } from '../report/types.generated.js';
import type { Change } from './events.js';

interface Known {
  readonly role?: 'master' | 'replica';
  readonly link?: string;
}

/** Compares each status with the one before. The last known role and link of a silent server are kept. */
export class Changes {
  #last: LabStatus | undefined;
  readonly #known = new Map<string, Known>();

  /** The changes since the status before; none for the first status. */
  since(status: LabStatus): Change[] {
    const last = this.#last;
    this.#last = status;
    const said = status.nodes.flatMap((node) => this.#said(node));
    if (status.state === 'absent') this.#known.clear();
    if (!last) return [];
    return [
      ...differing(
        last.state,
        status.state,
        (state, before): Change => ({ kind: 'lab', state, before }),
      ),
      ...services(last, status),
      ...said,
      ...differing(
        last.master,
        status.master,
        (node, before): Change => ({ kind: 'master', node, before }),
      ),
      ...problems(last, status, 'gone'),
      ...problems(status, last, 'came'),
    ];
  }

  /** Changes of role and link that the node's Redis server reports. */
  #said({ node, redis }: NodeStatus): Change[] {
    if (!redis || redis.role === null) return [];
    const { role, link: state, follows } = redis;
    const link = state === null ? {} : { link: `${state} ${follows}` };
    const before = this.#known.get(node);
    this.#known.set(node, { role, ...link });
    return [
      ...(before?.role !== undefined && before.role !== role
        ? [{ kind: 'role', node, role, before: before.role } as const]
        : []),
      ...(before && state !== null && before.link !== link.link
        ? [{ kind: 'link', node, state, follows } as const]
        : []),
    ];
  }
}

function differing<T>(before: T, after: T, change: (after: T, before: T) => Change): Change[] {
  return before === after ? [] : [change(after, before)];
}

/** A service of a node that one status lacks counts as stopped there. */
function services(before: LabStatus, after: LabStatus): Change[] {
  const names = new Set([...before.nodes, ...after.nodes].map(({ node }) => node));
  return [...names].flatMap((node) =>
    (['redis', 'sentinel'] as const).flatMap((service) =>
      differing(
        stateOf(before, node, service),
        stateOf(after, node, service),
        (state, was): Change => ({ kind: 'service', node, service, state, before: was }),
      ),
    ),
  );
}

function stateOf({ nodes }: LabStatus, name: string, service: Service): RedisStatus['state'] {
  return nodes.find(({ node }) => node === name)?.[service]?.state ?? 'stopped';
}

/** The problems of one status that the other lacks. */
function problems(from: LabStatus, other: LabStatus, state: 'came' | 'gone'): Change[] {
  const known = new Set(other.problemCodes.map((each) => JSON.stringify(each)));
  return from.problemCodes.flatMap((each, i): Change[] =>
    known.has(JSON.stringify(each))
      ? []
      : [{ kind: 'problem', state, ...each, text: from.problems[i] ?? '' }],
  );
}
