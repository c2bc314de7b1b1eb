import { isClient } from '../../model/model.js';
import type { Path } from '../path.js';
import { duplicates } from './network.js';
import type { Rule } from './rule.js';

/** Windows cannot make a folder of these names, and each node has a folder. */
const DEVICE_NAMES = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** 1 GB was enough to build Redis; less was not tried on a whole machine. */
const BUILD_MEMORY_MB = 1024;

const namesAreUsable: Rule = function* ({ machines }) {
  for (const [index, node] of machines.entries()) {
    if (!DEVICE_NAMES.test(node.name)) continue;
    yield {
      code: 'spec.node-name.device',
      path: ['nodes', index, 'name'],
      seen: node.name,
      message: 'is a device name on Windows, where no folder can have it',
      fix: 'choose another name',
    };
  }
};

const namesAreUnique: Rule = function* ({ machines, spec, sound }) {
  yield* duplicates(
    machines.map((node, i) => (sound(['nodes', i, 'name']) ? node.name : undefined)),
    (index, first) => ({
      code: 'spec.node-name.twice',
      path: ['nodes', index, 'name'],
      seen: machines[index]?.name,
      message: `${spec.nodes?.[index]?.name === undefined ? '(the default here) ' : ''}is the name of nodes[${first}] too`,
      fix: 'give each node a name of its own',
    }),
  );
};

const oneMaster: Rule = function* ({ machines, sound }) {
  if (!sound(['nodes', '*', 'role'])) return;
  const masters = machines.flatMap(({ role }, index) => (role === 'master' ? [index] : []));
  if (masters.length === 0) {
    yield {
      code: 'spec.master.none',
      path: ['nodes'],
      message: 'has no master',
      fix: 'give one node role: master',
    };
  }
  for (const index of masters.slice(1)) {
    yield {
      code: 'spec.master.second',
      path: ['nodes', index, 'role'],
      seen: 'master',
      message: `is a second master, after nodes[${masters[0]}]`,
      fix: 'make it a replica; Sentinel watches one master here',
    };
  }
};

const everyNodeRunsSomething: Rule = function* ({ machines, sound }) {
  for (const [index, node] of machines.entries()) {
    if (!sound(['nodes', index, 'role'], ['nodes', index, 'sentinel'])) continue;
    if (isClient(node) || node.runsRedis || node.runsSentinel) continue;
    yield {
      code: 'spec.node.idle',
      path: ['nodes', index, 'sentinel'],
      seen: false,
      message: 'leaves a sentinel node with nothing to run',
      fix: 'remove the line, or make the node a replica',
    };
  }
};

/** What is for servers only. */
const OF_SERVERS = ['sentinel', 'priority'] as const;

const clientsRunNoServer: Rule = function* ({ spec, machines, sound }) {
  for (const [index, machine] of machines.entries()) {
    if (!isClient(machine)) continue;
    for (const key of OF_SERVERS) {
      const path: Path = ['nodes', index, key];
      const seen = spec.nodes?.[index]?.[key];
      if (seen === undefined || !sound(path)) continue;
      yield {
        code: 'spec.client.key',
        path,
        seen,
        message: 'is for nodes that run a server, and a client runs none',
        fix: 'remove the line, or give the node another role',
      };
    }
  }
};

const someReplicaMayBePromoted: Rule = function* ({ lab, sound }) {
  if (!sound(['nodes', '*', 'priority'], ['nodes', '*', 'role'])) return;
  const replicas = lab.nodes.filter((node) => node.role === 'replica');
  if (replicas.some((node) => node.priority > 0)) return;
  yield {
    code: replicas.length === 0 ? 'spec.replica.none' : 'spec.replica.no-priority',
    path: ['nodes'],
    message:
      replicas.length === 0
        ? 'has no replica: nothing could take over'
        : 'has only replicas of priority 0, which Sentinel never promotes',
    fix: 'let at least one node be a replica with a priority above 0',
  };
};

const enoughMemoryToBuild: Rule = function* ({ lab, machines, sound }) {
  if (lab.redis.install !== 'source' || !sound(['nodes', '*', 'memory'])) return;
  const index = machines.findIndex((machine) => !isClient(machine) && machine.builds);
  const builder = machines[index];
  if (!builder || builder.memoryMb >= BUILD_MEMORY_MB) return;
  yield {
    code: 'spec.memory.build',
    path: ['nodes', index, 'memory'],
    seen: builder.memoryMb,
    message: `(MB) is too small to build ${lab.redis.engine} in, and no other node has more`,
    fix: `give one node at least ${BUILD_MEMORY_MB} MB, or use redis.install: package`,
  };
};

export const nodeRules: readonly Rule[] = [
  namesAreUsable,
  namesAreUnique,
  oneMaster,
  everyNodeRunsSomething,
  clientsRunNoServer,
  someReplicaMayBePromoted,
  enoughMemoryToBuild,
];
