/** The handout of a lab, part by part. */
import { builderOf, type LabModel, masterOf, replicasOf, sentinelsOf } from '../model/model.js';
import { MACHINE } from '../render/layout.js';
import { engineName } from '../render/redis-conf.js';
import { say, type Texts, textsOf } from '../render/texts.js';
import { type Block, isOnNode, type Task } from './block.js';
import { plainLine, redisLabLine } from './command-line.js';
import { lettersOf } from './commands.js';
import { type Configuration, configurationsOf, type Line } from './directives.js';
import type { Cell, Handout, Part } from './document.js';
import { ERRATA, type ErratumId, TO_MEND } from './errata.js';
import { isOfAnotherLab, type Recording } from './recording.js';
import { tasksOf } from './tasks.js';
import { memoryText, topologySvg, topologyText } from './topology.js';

export interface Composing {
  readonly language: string;
  readonly edition: 'student' | 'instructor';
  readonly owner: string | undefined;
  readonly recording: Recording;
}

const CHAPTERS = {
  architecture: ['roles'],
  installation: ['start', 'configuration'],
  testing: ['processes', 'replication', 'sentinels'],
  failover: ['crash', 'comeback'],
  exercises: ['hang', 'quorum', 'lost', 'safer', 'mend'],
} as const;

const SOURCES_OF_REDIS = {
  sentinel: 'https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/',
  clients: 'https://redis.io/docs/latest/develop/reference/sentinel-clients/',
  replication: 'https://redis.io/docs/latest/operate/oss_and_stack/management/replication/',
  configuration: 'https://redis.io/docs/latest/operate/oss_and_stack/management/config/',
  persistence: 'https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/',
  security: 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/',
  wait: 'https://redis.io/docs/latest/commands/wait/',
  role: 'https://redis.io/docs/latest/commands/role/',
  cloudInit: 'https://docs.cloud-init.io/en/latest/',
  vagrant: 'https://developer.hashicorp.com/vagrant/docs/cli/ssh',
} as const;

const SOURCES = {
  redis: SOURCES_OF_REDIS,
  valkey: {
    ...SOURCES_OF_REDIS,
    sentinel: 'https://valkey.io/topics/sentinel/',
    clients: 'https://valkey.io/topics/sentinel-clients/',
    replication: 'https://valkey.io/topics/replication/',
    configuration: 'https://valkey.io/topics/valkey.conf/',
    persistence: 'https://valkey.io/topics/persistence/',
    security: 'https://valkey.io/topics/security/',
    wait: 'https://valkey.io/commands/wait/',
    role: 'https://valkey.io/commands/role/',
  },
} as const;

/** Nodes whose files are shown; a larger lab only has more of the same. */
const MOST_NODES_SHOWN = 6;

export function compose(lab: LabModel, options: Composing): Handout {
  return new Composer(lab, options).handout();
}

class Composer {
  readonly #texts: Texts<'handout'>;
  readonly #values: Readonly<Record<string, string | number>>;
  readonly #tasks: readonly Task[];

  constructor(
    readonly lab: LabModel,
    readonly options: Composing,
  ) {
    this.#texts = textsOf('handout', options.language);
    this.#values = valuesOf(lab, this.#texts.page.decimal);
    this.#tasks = tasksOf(lab);
  }

  handout(): Handout {
    const { page } = this.#texts;
    return {
      language: this.options.language,
      title: page.title,
      subtitle: this.#say(page.subtitle),
      edition: page[this.options.edition],
      owner: {
        label: this.options.owner === undefined ? page.name : page.for,
        name: this.options.owner,
      },
      labels: { redisLab: page.redisLab, plain: page.plain, nothing: page.nothing },
      parts: [
        ...this.#about(),
        ...this.#chapter('architecture', 1, this.#architecture()),
        ...this.#chapter('installation', 2, this.#installation()),
        ...this.#chapter('testing', 3, []),
        ...this.#chapter('failover', 4, []),
        ...this.#chapter('exercises', 5, []),
        ...(this.#forInstructor ? [...this.#errata(), ...this.#marks()] : []),
        ...this.#sources(),
      ],
    };
  }

  get #forInstructor(): boolean {
    return this.options.edition === 'instructor';
  }

