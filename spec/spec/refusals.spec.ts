import { expect } from 'chai';
import { formatProblem, PROBLEM_CODES, type Problem, SpecError } from '../../lib/errors.js';
import { parseSpec } from '../../lib/spec/parse.js';
import { readSpec } from '../../lib/spec/read.js';
import { ALL_RULES } from '../../lib/spec/rules.js';

function problemsOf(spec: unknown, rules = ALL_RULES): readonly Problem[] {
  try {
    parseSpec(spec, { rules });
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.problems;
  }
}

/** What a description is told, one text a problem; nothing when it is accepted. */
function refusals(spec: unknown, rules = ALL_RULES): string[] {
  return problemsOf(spec, rules).map((problem) =>
    formatProblem(problem).trim().replace(/\n\s+/, ' | '),
  );
}

const master = { name: 'master', role: 'master' };
const three = (...changes: object[]) =>
  [master, { name: 'a' }, { name: 'b' }].map((node, i) => ({ ...node, ...changes[i] }));

/** What Redis reads as port, port, and a newline. */
const ESCAPED = ['"\\x70ort" 7000', '"\\port" 1', '"\\x0a" x'];

/** A list of lists of lists …, each holding the one below it twice. */
function doubled(depth: number): unknown {
  return depth === 0 ? ['x'] : Array(2).fill(doubled(depth - 1));
}

