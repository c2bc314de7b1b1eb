/** For people: how their own client gets into a lab. */
import { clientArgs, clientLine } from '../render/client-args.js';
import { say } from '../render/texts.js';
import type { LabConnection, LabEndpoint } from './connection.js';
import { clean } from './layout.js';
import { speechIn } from './speech.js';

export interface Naming {
  readonly lab: string;
  readonly backend: string;
  /** The command that runs another one on a node. */
  readonly exec: (node: string, ...argv: readonly string[]) => string;
}

/** Lines joined by newlines, none at the end. The password itself is in none of them. */
export function connectionReport(
  { lab, backend, exec }: Naming,
  connection: LabConnection,
  lang?: string,
): string {
  const t = speechIn(lang).t.connect;
  const { direct, masterName, sentinels, servers, clients = [], passwordFile } = connection;
  const master = servers.find(({ role }) => role === 'master') ?? servers[0];
  const [sentinel] = sentinels;
  const [client] = clients;
  const asks = ['sentinel', 'get-master-addr-by-name', masterName];
  const cli = ({ node, host, port }: LabEndpoint, ...words: string[]) =>
    direct
      ? [clientLine({ host, port }, passwordFile), ...words].join(' ')
      : exec(node, 'redis-cli', ...clientArgs({ port }), ...words);
  return [
    say(t.title, { lab: clean(lab), backend: clean(backend) }),
    '',
    ...column(t.masterName, [clean(masterName)]),
    ...column(
      t.sentinels,
      sentinels.map(({ host, port, node }) => `${host}:${port}  ${clean(node)}`),
    ),
    ...column(
      t.servers,
      servers.map(
        ({ host, port, node, role }) => `${host}:${port}  ${clean(node)}, ${role ?? t.silent}`,
      ),
    ),
    ...column(t.password, [
      passwordFile === null ? t.none : say(t.inFile, { file: clean(passwordFile) }),
    ]),
    '',
    ...(direct ? [] : [t.onNode, '']),
    t.withCli,
    ...(master ? [`  ${cli(master)}`] : []),
    ...(sentinel ? [`  ${cli(sentinel, ...asks)}`] : []),
    '',
    ...(sentinel && client !== undefined
      ? [
          say(t.onClient, { client: clean(client) }),
          `  ${exec(client, 'redis-cli', ...clientArgs({ host: sentinel.node, port: sentinel.port }), ...asks)}`,
          '',
        ]
      : []),
    direct ? t.withIoredis : t.withIoredisOnNode,
    ...ioredis(connection).map((line) => `  ${line}`),
  ].join('\n');
}

function column(title: string, values: readonly string[]): string[] {
  return values.map((value, index) => `${(index === 0 ? title : '').padEnd(13)}${value}`);
}

function ioredis({ masterName, sentinels, passwordFile }: LabConnection): string[] {
  const places = sentinels.map(({ host, port }) => `    { host: '${host}', port: ${port} },`);
  return [
    ...(passwordFile === null
      ? []
      : [`const password = readFileSync(${JSON.stringify(passwordFile)}, 'utf8').trim();`]),
    'const redis = new Redis({',
    `  name: '${masterName}',`,
    '  sentinels: [',
    ...places,
    '  ],',
    ...(passwordFile === null ? [] : ['  password,', '  sentinelPassword: password,']),
    '});',
  ];
}