  #say(text: string, more: Readonly<Record<string, string | number>> = {}): string {
    return say(text, { ...this.#values, ...more });
  }

  #about(): Part[] {
    const { about } = this.#texts;
    const { recording } = this.options;
    const others = lettersOf(this.lab).slice(1);
    const recorded = [
      this.#say(about.recorded, {
        date: recording.date,
        redisLab: recording.redisLab,
        engine: engineName({ ...this.lab.redis, engine: recording.server.engine }),
        version: recording.server.version,
        backend: recording.backend,
      }),
      ...(recording.masks.length > 0 ? [about.masked] : []),
    ].join(' ');
    return [
      { kind: 'heading', id: 'about', text: about.title },
      { kind: 'paragraph', text: about.text },
      { kind: 'paragraph', text: about.readers },
      {
        kind: 'paragraph',
        text: this.#say(about.letters, {
          others: others.map((letter) => `**${letter}**`).join(', '),
        }),
      },
      { kind: 'paragraph', text: about.terminal },
      { kind: 'paragraph', text: recorded },
      ...(isOfAnotherLab(recording, this.lab)
        ? [
            {
              kind: 'paragraph' as const,
              text: this.#say(about.elsewhere, {
                nodes: recording.lab.nodes.map(({ name, ip }) => `\`${name}\` ${ip}`).join(', '),
                downAfter: recording.lab.downAfterMs,
                quorum: recording.lab.quorum,
              }),
            },
          ]
        : []),
    ];
  }

  #chapter(name: keyof typeof CHAPTERS, number: number, parts: readonly Part[]): Part[] {
    const { page, chapters } = this.#texts;
    return [
      {
        kind: 'chapter',
        id: name,
        text:
          number > 4 ? chapters[name].title : `${page.chapter} ${number}. ${chapters[name].title}`,
      },
      ...this.#intro(name).map((text): Part => ({ kind: 'paragraph', text: this.#say(text) })),
      ...parts,
      ...CHAPTERS[name].flatMap((id) => this.#task(id)),
    ];
  }

  #intro(name: keyof typeof CHAPTERS): string[] {
    const { chapters } = this.#texts;
    if (name !== 'failover') return [chapters[name].intro];
    const { debugCommand, restartMs } = this.lab.redis;
    const { intro, introSignal, restarts } = chapters.failover;
    return [debugCommand === 'no' ? introSignal : intro, ...(restartMs === null ? [] : [restarts])];
  }

  #architecture(): Part[] {
    const { page } = this.#texts;
    const { lab } = this;
    const names = (nodes: readonly { name: string }[]) => nodes.map(({ name }) => name).join(', ');
    const words = {
      title: this.#say(page.drawing, {
        master: masterOf(lab).name,
        replicas: names(replicasOf(lab)),
        sentinels: names(sentinelsOf(lab)),
      }),
      roles: page.roles,
      replicates: page.replicates,
      watches: page.watches,
    };
    return [
      {
        kind: 'figure',
        svg: topologySvg(lab, words),
        drawing: topologyText(lab, words),
        caption: this.#say(page.topology),
      },
      {
        kind: 'table',
        head: [page.address, page.node, page.memory, page.role],
        rows: lab.nodes.map((node) => {
          const role = page.roles[node.role];
          return [
            node.ip,
            `\`${node.name}\``,
            memoryText(node.memoryMb),
            node.runsSentinel && node.role !== 'sentinel'
              ? say(page.roles.withSentinel, { role })
              : role,
          ];
        }),
      },
    ];
  }

  #installation(): Part[] {
    const { installation, chapters } = this.#texts;
    const { lab } = this;
    const isMaster = ({ node }: Configuration) => Number(node === masterOf(lab));
    // The master's is the one that others are compared with, wherever the description has it.
    const all = configurationsOf(lab).toSorted((one, other) => isMaster(other) - isMaster(one));
    const shown = new Set(lab.nodes.slice(0, MOST_NODES_SHOWN));
    const files = (['redis.conf', 'sentinel.conf'] as const).flatMap((file) =>
      this.#files(all.filter((each) => each.file === file && shown.has(each.node))),
    );
    const unseen = lab.nodes.length - shown.size;
    return [
      {
        kind: 'steps',
        items: [
          installation.user,
          installation.kernel,
          installation.firewall,
          installation.configuration,
          lab.redis.restartMs === null ? installation.units : installation.unitsRestart,
          lab.redis.install === 'source' ? installation.source : installation.package,
          installation.start,
        ].map((text) => this.#say(text)),
      },
      {
        kind: 'heading',
        id: 'configurations',
        text: chapters.installation.configurations,
      },
      { kind: 'paragraph', text: this.#say(chapters.installation.configurationsIntro) },
      ...files,
      ...(unseen > 0
        ? [
            {
              kind: 'paragraph' as const,
              text: this.#say(chapters.installation.more, { count: unseen }),
            },
          ]
        : []),
    ];
  }

  /** The first file whole, of the others what is different; what a line means is told once. */
  #files([first, ...others]: readonly Configuration[]): Part[] {
    if (!first) return [];
    const { page, chapters } = this.#texts;
    const { file } = first;
    const known = new Set(first.lines.map(({ text }) => text));
    const explained = new Set(first.lines.map(({ directive }) => directive));
    const different = others.flatMap(({ node, lines }) =>
      lines
        .filter(({ text }) => !known.has(text))
        .map((line, index): Cell[] => {
          const told = explained.has(line.directive);
          explained.add(line.directive);
          return [
            index === 0 ? `\`${node.name}\`` : '″',
            { code: line.text },
            told ? page.above : this.#meaning(file, line),
          ];
        }),
    );
    return [
      {
        kind: 'paragraph',
        text: say(chapters.installation.whole, { file, node: first.node.name }),
      },
      {
        kind: 'table',
        head: [page.line, page.meaning],
        // One explanation for a run of lines of the same kind.
        rows: first.lines.map((line, index): Cell[] => [
          { code: line.text },
          first.lines[index - 1]?.directive === line.directive && !line.own
            ? '″'
            : this.#meaning(file, line),
        ]),
      },
      ...(different.length > 0
        ? [
            { kind: 'paragraph' as const, text: say(chapters.installation.differs, { file }) },
            {
              kind: 'table' as const,
              head: [page.node, page.line, page.meaning],
              rows: different,
              narrow: [0],
            },
          ]
        : []),
    ];
  }

  /** @throws Error for a directive that nobody has explained: a defect */
  #meaning(file: Configuration['file'], { directive, own }: Line): string {
    const { directives } = this.#texts;
    const known: Readonly<Record<string, string>> =
      file === 'redis.conf' ? directives.redis : directives.sentinel;
    const text = own ? directives.redis.own : known[directive];
    if (text === undefined) throw new Error(`${file}: ${directive} has no explanation`);
    return text;
  }

  #task(id: Task['id']): Part[] {
    const { page, tasks } = this.#texts;
    const index = this.#tasks.findIndex((task) => task.id === id);
    const task = this.#tasks[index] as Task;
    const texts = tasks[id];
    const note = (label: string, text: string): Part[] =>
      this.#forInstructor ? [{ kind: 'note', label, text: this.#say(text) }] : [];
    return [
      {
        kind: 'heading',
        id: `task-${id}`,
        text: `${page.task} ${index + 1}. ${texts.title}`,
        aside: say(page.points, { points: task.points }),
      },
      { kind: 'paragraph', text: this.#say(texts.goal) },
      // The errata tell the instructor all of it.
      ...(id === 'mend' && !this.#forInstructor ? [this.#toMend()] : []),
      ...families(task.blocks).flatMap((family) => this.#step(family, task)),
      ...('timing' in texts ? note(page.timing, texts.timing) : []),
      ...note(page.trouble, texts.trouble),
      ...texts.questions.flatMap(({ ask, answer }): Part[] => [
        { kind: 'paragraph', label: page.question, text: this.#say(ask) },
        this.#forInstructor
          ? { kind: 'note', label: page.answer, text: this.#say(answer) }
          : { kind: 'lines', label: page.lines, count: linesFor(answer) },
      ]),
    ];
  }

  /** Commands of one kind: what is done on every node is told once. */
  #step(family: readonly Block[], { blocks }: Task): Part[] {
    const [first] = family;
    if (!first) return [];
    const { page, steps, about } = this.#texts;
    const text = (steps as Readonly<Record<string, string>>)[familyOf(first)];
    if (text === undefined) throw new Error(`${familyOf(first)} has no text`);
    const letters = lettersOf(this.lab).slice(1);
    const hints = [
      ...(first.names === 'task'
        ? [
            say(about.lettersNow, {
              others: letters.map((letter) => `${letter} = ________`).join(', '),
            }),
          ]
        : []),
      ...(first.pauseSeconds ? [say(page.wait, { seconds: first.pauseSeconds })] : []),
      ...(first.withinSeconds ? [say(page.again, { seconds: first.withinSeconds })] : []),
      ...(first.systemd ? [page.machines] : []),
    ];
    return [
      { kind: 'step', text: this.#say(text), hints },
      {
        kind: 'commands',
        commands: family.map((block) => ({
          redisLab: redisLabLine(block),
          plain: plainLine(block),
        })),
      },
      ...family.flatMap((block) =>
        this.#forInstructor || block.photograph
          ? this.#output(block, blocks.slice(0, blocks.indexOf(block)))
          : [],
      ),
    ];
  }

  #output(block: Block, before: readonly Block[]): Part[] {
    const { page, about } = this.#texts;
    const recorded = this.options.recording.outputs[block.id];
    // Of several commands of one kind, whose output it is.
    const [, , of] = block.id.split('.');
    const whose = of ?? (isForRedisLabAlone(block) ? 'redis-lab' : undefined);
    const label = whose === undefined ? page.output : `${page.output}, \`${whose}\``;
    if (!recorded) {
      if (!this.#forInstructor || block.looks === '') return [];
      return [{ kind: 'note', label, text: about.unrecorded }];
    }
    const { letters } = recorded;
    // Seconds since what this very task has broken or mended.
    const afterSeconds = before.some(({ breaks }) => breaks) ? recorded.afterSeconds : null;
    // Silence is an answer only where something was asked.
    if (recorded.output.trim() === '' && block.looks === '') return [];
    const output = recorded.output.trim() === '' ? null : recorded.output;
    const line = redisLabLine(block) ?? plainLine(block) ?? '';
    const used = Object.entries(letters).filter(([letter]) => line.split(' ').includes(letter));
    const caption = [
      label,
      ...(used.length > 0
        ? [say(page.named, { letters: used.map(([a, b]) => `${a} = ${b}`).join(', ') })]
        : []),
      ...(this.#forInstructor && afterSeconds !== null && block.show === undefined
        ? [say(page.after, { seconds: String(afterSeconds).replace('.', page.decimal) })]
        : []),
    ].join(' · ');
    return output === null
      ? [{ kind: 'note', label: page.output, text: page.empty }]
      : [{ kind: 'output', caption, text: output }];
  }

  #toMend(): Part {
    const { page } = this.#texts;
    return {
      kind: 'table',
      head: [page.said, page.wrong, page.right],
      rows: TO_MEND.map((id) => [{ code: ERRATA[id].join(' … ') }, '', '']),
    };
  }

  #erratum(id: ErratumId): [string, string] {
    const { errata } = this.#texts;
    const { wrong, right } = errata[id];
    const isPackage = id === 'download' && this.lab.redis.install === 'package';
    return [this.#say(wrong), this.#say(isPackage ? errata.download.rightPackage : right)];
  }

  #errata(): Part[] {
    const { page, chapters } = this.#texts;
    const others = (Object.keys(ERRATA) as ErratumId[]).filter((id) => !TO_MEND.includes(id));
    return [
      { kind: 'chapter', id: 'errata', text: chapters.errata.title },
      { kind: 'paragraph', text: chapters.errata.intro },
      {
        kind: 'table',
        head: [page.said, page.wrong, page.right],
        rows: [...TO_MEND, ...others].map((id) => [
          { code: ERRATA[id].join(' … ') },
          ...this.#erratum(id),
        ]),
      },
    ];
  }

  #marks(): Part[] {
    const { page, chapters, tasks } = this.#texts;
    const total = this.#tasks.reduce((sum, { points }) => sum + points, 0);
    return [
      { kind: 'chapter', id: 'marks', text: chapters.marks.title },
      { kind: 'paragraph', text: chapters.marks.intro },
      {
        kind: 'table',
        head: [page.task, say(page.points, { points: total }), page.given],
        rows: [
          ...this.#tasks.map(({ id, points }, index) => [
            `${index + 1}. ${tasks[id].title}`,
            String(points),
            '',
          ]),
          [`**${page.total}**`, `**${total}**`, ''],
        ],
      },
    ];
  }

  #sources(): Part[] {
    const { chapters, sources } = this.#texts;
    const known = SOURCES[this.lab.redis.engine];
    return [
      { kind: 'chapter', id: 'sources', text: chapters.sources.title },
      { kind: 'paragraph', text: chapters.sources.intro },
      {
        kind: 'list',
        items: (Object.keys(known) as (keyof typeof known)[]).map(
          (key) => `${sources[key]}: [${known[key]}](${known[key]})`,
        ),
      },
    ];
  }
}

