/** What the tasks of the handout are made of: commands for a lab, and the letters of its nodes. */
import { usage } from '../errors.js';
import {
  type LabModel,
  masterOf,
  type NodeModel,
  replicasOf,
  sentinelsOf,
} from '../model/model.js';
import { clientArgs } from '../render/client-args.js';
import { type Block, type Letter, type OnNode, OTHERS } from './block.js';

/** The number that is written where writes get lost; the next ones are for later tries. */
export const RECEIPT = 4711;

/** How many writes a client tries that is cut off with the master, one a second: the failover is over before they are. */
export const COUNTED = 20;

/** Nobody listens there: the old page's port, cut short. */
const CUT_PORT = '637';

/** How long a class waits for what Sentinel does after the fault is noticed, beyond down-after, seconds. */
const FAILOVER_SECONDS = 40;

/** How long the old master takes until it follows the new one, at most, seconds. */
export const COMEBACK_SECONDS = 60;

/**
 * Nodes that are a letter in a task: first the master of the moment, then the others.
 * @throws RedisLabError (2) for more nodes than there are letters
 */
export function lettersOf(lab: LabModel): readonly string[] {
  const count = lab.nodes.filter(({ runsRedis }) => runsRedis).length;
  if (count > 1 + OTHERS.length) {
    throw usage(
      `The handout has letters for ${1 + OTHERS.length} nodes with data, and this lab has ${count}. Print it for a smaller lab: what a class learns is the same.`,
    );
  }
  return ['A', ...OTHERS.slice(0, count - 1)];
}

/** A node with a Sentinel, or the letter of one. */
type SentinelOf = Pick<NodeModel, 'name' | 'sentinelPort'>;

type Given = Partial<Block> & Pick<Block, 'looks'>;

/** The programs of a lab by what they are called and where they listen. */
export class Commands {
  readonly master: NodeModel;
  readonly replicas: readonly NodeModel[];
  readonly sentinels: readonly NodeModel[];
  /** The Sentinel that is asked where one is enough. */
  readonly witness: NodeModel;
  readonly others: readonly string[];
  readonly downSeconds: number;

  constructor(
    readonly lab: LabModel,
    readonly receipt = RECEIPT,
  ) {
    this.master = masterOf(lab);
    this.replicas = replicasOf(lab);
    this.sentinels = sentinelsOf(lab);
    this.witness = this.sentinels[0] as NodeModel;
    this.others = lettersOf(lab).slice(1);
    this.downSeconds = Math.ceil(lab.sentinel.downAfterMs / 1000);
  }

  /** The client of the engine. */
  get cli(): string {
    return `${this.lab.redis.engine}-cli`;
  }

  /**
   * Sentinels on both sides of a master that is cut off: its own, and one that is never on its side. Undefined where the others could not
   * fail over, or where the letters do not tell who has one.
   */
  get apart(): { readonly inside: SentinelOf; readonly outside: SentinelOf } | undefined {
    const { quorum } = this.lab.sentinel;
    const majority = Math.floor(this.sentinels.length / 2) + 1;
    const withData = this.lab.nodes.filter(({ runsRedis }) => runsRedis);
    const isTold = withData.every(({ runsSentinel }) => runsSentinel) && this.others.length > 0;
    if (!isTold || Math.max(majority, quorum) > this.sentinels.length - 1) return undefined;
    const of = (name: string) => ({ name, sentinelPort: this.lab.sentinel.port });
    return { inside: of('A'), outside: of('B') };
  }

  /** Told the port only where it is not the client's own. On the node, redis-lab's client knows it anyhow. */
  redis(node: string, ...words: readonly string[]): OnNode {
    const { port } = this.lab.redis;
    const telling = port === 6379 ? [] : clientArgs({ port });
    return { node, argv: [this.cli, ...telling, ...words] };
  }

  sentinel(node: SentinelOf, ...words: readonly string[]): OnNode {
    return {
      node: node.name,
      argv: [this.cli, ...clientArgs({ port: node.sentinelPort }), ...words],
    };
  }

