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
import { addRules, between, lackOf, removeRules } from './packet-filter.js';

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
  lacks: (host, node) => lackOf(host, node, 'iptables', 'python3'),
  async inject(host, node, options) {
    await end(host, node);
    const queue = FIRST_QUEUE + host.lab.nodes.indexOf(node);
    const { delayMs = 0, jitterMs = 0, lossPercent = 0, rateKbit = 0 } = options;
    const numbers = [queue, delayMs, jitterMs, lossPercent, rateKbit].map(String);
    const { run } = host.places(node);
    // Without its program, a queue lets everything pass.
    await addRules(host, node, 'mangle', [KIND, node.name], rulesOf(host, node, options, queue));
    const { code, said } = await host.asRoot(
      node,
      START,
      run,
      verbatim('node/slow.py'),
      ...numbers,
    );
    if (code === 0) return;
    await end(host, node);
    throw new RedisLabError(
      `On ${node.name}, the program that holds packets back did not start (ended with ${code}): ${said || 'it said nothing'}. It needs Python 3, and a kernel with queues for the packet filter (NFQUEUE).`,
      { exitCode: EXIT.program },
    );
  },
  async undo(host, node) {
    const targets = await end(host, node);
    return targets.map((name) => ({ code: 'mended.fast', values: { node: name } }));
  },
};

/**
 * Arguments: a folder, the program, and its own. It outlives the shell, and ends when its file is gone. Python is there, because
 * cloud-init needs it.
 */
const START = `
file=$(mktemp "$1/redis-lab-slow-XXXXXX"); program=$2; shift 2
printf '%s' "$program" >"$file"
setsid python3 -I -S "$file" "$@" >"$file.log" 2>&1 </dev/null &
tries=200
until grep -q '^ready' "$file.log"; do
  tries=$((tries - 1))
  if [ "$tries" -le 0 ] || ! kill -0 $!; then cat "$file.log"; exit 1; fi
  sleep 0.1
done`;

/** What it holds back then is lost, and sent again. */
const STOP = `rm -f "$3"/redis-lab-slow-*`;

function end(host: FaultHost, node: NodeModel): Promise<string[]> {
  return removeRules(host, node, 'mangle', [KIND], [STOP, host.places(node).run]);
}

function rulesOf(
  host: FaultHost,
  node: NodeModel,
  { from = [], oneWay }: FaultOptions,
  queue: number,
): string[] {
  const held = `-j NFQUEUE --queue-num ${queue} --queue-bypass`;
  return host.lab.nodes
    .filter(({ name }) => from.includes(name))
    .flatMap((end) => between(host, node, end, oneWay).map((rule) => `${rule} ${held}`));
}