/** Room for an answer by hand, which is shorter than the printed one. */
function linesFor(answer: string): number {
  return Math.max(4, Math.ceil(answer.length / 90));
}

/** The other reader's program says something else, or nothing. */
function isForRedisLabAlone({ redisLab }: Block): boolean {
  return redisLab !== null && !isOnNode(redisLab) && redisLab[1] !== 'logs';
}

/** Task and step, without the node. */
export function familyOf({ id }: Pick<Block, 'id'>): string {
  return id.split('.').slice(0, 2).join('.');
}

function families(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (last?.[0] && familyOf(last[0]) === familyOf(block)) last.push(block);
    else groups.push([block]);
  }
  return groups;
}

/** What texts may speak of. */
function valuesOf(lab: LabModel, decimal: string): Readonly<Record<string, string | number>> {
  const { redis, sentinel } = lab;
  const master = masterOf(lab);
  const sentinels = sentinelsOf(lab);
  const majority = Math.floor(sentinels.length / 2) + 1;
  // The one that leads needs as many votes as the quorum, where that is more.
  const votes = Math.max(majority, sentinel.quorum);
  const [witness = master] = sentinels;
  const cli = `${redis.engine}-cli`;
  const seconds = (ms: number) => (ms / 1000).toFixed(1).replace(/\.0$/, '').replace('.', decimal);
  return {
    lab: lab.name,
    network: lab.network.cidr,
    master: master.name,
    masterIp: master.ip,
    masterName: sentinel.masterName,
    port: redis.port,
    sentinelPort: sentinel.port,
    quorum: sentinel.quorum,
    majority,
    sentinels: sentinels.length,
    votes,
    spare: sentinels.length - votes,
    replicas: replicasOf(lab).length,
    witness: witness.name,
    downAfter: sentinel.downAfterMs,
    failoverTimeout: sentinel.failoverTimeoutMs,
    failoverSeconds: seconds(sentinel.failoverTimeoutMs),
    // Measured on quiet machines: the promoted node writes 0.3 to 0.5 s after the fault is noticed, is named after 1.1 to 1.4.
    writable: seconds(sentinel.downAfterMs + 500),
    named: seconds(sentinel.downAfterMs + 1400),
    engine: engineName(redis),
    version: redis.version,
    cli,
    check: `${cli} -p ${witness.sentinelPort} sentinel ckquorum ${sentinel.masterName}`,
    builder: builderOf(lab).name,
    allow: lab.allow.join(', '),
    restart: seconds(redis.restartMs ?? 0),
    kitDir: MACHINE.kitDir,
    configDir: MACHINE.configDir,
    dataDir: MACHINE.dataDir,
  };
}
