/** The script that is `redis-cli` on a node. */
import type { LabModel, NodeModel } from '../../model/model.js';
import type { Secret } from '../../model/secret.js';
import { clientArgs } from '../../render/client-args.js';
import { shellQuote } from '../../render/shell-quote.js';
import { servicesOf } from '../services.js';
import { hexPlace } from './guard.js';
import type { LocalServer } from './local-server.js';

/**
 * Connects to this node by default; options of the user come later and win. The password is given to the lab's own servers
 * only, and not on a command line: not to a server elsewhere, and not to a program of another user that listens at the address
 * of one of ours. (An interactive client that reconnects after its server has ended does so without this check.)
 */
export function clientScript(
  lab: LabModel,
  node: NodeModel,
  { cli }: LocalServer,
  secret: Secret | undefined,
): string {
  const own = { host: node.ip, port: node.runsRedis ? node.redisPort : node.sentinelPort };
  const call = `exec ${[cli, ...clientArgs({ ...node, ...own })].map(shellQuote).join(' ')} "$@"`;
  if (!secret) return `#!/bin/sh\n${call}\n`;
  const cases = servicesOf(lab).map(
    ({ node: { ip }, port }) => `  ${ip}:${port}) at=${hexPlace(ip, port)} ;;`,
  );
  return `#!/bin/sh
host=${own.host} port=${own.port} before=
for word in "$@"; do
  case $before in
    -h) host=$word ;;
    -p) port=$word ;;
    -s | -u) host=elsewhere ;;
  esac
  before=$word
done
at=
case $host:$port in
${cases.join('\n')}
esac
owner() { while read -r _ _ _ _ _ _ _ uid _; do echo "$uid"; done; }
if [ -n "$at" ] && [ -z "$REDISCLI_AUTH" ]; then
  if [ -r /proc/net/tcp ]; then
    uid=$(grep " $at 00000000:0000 0A " /proc/net/tcp | owner)
    other=${'$'}{uid:-$(cat /proc/net/tcp6 /proc/net/tcp 2>/dev/null | grep -E " ([0-9A-F]{24}$at|0+:${'$'}{at#*:}) 0+:0000 0A " | owner)}
    for each in $other; do
      [ "$each" = ${process.getuid?.() ?? 0} ] && continue
      echo "At $host:$port listens a program of another user (uid $each), not the lab's server: it gets neither password nor command." >&2
      exit 1
    done
  else
    uid=unknown
  fi
  if [ -n "$uid" ]; then
    read -r REDISCLI_AUTH <${shellQuote(secret.file)}
    export REDISCLI_AUTH
  fi
fi
${call}
`;
}