  masterAddress(node: SentinelOf): OnNode {
    return this.sentinel(node, 'sentinel', 'get-master-addr-by-name', this.lab.sentinel.masterName);
  }

  logs(
    node: NodeModel,
    service: 'redis' | 'sentinel',
    lines: number,
  ): Pick<Block, 'redisLab' | 'plain'> {
    const unit = service === 'redis' ? 'redis-server' : 'redis-sentinel';
    return {
      redisLab: ['redis-lab', 'logs', node.name, '--service', service, '--tail', String(lines)],
      plain: {
        node: node.name,
        argv: ['journalctl', '-u', unit, '-n', String(lines), '-o', 'cat', '--no-pager'],
        root: true,
      },
    };
  }

  /** The same on the node for both readers. */
  both(id: string, command: OnNode, given: Given): Block {
    return { id, redisLab: command, plain: command, ...given };
  }

  /** That a node's server runs with a setting. */
  setting(id: string, node: NodeModel, name: string, value: string | number): Block {
    const looks = `^${String(value).replaceAll('.', '\\.')}$`;
    return this.both(id, this.redis(node.name, 'config', 'get', name), { looks });
  }

  /** Which node is the master now: the task's letters are named by it. */
  who(task: string): Block {
    return this.both(`${task}.who`, this.masterAddress(this.witness), {
      looks: '^\\d+\\.\\d+\\.\\d+\\.\\d+$',
      names: 'task',
    });
  }

  /** A Sentinel names another master than A. */
  moved(id: string, sentinel: SentinelOf, given: Partial<Block> = {}): Block {
    return this.both(id, this.masterAddress(sentinel), {
      looks: '^(?!{A}$)\\S+\\s+\\d+\\s*$',
      withinSeconds: this.downSeconds + FAILOVER_SECONDS,
      ...given,
    });
  }

  /** DEBUG is there before 7.0 without a directive that could forbid it. */
  get mayDebug(): boolean {
    return this.lab.redis.debugCommand !== 'no';
  }

  crash(id: string): Block {
    if (!this.mayDebug) {
      return {
        id,
        redisLab: ['redis-lab', 'fault', 'crash', 'A'],
        plain: {
          node: 'A',
          argv: ['systemctl', 'kill', '--signal=SEGV', 'redis-server'],
          root: true,
        },
        looks: '',
        breaks: true,
      };
    }
    return this.both(id, this.redis('A', 'debug', 'segfault'), {
      looks: 'closed the connection|Connection reset',
      fails: true,
      breaks: true,
    });
  }

  /** A is a replica, in touch with its master. */
  follows(id: string): Block {
    return this.both(id, this.redis('A', 'role'), {
      looks: '^slave\\n\\S+\\n\\d+\\nconnected$',
      withinSeconds: COMEBACK_SECONDS,
      waits: true,
    });
  }

  startA(id: string): Block {
    return {
      id,
      redisLab: ['redis-lab', 'heal'],
      plain: { node: 'A', argv: ['systemctl', 'start', 'redis-server'], root: true },
      looks: '',
      breaks: true,
    };
  }

  /** Every replica is told a port at which nobody listens, and hears no more of its master. */
  cut(task: string): Block[] {
    return this.others.map((letter) =>
      this.both(`${task}.cut.${letter}`, this.redis(letter, 'replicaof', '127.0.0.1', CUT_PORT), {
        looks: '^OK$',
      }),
    );
  }

  /** Has a node ask for so many replicas before it takes a write. */
  lenient(id: string, replicas: number, node: Letter = 'A'): Block {
    const words = ['config', 'set', 'min-replicas-to-write', String(replicas)];
    return this.both(id, this.redis(node, ...words), { looks: '^OK$' });
  }

  /** Every Sentinel answers, as far as this one sees. */
  whole(id: string): Block {
    return this.both(
      id,
      this.sentinel(this.witness, 'sentinel', 'ckquorum', this.lab.sentinel.masterName),
      { looks: `^OK ${this.sentinels.length} usable`, withinSeconds: COMEBACK_SECONDS },
    );
  }
}
