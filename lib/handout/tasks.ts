/** The handout's commands for a lab, in the order in which they are typed. */
import { EXIT, RedisLabError } from '../errors.js';
import {
  type LabModel,
  masterOf,
  type NodeModel,
  replicasOf,
  sentinelsOf,
} from '../model/model.js';
import { type Block, type Letter, type OnNode, OTHERS, type Task } from './block.js';

/** Nobody listens there: the old page's port, cut short. */
const CUT_PORT = '637';

/** How long a class waits for what Sentinel does after the fault is noticed, beyond down-after, seconds. */
const FAILOVER_SECONDS = 40;

/** How long the old master takes until it follows the new one, at most, seconds. */
const COMEBACK_SECONDS = 60;

/** Every task of the lab. Pure; ids are the same for labs with the same nodes. */
export function tasksOf(lab: LabModel): readonly Task[] {
  const known = new Commands(lab);
  return [
    { id: 'roles', points: 5, blocks: [] },
    { id: 'start', points: 5, blocks: start(known) },
    { id: 'configuration', points: 10, blocks: configuration(known) },
    { id: 'processes', points: 5, blocks: processes(known) },
    { id: 'replication', points: 10, blocks: replication(known) },
    { id: 'sentinels', points: 5, blocks: sentinels(known) },
    { id: 'crash', points: 15, blocks: crash(known) },
    { id: 'comeback', points: 5, blocks: comeback(known) },
    { id: 'hang', points: 5, blocks: hang(known) },
    { id: 'quorum', points: 10, blocks: quorum(known) },
    { id: 'lost', points: 10, blocks: lost(known) },
    { id: 'safer', points: 5, blocks: safer(known) },
    { id: 'mend', points: 10, blocks: mend(known) },
  ];
}

/** All blocks in order. */
export function blocksOf(lab: LabModel): readonly Block[] {
  return tasksOf(lab).flatMap(({ blocks }) => blocks);
}

/**
 * Nodes that are a letter in a task: first the master of the moment, then the others.
 * @throws RedisLabError (2) for more nodes than there are letters
 */
export function lettersOf(lab: LabModel): readonly string[] {
  const count = lab.nodes.filter(({ runsRedis }) => runsRedis).length;
  if (count > 1 + OTHERS.length) {
    throw new RedisLabError(
      `The handout has letters for ${1 + OTHERS.length} nodes with data, and this lab has ${count}. Print it for a smaller lab: what a class learns is the same.`,
      { exitCode: EXIT.usage },
    );
  }
  return ['A', ...OTHERS.slice(0, count - 1)];
}

type Given = Partial<Block> & Pick<Block, 'looks'>;

/** The programs of a lab by what they are called and where they listen. */
class Commands {
  readonly master: NodeModel;
  readonly replicas: readonly NodeModel[];
  readonly sentinels: readonly NodeModel[];
  /** The Sentinel that is asked where one is enough. */
  readonly witness: NodeModel;
  readonly others: readonly string[];
  readonly downSeconds: number;

