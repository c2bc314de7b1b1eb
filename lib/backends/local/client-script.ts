/** The script that is `redis-cli` on a node. */
import { isClient, type LabModel, type MachineModel } from '../../model/model.js';
import type { Secret } from '../../model/secret.js';
import { clientArgs } from '../../render/client-args.js';
import { shellQuote } from '../../render/shell-quote.js';
import { servicesOf } from '../services.js';
import { hexAddress } from './guard.js';
import type { LocalServer } from './local-server.js';

/**
 * Connects to this node by default; options of the user come later and win. The password is given to the lab's own servers
 * only, and not on a command line: not to a server elsewhere, and not to a program of another user that listens at the address
 * of one of ours. (An interactive client that reconnects after its server has ended does so without this check.)
 * On a client, which has no server, it connects to none by default; `-h` takes names of nodes.
 */
export function clientScript(
  lab: LabModel,
  machine: MachineModel,
  { cli }: LocalServer,
  secret: Secret | undefined,
): string {
  const own = { host: machine.ip, port: portOf(lab, machine) };
  const names = isClient(machine) ? namesFor(lab) : '';
  const call = `exec ${[cli, ...clientArgs({ ...machine, ...own })].map(shellQuote).join(' ')} "$@"`;
  if (!secret) return `#!/bin/sh\n${names}${call}\n`;
  const cases = servicesOf(lab).map(
    ({ node: { ip }, port }) => `  ${ip}:${port}) at=${hexAddress(ip, port)} ;;`,
  );
  return `#!/bin/sh
${names}host=${own.host} port=${own.port} before=
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

function portOf({ redis }: LabModel, machine: MachineModel): number {
  if (isClient(machine)) return redis.port;
  return machine.runsRedis ? machine.redisPort : machine.sentinelPort;
}

/** Names stand for addresses after -h, as /etc/hosts has them where a client is a machine: a process here has no such file. */
function namesFor({ nodes }: LabModel): string {
  return `before=
for word in "$@"; do
  shift
  case $before:$word in
${nodes.map(({ name, ip }) => `    -h:${name}) word=${ip} ;;`).join('\n')}
  esac
  before=$word
  set -- "$@" "$word"
done
`;
}
