/** The old page's configurations as files: students mend them until `check` finds nothing worse than a hint. */
import { masterOf, type NodeModel, replicasOf, sentinelsOf } from '../../model/model.js';
import { DEFAULT_VERSION, type Engine } from '../../model/releases.js';
import { checkLab } from '../../redis-conf/rules/check.js';
import { readConfiguration } from '../../redis-conf/rules/configuration.js';
import { say } from '../../render/texts.js';
import { checkResult } from '../../report/check.js';
import { checkText } from '../../report/check-text.js';
import { PLAIN } from '../../report/style.js';
import type { Part } from '../document.js';
import { data } from '../errata.generated.js';
import type { Writing } from '../writing.js';

/** Where students put them. */
const FOLDER = 'old';

type Files = Readonly<Record<string, string>>;

interface Row {
  readonly nodes: readonly NodeModel[];
  readonly service: 'redis' | 'sentinel';
  readonly old: readonly string[];
  readonly mended: (node: NodeModel) => readonly string[];
}

function rows({ lab }: Writing): Row[] {
  const { redis, sentinel } = lab;
  const master = masterOf(lab);
  const common = ({ ip }: NodeModel, port: number, log: string) => [
    `bind ${ip} 127.0.0.1`,
    'protected-mode no',
    `port ${port}`,
    `logfile "/var/log/redis/${log}.log"`,
  ];
  const watching = (node: NodeModel) => [
    ...common(node, sentinel.port, 'sentinel'),
    `sentinel monitor ${sentinel.masterName} ${master.ip} ${redis.port} ${sentinel.quorum}`,
    `sentinel down-after-milliseconds ${sentinel.masterName} ${sentinel.downAfterMs}`,
    `sentinel failover-timeout ${sentinel.masterName} ${sentinel.failoverTimeoutMs}`,
  ];
  const { files } = data;
  const all: Row[] = [
    {
      nodes: [master],
      service: 'redis',
      old: files.master,
      mended: (node) => common(node, redis.port, 'redis'),
    },
    {
      nodes: replicasOf(lab),
      service: 'redis',
      old: files.replica,
      mended: (node) => [
        ...common(node, redis.port, 'redis'),
        `replicaof ${master.ip} ${redis.port}`,
      ],
    },
    { nodes: sentinelsOf(lab), service: 'sentinel', old: files.sentinel, mended: watching },
  ];
  return all.filter(({ nodes }) => nodes.length > 0);
}

/** All files by their paths, as they stood on the page, and mended. */
export function oldFiles(writing: Writing): { readonly old: Files; readonly mended: Files } {
  const files = (lines: (row: Row, node: NodeModel) => readonly string[]): Files =>
    Object.fromEntries(
      rows(writing).flatMap((row) =>
        row.nodes.map((node) => [
          `${FOLDER}/${node.name}/${row.service}.conf`,
          `${lines(row, node).join('\n')}\n`,
        ]),
      ),
    );
  return {
    old: files(({ old }) => old),
    mended: files(({ mended }, node) => mended(node)),
  };
}

/** What is typed on the host, where the folder is. */
export function checkLine(language: string): string {
  return `redis-lab check ${FOLDER}${language === 'en' ? '' : ` --lang ${language}`}`;
}

export function mendFiles(writing: Writing): Part[] {
  const { texts, options, forInstructor } = writing;
  const { old: t, page } = texts;
  const { old, mended } = oldFiles(writing);
  const line = checkLine(options.language);
  const output = (files: Files): Part => ({
    kind: 'output',
    caption: `${page.shown}, \`${line}\``,
    text: `…\n${ending(files, options.language)}`,
  });
  return [
    { kind: 'paragraph', text: say(t.type, { folder: FOLDER }) },
    {
      kind: 'table',
      head: [t.file, t.lines],
      narrow: [0],
      rows: rows(writing).map(({ nodes, service, old: lines }) => [
        { code: nodes.map(({ name }) => `${name}/${service}.conf`).join('\n') },
        { code: lines.join('\n') },
      ]),
    },
    { kind: 'step', text: t.check, hints: [] },
    { kind: 'commands', commands: [{ redisLab: line, plain: undefined }] },
    output(old),
    { kind: 'paragraph', text: t.until },
    output(mended),
    ...(forInstructor ? solution(writing) : []),
  ];
}

function solution(writing: Writing): Part[] {
  const { old: t } = writing.texts;
  return [
    { kind: 'paragraph', label: t.solution, text: t.why },
    {
      kind: 'table',
      head: [t.file, t.lines],
      narrow: [0],
      rows: rows(writing).flatMap(({ nodes, service, mended }) =>
        nodes
          .slice(0, 1)
          .map((node) => [
            { code: `${node.name}/${service}.conf` },
            { code: mended(node).join('\n') },
          ]),
      ),
    },
  ];
}

/** How the output of `check` ends. */
function ending(files: Files, language: string): string {
  const sources = Object.entries(files).map(([name, text]) => ({ name, text }));
  const configuration = readConfiguration(sources, () => undefined);
  const engines: readonly Engine[] = ['redis', 'valkey'];
  const targets = engines.map((engine) => ({ engine, version: DEFAULT_VERSION[engine] }));
  const result = checkResult(configuration, checkLab(configuration, targets), targets, language);
  const text = checkText(result, (file) => files[file]?.split('\n') ?? [], PLAIN, language);
  return text.slice(text.lastIndexOf('\n\n') + 2);
}
