/** A slip for each student of a class: how to enter the own lab. Pure. */
import { createHash } from 'node:crypto';
import { type LabModel, machinesOf, masterOf } from '../model/model.js';
import { say, type Texts, textsOf } from '../render/texts.js';
import type { Cell, Handout, Part } from './document.js';
import { htmlOf } from './html.js';
import { markdownOf } from './markdown.js';

/** What one student has to know. All but the owner has only characters that mean nothing to Markdown or HTML. */
export interface Slip {
  readonly lab: LabModel;
  /** Name and number, as the list has them. */
  readonly owner: string;
  /** Host name or address of the server. */
  readonly address: string;
  readonly port: number;
  /** Public key of the SSH server: type and key. */
  readonly hostKey: string;
  /** What opens: the student's own key, or a password; `elsewhere`: one that is not known here. */
  readonly by: 'key' | 'elsewhere' | { readonly password: string };
  /** For a client of the server. */
  readonly token?: {
    readonly token: string;
    /** The program: `incus` or `lxc`. */
    readonly program: string;
    readonly project: string;
    readonly instance: string;
  };
}

export interface SlipOptions {
  readonly language: string;
  readonly format: 'md' | 'html';
  /** Name of the class. */
  readonly class: string;
}

/** One text, in which each slip begins on a page of its own. */
export function slipsOf(slips: readonly Slip[], options: SlipOptions): string {
  const papers = slips.map((slip) => paperOf(slip, options));
  return options.format === 'html' ? htmlOf(papers) : markdownOf(papers);
}

/** As `ssh` shows it when it asks whether that is the right host. */
export function fingerprintOf(hostKey: string): string {
  const [, key = ''] = hostKey.split(' ');
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

function paperOf(slip: Slip, { language, class: of }: SlipOptions): Handout {
  const { page, slip: t } = textsOf('handout', language);
  const { lab, address, port, by, hostKey } = slip;
  const fill = (text: string) =>
    say(text, { lab: lab.name, fingerprint: fingerprintOf(hostKey), master: masterOf(lab).name });
  const paragraph = (text: string, label?: string): Part => ({
    kind: 'paragraph',
    text,
    ...(label === undefined ? {} : { label }),
  });
  const opens =
    by === 'key' ? fill(t.key) : by === 'elsewhere' ? fill(t.elsewhere) : `\`${by.password}\``;
  return {
    language,
    title: fill(t.title),
    subtitle: fill(t.subtitle),
    edition: say(t.class, { class: of }),
    owner: { label: page.for, name: slip.owner },
    labels: { redisLab: page.redisLab, plain: page.plain, nothing: page.nothing },
    parts: [
      paragraph(fill(t.terminal)),
      commands(t, [[fill(t.enter), `ssh -p ${port} student@${address}`]]),
      paragraph(opens, t.password),
      paragraph(fill(t.trust)),
      { kind: 'heading', id: 'nodes', text: t.nodes },
      nodes(lab, { node: page.node, address: page.address, role: page.role, ...page.roles }),
      paragraph(fill(t.root)),
      { kind: 'heading', id: 'first', text: t.first },
      commands(t, firstCommands(lab, t.try)),
      ...(slip.token ? tokenParts(slip.token, t) : []),
    ],
  };
}

type Words = Texts<'handout'>['slip'];

/** A row for each command, and what it is for. */
function commands(t: Words, rows: readonly (readonly [what: string, command: string])[]): Part {
  return {
    kind: 'table',
    head: [t.what, t.command],
    rows: rows.map(([what, command]): Cell[] => [what, { code: command }]),
    narrow: [0],
  };
}

interface NodeWords {
  readonly node: string;
  readonly address: string;
  readonly role: string;
  readonly master: string;
  readonly replica: string;
  readonly sentinel: string;
  readonly client: string;
}

function nodes(lab: LabModel, words: NodeWords): Part {
  return {
    kind: 'table',
    head: [words.node, words.address, words.role],
    rows: machinesOf(lab).map(({ name, ip, role }): Cell[] => [
      { code: name },
      { code: ip },
      words[role],
    ]),
  };
}

function firstCommands(lab: LabModel, t: Words['try']): (readonly [string, string])[] {
  const { redis, sentinel } = lab;
  const cli = `${redis.engine}-cli`;
  const master = masterOf(lab);
  const other = machinesOf(lab).find(({ name }) => name !== master.name);
  const port = (number: number, usual: number) => (number === usual ? '' : ` -p ${number}`);
  return [
    [t.role, `${cli}${port(master.redisPort, 6379)} role`],
    ...(master.runsSentinel
      ? [
          [
            t.sentinel,
            `${cli} -p ${master.sentinelPort} sentinel master ${sentinel.masterName}`,
          ] as const,
        ]
      : []),
    ...(other ? [[t.other, `ssh ${other.name}`] as const] : []),
    [t.journal, 'journalctl --unit redis-server --lines 20'],
  ];
}

function tokenParts(
  { token, program, project, instance }: NonNullable<Slip['token']>,
  t: Words,
): Part[] {
  return [
    { kind: 'heading', id: 'token', text: say(t.client.title, { program }) },
    { kind: 'paragraph', text: say(t.client.text, { program }) },
    commands(t, [
      [t.client.add, `${program} remote add class ${token}`],
      [t.client.exec, `${program} exec class:${instance} --project ${project} -- bash`],
    ]),
  ];
}