/** Each shows one thing that is refused, and the whole message it is refused with. */
const CASES: Record<string, [spec: unknown, ...messages: string[]]> = {
  'a description that is not a group of settings': [
    ['master'],
    '["master"] is not accepted here | use a group of settings (name, network, nodes, redis, sentinel …)',
  ],
  'a value of the wrong type': [
    { redis: { port: 'many' } },
    'redis.port: "many" is not accepted here | use a whole number from 1024 to 65535',
  ],
  'a group where a value stands': [
    { sentinel: 5 },
    'sentinel: 5 is not accepted here | use a group of settings (masterName, port, quorum, downAfter, failoverTimeout, parallelSyncs, config)',
  ],
  'an unknown key, with the nearest known one': [
    { redis: { prot: 6380 } },
    'redis.prot: is not a key that redis-lab knows | did you mean port?',
  ],
  'an unknown key that is like no other, with all known ones': [
    { vagrant: { hypervisor: 'x' } },
    'vagrant.hypervisor: is not a key that redis-lab knows | known here: box, version, virtualbox, libvirt',
  ],
  'a key that every JavaScript object has': [
    JSON.parse('{"__proto__": 1, "redis": {"constructor": 2}}'),
    '__proto__: is not a key that redis-lab knows | known here: name, network, allow, nodes, redis, sentinel, vagrant, incus, language',
    'redis.constructor: is not a key that redis-lab knows | known here: engine, version, source, install, port, persistence, minReplicasToWrite, restart, debugCommand, config',
  ],
  'two nodes of one name': [
    { nodes: three({}, { name: 'x' }, { name: 'x' }) },
    'nodes[2].name: "x" is the name of nodes[1] too | give each node a name of its own',
  ],
  'a name that Windows cannot make a folder of': [
    { nodes: three({}, { name: 'aux' }) },
    'nodes[1].name: "aux" is a device name on Windows, where no folder can have it | choose another name',
  ],
  'two nodes of one address': [
    { nodes: three({}, { ip: '192.168.100.50' }, { ip: '192.168.100.50' }) },
    'nodes[2].ip: "192.168.100.50" is the address of nodes[1] too | give each node an address of its own',
  ],
  "the course's own address, which is outside the network": [
    { nodes: three({}, { ip: '192.168.33.12' }) },
    'nodes[1].ip: "192.168.33.12" is outside the network 192.168.100.0/24 | use an address from 192.168.100.2 to 192.168.100.254',
  ],
  'the address of the network': [
    { nodes: three({ ip: '192.168.100.0' }) },
    'nodes[0].ip: "192.168.100.0" is the address of the network 192.168.100.0/24 itself | use an address from 192.168.100.2 to 192.168.100.254',
  ],
  'the broadcast address': [
    { nodes: three({ ip: '192.168.100.255' }) },
    'nodes[0].ip: "192.168.100.255" is the broadcast address of 192.168.100.0/24 | use an address from 192.168.100.2 to 192.168.100.254',
  ],
  'the address of the host': [
    { nodes: three({ ip: '192.168.100.1' }) },
    'nodes[0].ip: "192.168.100.1" is the host\'s own address in 192.168.100.0/24 | use an address from 192.168.100.2 to 192.168.100.254',
  ],
  'a default address for which the network is too small': [
    { network: '192.168.100.0/29', nodes: three({ ip: '192.168.100.2' }, { ip: '192.168.100.3' }) },
    'nodes[2].ip: "192.168.100.13" (the default here) is outside the network 192.168.100.0/29 | use an address from 192.168.100.2 to 192.168.100.6',
  ],
  'an address with a leading zero, which some read as octal': [
    { nodes: three({ ip: '192.168.100.011' }) },
    'nodes[0].ip: "192.168.100.011" is not accepted here | use an IPv4 address such as 192.168.100.11',
  ],
  'a network with host bits': [
    { network: '192.168.100.1/24' },
    'network: "192.168.100.1/24" is an address inside a network, not a network | use 192.168.100.0/24',
  ],
  'a network that belongs to others': [
    { network: '8.8.8.0/24' },
    'network: "8.8.8.0/24" is not private: the lab would hide real hosts of the Internet | use a network in 192.168.0.0/16, 172.16.0.0/12 or 10.0.0.0/8',
  ],
  'a network without room': [
    {
      network: '192.168.100.0/30',
      nodes: [
        { role: 'master', ip: '192.168.100.2', sentinel: false },
        { role: 'sentinel', ip: '192.168.100.2' },
      ],
      sentinel: { quorum: 1 },
    },
    'network: "192.168.100.0/30" has no room for a lab, or far too much | use a prefix from /8 to /29, such as 192.168.100.0/24',
    'nodes[1].ip: "192.168.100.2" is the address of nodes[0] too | give each node an address of its own',
    'nodes: has no replica: nothing could take over | let at least one node be a replica with a priority above 0',
  ],
  'keys on a client that are for servers, all of them': [
    {
      nodes: [
        ...three(),
        { role: 'client', sentinel: true, priority: 5 },
        { role: 'client', sentinel: false, redis: { port: 7000 } },
      ],
    },
    'nodes[4].redis: is not a key that redis-lab knows | did you mean redis?',
    'nodes[3].sentinel: true is for nodes that run a server, and a client runs none | remove the line, or give the node another role',
    'nodes[3].priority: 5 is for nodes that run a server, and a client runs none | remove the line, or give the node another role',
    'nodes[4].sentinel: false is for nodes that run a server, and a client runs none | remove the line, or give the node another role',
  ],
  'a name and an address that a client has too, wherever it stands': [
    {
      nodes: [
        { name: 'b', role: 'client', ip: '192.168.100.50' },
        ...three({}, { ip: '192.168.100.50' }),
        { name: 'con', role: 'client', ip: '192.168.100.1' },
      ],
    },
    'nodes[4].ip: "192.168.100.1" is the host\'s own address in 192.168.100.0/24 | use an address from 192.168.100.2 to 192.168.100.254',
    'nodes[2].ip: "192.168.100.50" is the address of nodes[0] too | give each node an address of its own',
    'nodes[4].name: "con" is a device name on Windows, where no folder can have it | choose another name',
    'nodes[3].name: "b" is the name of nodes[0] too | give each node a name of its own',
  ],
  'clients in place of replicas and Sentinels': [
    { nodes: [{ role: 'client' }, master, { role: 'client', memory: '4G' }] },
    'nodes: has no replica: nothing could take over | let at least one node be a replica with a priority above 0',
    "sentinel.quorum: 2 is more than the lab's 1 Sentinel: nobody could ever agree that the master is down | use a quorum from 1 to 1, or run more Sentinels",
    'nodes: cannot fail over when the machine of a master such as master is lost: 0 of 1 Sentinels would remain, a majority is 1 | run at least three Sentinels; a node with role: sentinel needs little memory',
  ],
  'a client that would have to build': [
    {
      nodes: [
        { role: 'client', memory: '4G' },
        ...three({ memory: 512 }, { memory: 512 }, { memory: 512 }),
      ],
    },
    'nodes[1].memory: 512 (MB) is too small to build redis in, and no other node has more | give one node at least 1024 MB, or use redis.install: package',
  ],
  'a role that there is not': [
    { nodes: three({}, { role: 'web' }) },
    'nodes[1].role: "web" is not accepted here | use one of master, replica, sentinel, client',
  ],
  'machines to be let in that are no address': [
    { allow: ['192.168.100.50', 'web1', 'fe80::1'] },
    'allow[1]: "web1" is not accepted here | use an IPv4 address or network, such as 192.168.100.50',
    'allow[2]: "fe80::1" is not accepted here | use an IPv4 address or network, such as 192.168.100.50',
  ],
  'a network to be let in with host bits': [
    { allow: ['10.1.2.3/16'] },
    'allow[0]: "10.1.2.3/16" is an address inside a network, not a network | use 10.1.0.0/16, or 10.1.2.3 for that machine alone',
  ],
  'everybody to be let in': [
    { allow: ['0.0.0.0/0', '128.0.0.0/1'] },
    'allow[0]: "0.0.0.0/0" is so large that it lets strangers in, and the servers ask for no password | name the machines to let in, or their network, /8 or smaller',
    'allow[1]: "128.0.0.0/1" is so large that it lets strangers in, and the servers ask for no password | name the machines to let in, or their network, /8 or smaller',
  ],
  "a network in which a machine's other card is": [
    { network: '10.0.0.0/16' },
    'network: "10.0.0.0/16" overlaps 10.0.2.0/24, where VirtualBox\'s own NAT is | use a network beside it, such as 192.168.100.0/24 or 10.1.0.0/16',
  ],
  'a misspelt key, without what follows from its absence': [
    { nodes: [{ name: 'a', rol: 'master' }, { name: 'b' }, { name: 'c' }] },
    'nodes[0].rol: is not a key that redis-lab knows | did you mean role?',
  ],
  'what is no plain object, such as a promise that nobody awaited': [
    Promise.resolve({}),
    '{} is not accepted here | use a group of settings (name, network, nodes, redis, sentinel …)',
  ],
  'a default name that somebody else has': [
    { nodes: [{ role: 'master' }, { name: 'slave2' }, {}] },
    'nodes[2].name: "slave2" (the default here) is the name of nodes[1] too | give each node a name of its own',
  ],
  'a list without end, in a few words': [
    { redis: { config: [doubled(40)] } },
    'redis.config[0]: a long list is not accepted here | use one line of redis.conf in printable ASCII',
  ],
  'a version constraint that Vagrant cannot read': [
    { vagrant: { version: '>>>> ,,,' } },
    'vagrant.version: ">>>> ,,," is not accepted here | use a version or a constraint, such as ">= 20250101" (in a file with its quotes)',
  ],
  'a port of Redis that is the default one of Sentinel': [
    { redis: { port: 26379 } },
    'redis.port: 26379 is the port of Sentinel too, and master runs both | choose another, such as 6379',
  ],
  'a directive in quotes and escapes, also of a version newer than the table': [
    { redis: { version: '8.10.0', source: { sha256: '0'.repeat(64) }, config: ESCAPED } },
    `redis.config[0]: ${JSON.stringify(ESCAPED[0])} is for the lab to say | use redis.port`,
    `redis.config[1]: ${JSON.stringify(ESCAPED[1])} is for the lab to say | use redis.port`,
    `redis.config[2]: ${JSON.stringify(ESCAPED[2])} is not a line that a server can read | write a directive and its arguments, quotes closed: maxmemory 100mb`,
  ],
  'a value that Valkey would spoil when it rewrites its file': [
    { redis: { engine: 'valkey', config: ['debug-context "a \\"b\\""'] } },
    `redis.config[0]: ${JSON.stringify('debug-context "a \\"b\\""')} has a quote or a backslash in a value, which Valkey writes back so that it cannot read it again | choose a value without`,
  ],
  'a comment among the lines, and behind one': [
    { redis: { config: ['# mine', 'maxmemory 1mb # for the class'] } },
    'redis.config[0]: "# mine" is a comment, and no line for a server | write it beside this list instead',
    'redis.config[1]: "maxmemory 1mb # for the class" has a comment, which the server takes for an argument | write it behind the line, outside its quotes',
  ],
  'a newline that is written as an escape': [
    { redis: { config: ['proc-title-template "a\\nport 1"'] } },
    `redis.config[0]: ${JSON.stringify('proc-title-template "a\\nport 1"')} has an escaped control character in a value | choose a value without`,
  ],
  'more lines than anybody needs': [
    { redis: { config: Array(301).fill('hz 20') } },
    'redis.config: has 301 items, more than redis-lab takes | use a list of at most 300 lines of redis.conf',
  ],
  'lines that Sentinel must not be given': [
    {
      sentinel: {
        masterName: 'm1',
        config: [
          'sentinel notification-script m1 /bin/x',
          'sentinel down-after-milliseconds m1 1',
          'sentinel master-reboot-down-after-period mymaster 5000',
          'sentinel master-reboot-down-after-period m1',
          'sentinel resolve-hostnames maybe',
          'sentinel current-epoch 7',
          'sentinel resolve-hostname yes',
          'port 7000',
          'dir /tmp',
          '# mine',
          'sentinel resolve-hostnames yes',
          'SENTINEL Master-Reboot-Down-After-Period m1 5000',
          'loglevel debug',
        ],
      },
    },
    'sentinel.config[0]: "sentinel notification-script m1 /bin/x" runs code that is not part of the lab | scripts are not run (deny-scripts-reconfig yes); redis-lab status --watch tells every event',
    'sentinel.config[1]: "sentinel down-after-milliseconds m1 1" is for the lab to say | use sentinel.downAfter',
    'sentinel.config[2]: "sentinel master-reboot-down-after-period mymaster 5000" is for no master that the Sentinels watch | write sentinel master-reboot-down-after-period m1 and its value',
    'sentinel.config[3]: "sentinel master-reboot-down-after-period m1" has a value that redis 8.2.8 would not start with | write sentinel master-reboot-down-after-period NAME MILLISECONDS',
    'sentinel.config[4]: "sentinel resolve-hostnames maybe" has a value that redis 8.2.8 would not start with | write sentinel resolve-hostnames yes|no',
    'sentinel.config[5]: "sentinel current-epoch 7" is for the lab to say | Sentinel counts by itself',
    'sentinel.config[6]: "sentinel resolve-hostname yes" is not a directive of redis 8.2.8 | did you mean sentinel resolve-hostnames?',
    'sentinel.config[7]: "port 7000" is for the lab to say | use sentinel.port',
    'sentinel.config[8]: "dir /tmp" is for the lab to say | data lies in /var/lib/redis on each node; with the backend local, in the folder of the lab',
    'sentinel.config[9]: "# mine" is a comment, and no line for a server | write it beside this list instead',
  ],
  "Sentinel's lines among those of Redis": [
    {
      redis: {
        config: ['sentinel auth-pass mymaster x', 'sentinel resolve-hostnames yes', 'sentinel'],
      },
    },
    'redis.config[0]: "sentinel auth-pass mymaster x" is a line of sentinel.conf | remove the line: where a lab has passwords, it makes them and tells its Sentinels',
    'redis.config[1]: "sentinel resolve-hostnames yes" is a line of sentinel.conf | write it into sentinel.config',
    'redis.config[2]: "sentinel" is a line of sentinel.conf | write it into sentinel.config',
  ],
  'keys that belong elsewhere': [
    {
      quorum: 5,
      port: 1,
      'down-after-milliseconds': 1,
      ip: 1,
      nodes: three({}, { ram: '1G' }),
      redis: { 'min-replicas-to-write': 1, quorm: 1, 'replica-priority': 1, maxmemory: 1 },
      vagrant: { gui: true },
    },
    'quorum: is not a key that redis-lab knows | did you mean sentinel.quorum?',
    'port: is not a key that redis-lab knows | did you mean redis.port or sentinel.port?',
    'down-after-milliseconds: is not a key that redis-lab knows | did you mean sentinel.downAfter?',
    'ip: is not a key that redis-lab knows | did you mean nodes[].ip?',
    'nodes[1].ram: is not a key that redis-lab knows | did you mean memory?',
    'redis.min-replicas-to-write: is not a key that redis-lab knows | did you mean minReplicasToWrite?',
    'redis.quorm: is not a key that redis-lab knows | did you mean sentinel.quorum?',
    'redis.replica-priority: is not a key that redis-lab knows | did you mean nodes[].priority?',
    'redis.maxmemory: is not a key that redis-lab knows | it is a directive of redis.conf: write it as a line of redis.config, - maxmemory VALUE',
    'vagrant.gui: is not a key that redis-lab knows | did you mean vagrant.virtualbox.gui?',
  ],
  'a lab without a master': [
    { nodes: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    'nodes: has no master | give one node role: master',
  ],
  'a second master': [
    { nodes: three({}, { role: 'master' }) },
    'nodes[1].role: "master" is a second master, after nodes[0] | make it a replica; Sentinel watches one master here',
  ],
  'a node that would run nothing': [
    { nodes: [...three(), { name: 'd', role: 'sentinel', sentinel: false }] },
    'nodes[3].sentinel: false leaves a sentinel node with nothing to run | remove the line, or make the node a replica',
  ],
  'replicas of which none may be promoted': [
    { nodes: three({}, { priority: 0 }, { priority: 0 }) },
    'nodes: has only replicas of priority 0, which Sentinel never promotes | let at least one node be a replica with a priority above 0',
  ],
  'a quorum above the number of Sentinels': [
    { sentinel: { quorum: 4 } },
    "sentinel.quorum: 4 is more than the lab's 3 Sentinels: nobody could ever agree that the master is down | use a quorum from 1 to 3, or run more Sentinels",
  ],
  'a majority that is gone with the machine of the master': [
    { nodes: [master, { name: 'a' }] },
    'nodes: cannot fail over when the machine of a master such as master is lost: 1 of 2 Sentinels would remain, a majority is 2 | run at least three Sentinels; a node with role: sentinel needs little memory',
  ],
  'a restart that is faster than the failover': [
    { redis: { restart: '1s' } },
    'redis.restart: 1000 (ms) would cancel the failover: the master is back before the Sentinels have replaced it | use no, or at least 7000 (sentinel.downAfter + 2000 ms)',
  ],
  'a restart between down-after and the end of the failover': [
    { redis: { restart: 6000 } },
    'redis.restart: 6000 (ms) would cancel the failover: the master is back before the Sentinels have replaced it | use no, or at least 7000 (sentinel.downAfter + 2000 ms)',
  ],
  "the course's 5000s": [
    { sentinel: { downAfter: '5000s' } },
    'sentinel.downAfter: "5000s" is not accepted here | use a time from 100 to 600000 milliseconds, such as 5000 or 5s',
  ],
  "the course's port, cut short": [
    { redis: { port: 637 } },
    'redis.port: 637 is not accepted here | use a whole number from 1024 to 65535',
  ],
  'a port above all ports': [
    { sentinel: { port: 65536 } },
    'sentinel.port: 65536 is not accepted here | use a whole number from 1024 to 65535',
  ],
  'a port taken twice on a node': [
    { redis: { port: 7000 }, sentinel: { port: 7000 } },
    'sentinel.port: 7000 is the port of Redis too, and master runs both | choose another, such as 26379',
  ],
  'the port on which the build is shared': [
    { redis: { port: 8637 } },
    'redis.port: 8637 is the port on which the node that builds hands its build to the others | choose another',
  ],
  'a version without a known digest': [
    { redis: { version: '8.2.9' } },
    'redis.version: "8.2.9" of redis has no SHA-256 that redis-lab knows | use 6.2.23, 7.0.15, 7.2.15, 7.4.10, 8.0.6, 8.2.8, 8.2.10, 8.4.5, 8.6.5, 8.8.1, 8.10.2, or give redis.source.sha256',
  ],
  'a version that is a moving target': [
    { redis: { version: 'stable' } },
    'redis.version: "stable" is not accepted here | use a whole version in quotes, such as "8.2.8"',
  ],
  'a version that is too old': [
    { redis: { version: '5.0.14', source: { sha256: '0'.repeat(64) }, debugCommand: 'local' } },
    'redis.version: "5.0.14" is older than redis-lab can write a configuration for | use redis 6.2.0 or newer',
    'redis.debugCommand: "local" needs enable-debug-command, which came with redis 7.0; 5.0.14 always allows DEBUG | remove the line, or use a newer version',
  ],
  'a version that the package of the box is not': [
    { redis: { install: 'package', version: '8.2.8' } },
    'redis.version: "8.2.8" is not what install: package brings: Ubuntu 24.04 has redis 7.0.15 | use 7.0.15, or leave the version out; or use install: source, or another system: Debian 12 (7.0.15), Debian 13 (8.0.2), Ubuntu 24.04 (7.0.15), Ubuntu 26.04 (8.0.5)',
  ],
  'a version that the package of the image is not': [
    {
      redis: { install: 'package', version: '7.0.15' },
      incus: { image: 'images:debian/13/cloud' },
    },
    'redis.version: "7.0.15" is not what install: package brings: Debian 13 has redis 8.0.2 | use 8.0.2, or leave the version out; or use install: source, or another system: Debian 12 (7.0.15), Debian 13 (8.0.2), Ubuntu 24.04 (7.0.15), Ubuntu 26.04 (8.0.5)',
  ],
  'a box whose package redis-lab cannot configure': [
    { redis: { install: 'package' }, vagrant: { box: 'ubuntu/jammy64' } },
    'vagrant.box: "ubuntu/jammy64" means Ubuntu 22.04, whose package is redis 6.0.16, and redis-lab writes configurations for 6.2.0 and newer | use install: source, or a system that has one: Debian 12 (7.0.15), Debian 13 (8.0.2), Ubuntu 24.04 (7.0.15), Ubuntu 26.04 (8.0.5)',
  ],
  'a box without a package of the engine': [
    { redis: { install: 'package', engine: 'valkey' }, vagrant: { box: 'cloud-image/debian-12' } },
    'vagrant.box: "cloud-image/debian-12" means Debian 12, which has no package of valkey | use install: source, or a system that has one: Debian 13 (8.1.1), Ubuntu 24.04 (7.2.12), Ubuntu 26.04 (9.0.4)',
  ],
  'a box whose packages nobody knows, without a version': [
    { redis: { install: 'package' }, vagrant: { box: 'me/class' } },
    'vagrant.box: "me/class" is none of the systems whose packages redis-lab knows, and the files must suit the version of redis that it has | write redis.version as that system has it (apt-cache policy redis-server), or use install: source',
  ],
  'a box and an image without apt': [
    { vagrant: { box: 'centos/7' }, incus: { image: 'images:fedora/40/cloud' } },
    'vagrant.box: "centos/7" is CentOS, and nodes are set up with apt, the package manager of Debian and Ubuntu | use cloud-image/ubuntu-24.04 or cloud-image/ubuntu-22.04 or cloud-image/debian-12',
    'incus.image: "images:fedora/40/cloud" is Fedora, and nodes are set up with apt, the package manager of Debian and Ubuntu | use images:ubuntu/24.04/cloud or images:debian/12/cloud',
  ],
  'a source beside a package': [
    { redis: { install: 'package', source: { test: true } } },
    'redis.source: has no effect with install: package | remove one of the two',
  ],
  'enable-debug-command on a version that lacks it': [
    { redis: { version: '6.2.14', source: { sha256: '0'.repeat(64) }, debugCommand: 'local' } },
    'redis.debugCommand: "local" needs enable-debug-command, which came with redis 7.0; 6.2.14 always allows DEBUG | remove the line, or use a newer version',
  ],
  'more replicas required than there are': [
    { redis: { minReplicasToWrite: 3 } },
    "redis.minReplicasToWrite: 3 is more than the lab's 2 replicas: no write would ever be accepted | use 0 to 2, or add replicas",
  ],
  'replicas required of a lab without any': [
    {
      nodes: [{ role: 'master' }, { role: 'sentinel' }, { role: 'sentinel' }],
      redis: { minReplicasToWrite: 1 },
    },
    'nodes: has no replica: nothing could take over | let at least one node be a replica with a priority above 0',
    "redis.minReplicasToWrite: 1 is more than the lab's 0 replicas: no write would ever be accepted | use 0",
  ],
  'memory too small to build in': [
    { nodes: three({ memory: 512 }, { memory: 512 }, { memory: 600 }) },
    'nodes[2].memory: 600 (MB) is too small to build redis in, and no other node has more | give one node at least 1024 MB, or use redis.install: package',
  ],
  'memory too small to boot in': [
    { nodes: three({}, { memory: '100M' }) },
    'nodes[1].memory: "100M" is not accepted here | use a size from 512 to 1048576 MB, such as 1024 or 2G',
  ],
  'a directive that the version does not know yet': [
    {
      redis: {
        version: '6.2.14',
        source: { sha256: '0'.repeat(64) },
        config: ['shutdown-timeout 10'],
      },
    },
    'redis.config[0]: "shutdown-timeout 10" is not known to redis 6.2.14: shutdown-timeout exists since 7.0 | remove the line, or choose another version',
  ],
  'a directive that no version knows, with the nearest': [
    { redis: { config: ['maxmemry 100mb'] } },
    'redis.config[0]: "maxmemry 100mb" is not a directive of redis 8.2.8 | did you mean maxmemory?',
  ],
  'a directive that the lab writes itself': [
    { redis: { config: ['port 7000'] } },
    'redis.config[0]: "port 7000" is for the lab to say | use redis.port',
  ],
  'a file of the user, to be replaced': [
    { redis: { config: ['unixsocket /home/me/file'] } },
    'redis.config[0]: "unixsocket /home/me/file" names a file, and a lab uses its own files only | servers are reached by TCP: redis-lab connect says how, redis-lab exec NODE redis-cli is one on the node',
  ],
  'code of somebody else': [
    { redis: { config: ['loadmodule /tmp/x.so'] } },
    'redis.config[0]: "loadmodule /tmp/x.so" runs code that is not part of the lab | modules are not built',
  ],
  'replicas that anybody may write to': [
    { redis: { config: ['replica-read-only no'] } },
    'redis.config[0]: "replica-read-only no" decides who gets in, or reaches out of the lab | writes go to the master',
  ],
  'a directive that is not like any': [
    { redis: { config: ['dump-command /bin/x'] } },
    'redis.config[0]: "dump-command /bin/x" is not a directive of redis 8.2.8 | remove the line: only directives that redis-lab knows to be harmless may be given',
  ],
  'a password that the Sentinels would not know': [
    { redis: { config: ['requirepass secret'] } },
    'redis.config[0]: "requirepass secret" decides who gets in, or reaches out of the lab | the lab\'s Sentinels and clients would not know it',
  ],
  'a file in the place of a name': [
    { redis: { config: ['locale-collate "/tmp/theirs"'] } },
    'redis.config[0]: "locale-collate \\"/tmp/theirs\\"" names a file, and a lab uses its own files only | choose a value that is no path',
  ],
  'TLS, which is not built in': [
    { redis: { config: ['tls-port 6380'] } },
    'redis.config[0]: "tls-port 6380" needs TLS, which is not built in | remove the line',
  ],
  'a line with a quote left open': [
    { redis: { config: ['proc-title-template "open'] } },
    'redis.config[0]: "proc-title-template \\"open" is not a line that a server can read | write a directive and its arguments, quotes closed: maxmemory 100mb',
  ],
  'a directive without a value': [
    { redis: { config: ['maxmemory'] } },
    'redis.config[0]: "maxmemory" has no argument | write maxmemory and its value',
  ],
  'a directive with a value that it does not take': [
    { redis: { config: ['maxmemory 50%', 'io-threads 200', 'appendfsync sometimes', 'hz 10 20'] } },
    'redis.config[0]: "maxmemory 50%" has a value that redis 8.2.8 would not start with | write maxmemory SIZE',
    'redis.config[1]: "io-threads 200" has a value that redis 8.2.8 would not start with | write io-threads NUMBER(1..128)',
    'redis.config[2]: "appendfsync sometimes" has a value that redis 8.2.8 would not start with | write appendfsync always|everysec|no',
    'redis.config[3]: "hz 10 20" has a value that redis 8.2.8 would not start with | write hz NUMBER',
  ],
  'two lines in one': [
    { redis: { config: ['maxmemory 1mb\nport 1'] } },
    'redis.config[0]: "maxmemory 1mb\\nport 1" is not accepted here | use one line of redis.conf in printable ASCII',
  ],
  'a box that does not apply user-data': [
    { vagrant: { box: 'bento/ubuntu-24.04' } },
    'vagrant.box: "bento/ubuntu-24.04" does not apply cloud-init user-data: nothing would be installed | use cloud-image/ubuntu-24.04 or cloud-image/ubuntu-22.04 or cloud-image/debian-12',
  ],
};

describe('refusals', () => {
  for (const [name, [spec, ...messages]] of Object.entries(CASES)) {
    it(name, () => {
      expect(refusals(spec)).to.deep.equal(messages);
    });
  }

  for (const rule of ALL_RULES) {
    it(`has a case that only ${rule.name} refuses`, () => {
      const others = ALL_RULES.filter((other) => other !== rule);
      const changed = Object.values(CASES).some(
        ([spec, ...messages]) => refusals(spec, others).length < messages.length,
      );
      expect(changed).to.equal(true);
    });
  }

  it('have a code each, and each code of a rule or a shape is shown here', () => {
    const shown = new Set(
      Object.values(CASES).flatMap(([spec]) => problemsOf(spec).map(({ code }) => code)),
    );
    // The others are of texts: override.spec.ts, yaml.spec.ts, of plans, and of what redis-lab saved itself.
    const expected = PROBLEM_CODES.filter(
      (code) => !/^(?:class|clients|experiment|saved|spec\.set|spec\.yaml)/.test(code),
    );
    expect([...shown].toSorted()).to.deep.equal(expected.toSorted());
  });

  it('that is about a majority says so by its code', () => {
    const [problem] = problemsOf({ nodes: three({}, {}, { sentinel: false }) });
    expect(problem).to.include({ code: 'spec.quorum.majority', path: 'nodes' });
  });

  it('are all told at once, each with its path and line', () => {
    const text = [
      'name: Not A Name',
      'nodes:',
      '  - { name: m, role: master, ip: 192.168.100.1 }',
      '  - { name: m, memory: lots }',
      'redis:',
      '  version: "9.9.9"',
      '  restrat: no',
      'sentinel: { quorum: 7 }',
    ].join('\n');
    const seen: string[] = [];
    try {
      readSpec({ text, filename: 'lab.yaml' }, ['sentinel.port=80'], ALL_RULES);
    } catch (error) {
      for (const { origin, path } of (error as SpecError).problems) seen.push(`${origin} ${path}`);
    }
    expect(seen).to.have.members([
      'lab.yaml:1 name',
      'lab.yaml:3 nodes[0].ip',
      'lab.yaml:4 nodes[1].name',
      'lab.yaml:4 nodes[1].memory',
      'lab.yaml:2 nodes',
      'lab.yaml:6 redis.version',
      'lab.yaml:7 redis.restrat',
      'lab.yaml:8 sentinel.quorum',
      '--set sentinel.port',
    ]);
  });

  const HOSTILE = [
    'a"b',
    "a'b",
    'a\nb',
    '#{x}',
    '{{x}}',
    '$(x)',
    '`x`',
    'a;b',
    'a|b',
    'a\\b',
    'a b&',
    '\u2028',
  ];
  const TEXTS: Record<string, (text: string) => unknown> = {
    name: (text) => ({ name: text }),
    network: (text) => ({ network: text }),
    'allow[0]': (text) => ({ allow: [text] }),
    'nodes[0].name': (text) => ({ nodes: three({ name: text }) }),
    'nodes[0].ip': (text) => ({ nodes: three({ ip: text }) }),
    'nodes[0].memory': (text) => ({ nodes: three({ memory: text }) }),
    'redis.version': (text) => ({ redis: { version: text } }),
    'redis.source.url': (text) => ({ redis: { source: { url: `https://h/${text}` } } }),
    'redis.source.sha256': (text) => ({ redis: { source: { sha256: text } } }),
    'redis.source.mirrors[0]': (text) => ({
      redis: { source: { mirrors: [`https://h/${text}`] } },
    }),
    'redis.restart': (text) => ({ redis: { restart: text } }),
    'sentinel.masterName': (text) => ({ sentinel: { masterName: text } }),
    'sentinel.downAfter': (text) => ({ sentinel: { downAfter: text } }),
    'vagrant.box': (text) => ({ vagrant: { box: text } }),
    'vagrant.version': (text) => ({ vagrant: { version: text } }),
    'incus.image': (text) => ({ incus: { image: text } }),
    'incus.remote': (text) => ({ incus: { remote: text } }),
    'incus.project': (text) => ({ incus: { project: text } }),
    'incus.uplink': (text) => ({ incus: { uplink: text } }),
  };
  for (const [path, specOf] of Object.entries(TEXTS)) {
    it(`${path} takes no text that could break out of a file`, () => {
      for (const text of HOSTILE) {
        expect(refusals(specOf(text)), JSON.stringify(text)).to.satisfy((messages: string[]) =>
          messages.some((message) => message.startsWith(`${path}: `)),
        );
      }
    });
  }
});