  constructor(readonly lab: LabModel) {
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

  /** Told the port only where it is not the client's own. On the node, redis-lab's client knows it anyhow. */
  redis(node: string, ...words: readonly string[]): OnNode {
    const { port } = this.lab.redis;
    const telling = port === 6379 ? [] : ['-p', String(port)];
    return { node, argv: [this.cli, ...telling, ...words] };
  }

  sentinel(node: NodeModel, ...words: readonly string[]): OnNode {
    return { node: node.name, argv: [this.cli, '-p', String(node.sentinelPort), ...words] };
  }

  masterAddress(node: NodeModel): OnNode {
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
  moved(id: string, sentinel: NodeModel, given: Partial<Block> = {}): Block {
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

  /** Every Sentinel answers, as far as this one sees. */
  whole(id: string): Block {
    return this.both(
      id,
      this.sentinel(this.witness, 'sentinel', 'ckquorum', this.lab.sentinel.masterName),
      { looks: `^OK ${this.sentinels.length} usable`, withinSeconds: COMEBACK_SECONDS },
    );
  }
}

function start(known: Commands): Block[] {
  return [
    {
      id: 'start.up',
      redisLab: ['redis-lab', 'up', '--no-verify'],
      plain: ['vagrant', 'up'],
      looks: 'is up|is already running|already running, nothing',
      show: 'is up|already running',
    },
    {
      id: 'start.status',
      redisLab: ['redis-lab', 'status'],
      plain: ['vagrant', 'status'],
      looks: `^master is ${known.master.name},`,
    },
  ];
}

function configuration(known: Commands): Block[] {
  const { lab, master, replicas } = known;
  const replica = replicas[0] ?? master;
  return [
    known.both(
      'configuration.first-boot',
      { node: master.name, argv: ['cloud-init', 'status'] },
      { looks: '^status: done$', systemd: true },
    ),
    known.both(
      'configuration.firewall',
      { node: master.name, argv: ['ufw', 'status'], root: true },
      { looks: '^Status: active$', systemd: true },
    ),
    known.both(
      'configuration.owner',
      { node: master.name, argv: ['ls', '-l', '/etc/redis-lab'], root: true },
      { looks: 'redis redis .* redis\\.conf$', systemd: true },
    ),
    known.setting('configuration.address', replica, 'replica-announce-ip', replica.ip),
    ...(lab.redis.debugCommand === null
      ? []
      : [
          known.setting(
            'configuration.debug',
            master,
            'enable-debug-command',
            lab.redis.debugCommand,
          ),
        ]),
  ];
}

function processes(known: Commands): Block[] {
  const { lab, master } = known;
  return [
    ...lab.nodes.map((node) =>
      known.both(
        `processes.ps.${node.name}`,
        { node: node.name, argv: ['ps', '-u', 'redis', '-o', 'user,pid,args'] },
        {
          looks: node.runsSentinel
            ? '\\[sentinel\\]|sentinel\\.conf'
            : `-server .*:${node.redisPort}`,
          systemd: true,
          photograph: true,
        },
      ),
    ),
    known.both(
      'processes.units',
      {
        node: master.name,
        argv: [
          'systemctl',
          'is-active',
          'redis-server',
          ...(master.runsSentinel ? ['redis-sentinel'] : []),
        ],
      },
      { looks: '^active$', systemd: true },
    ),
    {
      id: 'processes.log',
      // A first full copy says up to nine lines.
      ...known.logs(master, 'redis', Math.max(30, 12 + 9 * known.replicas.length)),
      looks: 'Ready to accept connections[\\s\\S]*Synchronization with replica .* succeeded',
      show: 'Ready to accept|asks for synchronization|Synchronization with',
      withinSeconds: 15,
      photograph: true,
    },
  ];
}

function replication(known: Commands): Block[] {
  const { lab, master, replicas } = known;
  const [first = master] = replicas;
  return [
    known.both('replication.master', known.redis(master.name, 'info', 'replication'), {
      looks: `^role:master\\s[\\s\\S]*^connected_slaves:${replicas.length}$`,
      show: '^(role|connected_slaves|slave\\d+|master_repl_offset):',
    }),
    known.both('replication.set', known.redis(master.name, 'set', 'demokey', 'testing testing'), {
      looks: '^OK$',
      photograph: true,
    }),
    ...replicas.map((replica) =>
      known.both(`replication.get.${replica.name}`, known.redis(replica.name, 'get', 'demokey'), {
        looks: '^testing testing$',
        withinSeconds: 5,
        photograph: true,
      }),
    ),
    known.both('replication.refused', known.redis(first.name, 'set', 'demokey', 'mine'), {
      looks: '^READONLY ',
    }),
    known.both('replication.kept', known.redis(master.name, 'get', 'demokey'), {
      looks: '^testing testing$',
    }),
    known.both('replication.link', known.redis(first.name, 'info', 'replication'), {
      looks: `^role:slave\\s[\\s\\S]*^master_host:${master.ip.replaceAll('.', '\\.')}\\s[\\s\\S]*^master_link_status:up$`,
      show: '^(role|master_host|master_port|master_link_status|slave_read_only):',
    }),
    // A master that wants more replicas than it has refuses the writes of the tasks to come.
    ...(lab.redis.minReplicasToWrite > 0
      ? [
          known.setting(
            'replication.lenient',
            master,
            'min-replicas-to-write',
            lab.redis.minReplicasToWrite,
          ),
        ]
      : []),
  ];
}

function sentinels(known: Commands): Block[] {
  const { lab, master } = known;
  return [
    known.whole('sentinels.quorum'),
    known.both('sentinels.info', known.sentinel(known.witness, 'info', 'sentinel'), {
      looks: `^master0:name=${lab.sentinel.masterName},status=ok,.*,sentinels=${known.sentinels.length}$`,
      show: '^master0:',
    }),
    ...known.sentinels.map((sentinel) =>
      known.both(`sentinels.master.${sentinel.name}`, known.masterAddress(sentinel), {
        looks: `^${master.ip.replaceAll('.', '\\.')}$`,
      }),
    ),
  ];
}

function crash(known: Commands): Block[] {
  const events =
    '[+-](sdown|odown|new-epoch|try-failover|vote-for-leader|elected-leader|failover-state-\\S+|selected-slave|promoted-slave|slave-reconf-\\S+|failover-end|switch-master|config-update-from|convert-to-slave)\\b';
  const [last] = known.sentinels.slice(-1);
  const { lab, replicas } = known;
  return [
    known.who('crash'),
    known.crash(known.mayDebug ? 'crash.segfault' : 'crash.signal'),
    ...known.sentinels.map((sentinel) =>
      known.moved(
        `crash.says.${sentinel.name}`,
        sentinel,
        sentinel === last ? { names: 'new' } : {},
      ),
    ),
    ...known.sentinels.map(
      (sentinel): Block => ({
        id: `crash.log.${sentinel.name}`,
        ...known.logs(sentinel, 'sentinel', Math.max(40, 30 + 5 * replicas.length)),
        looks: '\\+sdown master[\\s\\S]*\\+switch-master',
        show: events,
        withinSeconds: 10,
        photograph: true,
      }),
    ),
    known.both('crash.role', known.redis('N', 'role'), { looks: '^master$' }),
    known.both('crash.kept', known.redis('N', 'get', 'demokey'), { looks: '^testing testing$' }),
    ...(lab.redis.minReplicasToWrite > replicas.length - 1
      ? [lenient(known, 'crash.lenient', 0, 'N')]
      : []),
    known.both('crash.write', known.redis('N', 'set', 'after-failover', 'yes'), {
      looks: '^OK$',
      withinSeconds: 10,
    }),
  ];
}

function comeback(known: Commands): Block[] {
  return [
    known.startA('comeback.start'),
    known.follows('comeback.role'),
    known.both('comeback.get', known.redis('A', 'get', 'after-failover'), {
      looks: '^yes$',
      withinSeconds: 10,
    }),
  ];
}

function hang(known: Commands): Block[] {
  return [
    known.who('hang'),
    {
      id: 'hang.stop',
      redisLab: ['redis-lab', 'fault', 'hang', 'A'],
      plain: {
        node: 'A',
        argv: ['systemctl', 'kill', '--signal=STOP', 'redis-server'],
        root: true,
      },
      looks: '',
      breaks: true,
    },
    known.moved('hang.says', known.witness, { names: 'new' }),
    {
      id: 'hang.continue',
      redisLab: ['redis-lab', 'heal'],
      plain: {
        node: 'A',
        argv: ['systemctl', 'kill', '--signal=CONT', 'redis-server'],
        root: true,
      },
      looks: '',
      breaks: true,
    },
    known.follows('hang.role'),
  ];
}

function quorum(known: Commands): Block[] {
  const { witness } = known;
  const silenced = known.sentinels.filter((sentinel) => sentinel !== witness);
  return [
    known.who('quorum'),
    ...silenced.map(
      (sentinel): Block => ({
        id: `quorum.stop.${sentinel.name}`,
        redisLab: known.sentinel(sentinel, 'shutdown'),
        plain: { node: sentinel.name, argv: ['systemctl', 'stop', 'redis-sentinel'], root: true },
        looks: '',
      }),
    ),
    known.both(
      'quorum.check',
      known.sentinel(witness, 'sentinel', 'ckquorum', known.lab.sentinel.masterName),
      { looks: 'NOQUORUM', withinSeconds: known.downSeconds + 15 },
    ),
    known.crash(known.mayDebug ? 'quorum.crash' : 'quorum.signal'),
    known.both('quorum.says', known.masterAddress(witness), {
      looks: '^{A}$',
      pauseSeconds: known.downSeconds + 10,
    }),
    {
      id: 'quorum.log',
      // A line for each of the others and one for the master; more would be of earlier exercises. With a quorum of one it tries
      // to lead, again and again, and is not elected.
      ...known.logs(
        witness,
        'sentinel',
        known.lab.sentinel.quorum === 1 ? 40 : known.sentinels.length + 2,
      ),
      looks: '\\+sdown master (?![\\s\\S]*\\+switch-master)',
      show: '[+-](sdown|odown|try-failover|failover-abort-not-elected) ',
    },
    {
      id: 'quorum.heal',
      redisLab: ['redis-lab', 'heal'],
      // The server first: Sentinels that come back to a dead master fail over.
      plain: { node: 'A', argv: ['systemctl', 'start', 'redis-server'], root: true },
      looks: '',
      breaks: true,
    },
    ...silenced.map(
      (sentinel): Block => ({
        id: `quorum.start.${sentinel.name}`,
        redisLab: null,
        plain: { node: sentinel.name, argv: ['systemctl', 'start', 'redis-sentinel'], root: true },
        looks: '',
      }),
    ),
    known.whole('quorum.whole'),
  ];
}

function lost(known: Commands): Block[] {
  const strict = known.lab.redis.minReplicasToWrite > 0;
  return [
    known.who('lost'),
    ...(strict ? [lenient(known, 'lost.lenient', 0)] : []),
    ...known.cut('lost'),
    known.both('lost.set', known.redis('A', 'set', 'receipt', '4711'), { looks: '^OK$' }),
    known.crash(known.mayDebug ? 'lost.crash' : 'lost.signal'),
    known.moved('lost.says', known.witness, { names: 'new' }),
    known.both('lost.new', known.redis('N', 'get', 'receipt'), { looks: '^\\s*$' }),
    known.startA('lost.start'),
    known.follows('lost.role'),
    known.both('lost.old', known.redis('A', 'get', 'receipt'), { looks: '^\\s*$' }),
    known.both('lost.whole', known.redis('N', 'info', 'replication'), {
      looks: `^connected_slaves:${known.replicas.length}$`,
      show: '^(role|connected_slaves|slave\\d+):',
      withinSeconds: COMEBACK_SECONDS,
    }),
  ];
}

function safer(known: Commands): Block[] {
  return [
    known.who('safer'),
    lenient(known, 'safer.on', 1),
    ...known.cut('safer'),
    known.both('safer.refused', known.redis('A', 'set', 'receipt', '4712'), {
      looks: '^NOREPLICAS ',
      withinSeconds: 10,
      breaks: true,
    }),
    known.both('safer.mended', known.redis('A', 'set', 'receipt', '4713'), {
      looks: '^OK$',
      // Sentinel waits for failover-timeout before it puts a replica right.
      withinSeconds: COMEBACK_SECONDS + Math.ceil(known.lab.sentinel.failoverTimeoutMs / 1000),
    }),
    lenient(known, 'safer.off', known.lab.redis.minReplicasToWrite),
  ];
}

function lenient(known: Commands, id: string, replicas: number, node: Letter = 'A'): Block {
  return known.both(
    id,
    known.redis(node, 'config', 'set', 'min-replicas-to-write', String(replicas)),
    { looks: '^OK$' },
  );
}

function mend(known: Commands): Block[] {
  const { masterName } = known.lab.sentinel;
  return [
    known.both(
      'mend.time',
      known.sentinel(
        known.witness,
        'sentinel',
        'set',
        masterName,
        'down-after-milliseconds',
        '5000s',
      ),
      { looks: '^ERR |Invalid argument' },
    ),
    {
      id: 'mend.down',
      redisLab: ['redis-lab', 'down'],
      plain: ['vagrant', 'destroy', '-f'],
      looks: 'Nothing of the lab',
    },
  ];
}
