/** For people: how a client of one's own gets into a lab. */
import { type ClientTarget, clientLine } from '../render/client-args.js';
import type { LabConnection } from './connection.js';
import { clean } from './layout.js';

export interface Naming {
  readonly lab: string;
  readonly backend: string;
}

/** Lines joined by newlines, none at the end. The password itself is in none of them. */
export function connectionReport({ lab, backend }: Naming, connection: LabConnection): string {
  const { masterName, sentinels, servers, passwordFile } = connection;
  const master = servers.find(({ role }) => role === 'master') ?? servers[0];
  const [sentinel] = sentinels;
  const cli = (target: ClientTarget) => `  ${clientLine(target, passwordFile)}`;
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
    'With redis-cli:',
    ...(master ? [cli(master)] : []),
    ...(sentinel ? [`${cli(sentinel)} sentinel get-master-addr-by-name ${masterName}`] : []),
    '',
    'With ioredis, which follows a failover:',
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
