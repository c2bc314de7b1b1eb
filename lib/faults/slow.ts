/**
 * A slow or bad link. The packet filter hands packets to a small program on the node (`templates/node/slow.py`), which holds them back. Of
 * the kernel's own means, `tc netem`, many kernels have none, and containers cannot load it; a queue of the packet filter is
 * wherever that is.
 */
import { EXIT, RedisLabError } from '../errors.js';
import type { NodeModel } from '../model/model.js';
import { verbatim } from '../render/template.js';
import type { Fault, FaultHost } from './fault.js';
import type { FaultOptions } from './options.js';
import { addRules, removeRules } from './packet-filter.js';

const KIND = 'slow';

/** The first number of a queue; each node of a lab has its own, since nodes may share a packet filter. */
const FIRST_QUEUE = 8600;

export const slow: Fault = {
  kind: KIND,
  describe:
    'packets between the node and the other nodes, or those of --from, arrive late (--delay, --jitter), not all of them (--loss), or few at a time (--rate); this machine still reaches all as fast as ever',
  target: 'node',
  needs: 'packet-filter',
  done: 'its link to the other nodes is slow; this machine still reaches all of them as fast as ever',
  comesBack: 'slowed',
  takes: ['from', 'oneWay', 'delayMs', 'jitterMs', 'lossPercent', 'rateKbit'],
  async inject(host, node, options) {
    await end(host, node);
    const queue = FIRST_QUEUE + host.lab.nodes.indexOf(node);
    const { delayMs = 0, jitterMs = 0, lossPercent = 0, rateKbit = 0 } = options;
    const numbers = [queue, delayMs, jitterMs, lossPercent, rateKbit].map(String);
    // Without its program, a queue lets everything pass.
    await addRules(host, node, 'mangle', [KIND, node.name], rulesOf(host, node, options, queue));
    const { code, said } = await host.asRoot(node, START, verbatim('node/slow.py'), ...numbers);
    if (code === 0) return;
    await end(host, node);
    throw new RedisLabError(
      `On ${node.name}, the program that holds packets back did not start (ended with ${code}): ${said || 'it said nothing'}. See: redis-lab exec ${node.name} -- journalctl -u ${UNIT}`,
      { exitCode: EXIT.program },
    );
  },
  async undo(host, node) {
    const targets = await end(host, node);
    return targets.map((name) => ({ code: 'mended.fast', values: { node: name } }));
  },
};

const UNIT = 'redis-lab-slow';

/** Arguments: the program, and its own. */
const START = `
program=$1; shift
printf '%s' "$program" >/run/${UNIT}.py
systemd-run --quiet --collect --unit=${UNIT} --service-type=notify --property=TimeoutStartSec=20 \\
  python3 -I -S /run/${UNIT}.py "$@" || { journalctl -q -n 3 -o cat -u ${UNIT}; exit 1; }`;

const STOP = `systemctl stop ${UNIT} 2>/dev/null || true; rm -f /run/${UNIT}.py`;

function end(host: FaultHost, node: NodeModel): Promise<string[]> {
  return removeRules(host, node, 'mangle', [KIND], STOP);
}

function rulesOf(
  { lab }: FaultHost,
  { ip }: NodeModel,
  { from = [], oneWay }: FaultOptions,
  queue: number,
): string[] {
  const held = `-j NFQUEUE --queue-num ${queue} --queue-bypass`;
  return lab.nodes
    .filter(({ name }) => from.includes(name))
    .flatMap((end) => [
      ...(oneWay === 'out' ? [] : [`INPUT -s ${end.ip} -d ${ip} ${held}`]),
      ...(oneWay === 'in' ? [] : [`OUTPUT -s ${ip} -d ${end.ip} ${held}`]),
    ]);
}
