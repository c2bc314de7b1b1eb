/** For people: how a client of one's own gets into a lab. */
import { clientArgs, clientLine } from '../render/client-args.js';
import type { LabConnection, LabEndpoint } from './connection.js';
import { clean } from './layout.js';

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
): string {
  const { direct, masterName, sentinels, servers, passwordFile } = connection;
  const master = servers.find(({ role }) => role === 'master') ?? servers[0];
  const [sentinel] = sentinels;
  const cli = ({ node, host, port }: LabEndpoint, ...words: string[]) =>
    direct
      ? [clientLine({ host, port }, passwordFile), ...words].join(' ')
      : exec(node, 'redis-cli', ...clientArgs({ port }), ...words);
  return [
    `Lab ${clean(lab)} (${clean(backend)}): how a client of your own gets in`,
    '',
    `master name  ${clean(masterName)}`,
    ...column(
      'Sentinels',
      sentinels.map(({ host, port, node }) => `${host}:${port}  ${clean(node)}`),
    ),
    ...column(
      'servers',
      servers.map(
        ({ host, port, node, role }) => `${host}:${port}  ${clean(node)}, ${role ?? 'silent'}`,
      ),
    ),
    `password     ${passwordFile === null ? 'none' : `in ${clean(passwordFile)}, which only you can read`}`,
    '',
    ...(direct
      ? []
      : ["This machine has no address in the lab's network: a client runs on a node.", '']),
    'With redis-cli:',
    ...(master ? [`  ${cli(master)}`] : []),
    ...(sentinel ? [`  ${cli(sentinel, 'sentinel', 'get-master-addr-by-name', masterName)}`] : []),
    '',
    `With ioredis, which follows a failover${direct ? '' : ', on a node'}:`,
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
