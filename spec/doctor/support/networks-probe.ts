/**
 * Runs in a network and mount namespace of its own, as root: builds networks there with `ip`, and tells on lines of JSON what
 * doctor says of the lab's addresses in each. All of it is gone with the namespace.
 *
 *   networks-probe.ts REDIS-LAB
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { execa } from 'execa';
import { examine } from '../../../lib/doctor/examine.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { askOnce } from '../../../lib/redis-view/connection.js';
import { REDIS } from '../../readers/support/engines.js';
import { eventually } from '../../readers/support/eventually.js';

const lab = buildLab().model;
const LABS_OWN = '192.168.100.1/24';
const CODES = ['network', 'network.addresses', 'incus.addresses'];

/** So that nothing of this machine is asked: no Vagrant, and an LXD that does not answer. */
fs.mkdirSync('/run/bin');
fs.writeFileSync('/run/bin/lxc', '#!/bin/sh\nexit 1\n', { mode: 0o755 });
process.env['PATH'] = `/run/bin:${process.env['PATH']}`;
process.env['VAGRANT_DEFAULT_PROVIDER'] = 'virtualbox';
for (const name of ['HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'VAGRANT_HOME']) {
  process.env[name] = `/run/${name}`;
  fs.mkdirSync(`/run/${name}`);
}

function tell(where: string, what: object): void {
  process.stdout.write(`${JSON.stringify({ where, ...what })}\n`);
}

async function ip(words: string): Promise<string> {
  const { stdout } = await execa('ip', words.split(' '), { timeout: 10_000 });
  return stdout;
}

/** What doctor says. */
async function look(where: string, backend: 'vagrant' | 'incus' = 'vagrant'): Promise<void> {
  const checks = await examine(lab, { backend, wanted: (code) => CODES.includes(code) });
  tell(where, {
    checks: Object.fromEntries(
      checks.map(({ code, state, seen, fix }) => [
        code,
        { state, seen: seen.text, fix: fix?.text ?? '' },
      ]),
    ),
  });
}

async function bridge(name: string): Promise<void> {
  await ip(`link add ${name} type bridge`);
  await ip(`address add ${LABS_OWN} dev ${name}`);
  await ip(`link set ${name} up`);
}

/** Another machine at an address of the lab; gives its network card. */
async function machine(name: string, address: string, on: string): Promise<string> {
  await ip(`netns add ${name}`);
  await ip(`link add to-${name} type veth peer name eth0 netns ${name}`);
  await ip(`link set to-${name} master ${on} up`);
  await ip(`-n ${name} address add ${address}/24 dev eth0`);
  await ip(`-n ${name} link set eth0 up`);
  const [card] = JSON.parse(await ip(`-n ${name} -j link show eth0`)) as { address: string }[];
  return card?.address ?? '';
}

/** A namespace stays for as long as a process of it does, and what is in it goes later: its cable is pulled first. */
async function away(name: string): Promise<void> {
  await ip(`link delete to-${name}`);
  await ip(`netns delete ${name}`);
}

await ip('link set lo up');
await look('nothing');
await bridge('vboxnet0');
await look('empty');

const card = await machine('other', '192.168.100.11', 'vboxnet0');
await look('a machine without a server');
await ip('-n other route add blackhole 192.168.100.1');
await look('a machine that answers nobody');
const [, , bin = ''] = process.argv;
const options = { cwd: '/run', reject: false, timeout: 180_000, stdin: 'ignore' } as const;
const up = await execa(process.execPath, [bin, 'up', '--backend', 'vagrant'], options);
tell('up', { card, exitCode: up.exitCode, said: up.stderr });
await away('other');

await machine('open', '192.168.100.13', 'vboxnet0');
// Without a password and a list of addresses, so that it refuses whoever is not on its own machine.
const server = spawn(
  'ip',
  [
    'netns',
    'exec',
    'open',
    'bash',
    '-c',
    'exec -a "$0" "$@"',
    REDIS.name,
    REDIS.program,
    '--save',
    '',
  ],
  { stdio: 'ignore', cwd: '/run' },
);
const endpoint = { host: '192.168.100.13', port: 6379 };
await eventually(120, async () => {
  const answer = await askOnce(endpoint, ['PING']).catch((error: Error) => error);
  if (/REFUSED/.test(String(answer))) throw answer;
});
const denied: Record<string, string>[] = [];
for (let i = 0; i < 20; i++) {
  const error = await askOnce(endpoint, ['PING']).catch((each: Error) => each);
  denied.push({ ...(error as object), text: String(error) });
}
tell('protected mode', { denied });
await look('a machine with an open Redis');
server.kill();
await once(server, 'exit');
await away('open');
// For half a minute the kernel takes a machine to be there that is no more.
await ip('neighbour flush dev vboxnet0');
await look('empty again');

// A tunnel, as VPN clients make them; which kind of interface it is, no route asks.
await ip('link add tun0 type veth peer name tun0-end');
await ip('address add 10.8.0.2/24 dev tun0');
await ip('link set tun0 up');
await ip('link set tun0-end up');

await ip('route add 192.168.100.0/24 dev tun0 table 52');
await ip('rule add pref 5270 lookup 52');
await look('a table that comes first');
await ip('link delete vboxnet0');
await look('a table that comes first, and no network yet');
await ip('rule delete pref 5270');
await ip('route add default dev tun0 table 77');
await ip('rule add pref 100 to 192.168.100.0/24 lookup 77');
await look('a rule for these addresses');
await ip('rule delete pref 100');

await ip('rule add pref 32765 not fwmark 51820 lookup 77');
await ip('rule add pref 32764 lookup main suppress_prefixlength 0');
await look('a tunnel for all else, and no network yet');
await bridge('vboxnet0');
await look('a tunnel for all else');
await ip('rule delete pref 32765');
await ip('rule delete pref 32764');

await ip('route add 192.168.100.12/32 dev tun0');
await look('a route to one of them');
await ip('route delete 192.168.100.12/32');
await ip('address add 192.168.100.12/32 dev tun0');
await look('one of them is ours');
await ip('address delete 192.168.100.12/32 dev tun0');
await ip('link delete vboxnet0');
await ip('route add prohibit 192.168.100.12/32');
await look('a route to nowhere');
await ip('route delete prohibit 192.168.100.12/32');

await bridge('redis-lab');
await machine('third', '192.168.100.12', 'redis-lab');
await look('a machine among containers', 'incus');
process.exit(0);
