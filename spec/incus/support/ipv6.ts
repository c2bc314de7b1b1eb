/** The IPv6 half of a node's firewall, asked by somebody in the lab's network who is not of the lab. */
import { expect } from 'chai';
import type { Stranger } from '../../support/stranger.js';
import { on } from './lxc.js';

/** Listens on ports of IPv6 addresses, its arguments `[ADDRESS]:PORT`, until `systemctl stop listener`; done when it does. */
const LISTEN = `
systemd-run --quiet --unit listener python3 -c '
import pathlib, selectors, socket, sys
found = selectors.DefaultSelector()
for place in sys.argv[1:]:
    address, port = place[1:].split("]:")
    # With the number of the card, without which a link-local address is none.
    [(*_, place), *_] = socket.getaddrinfo(address, int(port), socket.AF_INET6, socket.SOCK_STREAM)
    listener = socket.create_server(place, family=socket.AF_INET6)
    found.register(listener, selectors.EVENT_READ)
pathlib.Path("/run/listening").touch()
while True:
    for key, _ in found.select():
        key.fileobj.accept()
' "$@" || exit
for i in $(seq 300); do
  [ ! -e /run/listening ] || exit 0
  sleep 0.1
done
journalctl --unit listener --output cat >&2
exit 1`;

/** What listens on an IPv6 address of a node, of whatever scope, is reached by nobody; over IPv4 the lab goes on. */
export async function expectNobodyOverIpv6(lab: string, stranger: Stranger): Promise<void> {
  const slave1 = `${lab}-slave1`;
  const log = (await on(slave1, 'cat', '/var/log/cloud-init-output.log')).stdout;
  expect(log).to.match(/^redis-lab: firewall is on, open to [\d. ]+; closed to IPv6$/m);
  await on(slave1, 'ip', 'address', 'add', 'fd1a:b::12/64', 'dev', 'lab0', 'nodad');
  await stranger.speaksIpv6('fd1a:b::77/64');
  const shown = await on(slave1, 'ip', '-json', '-6', 'address', 'show', 'dev', 'lab0');
  const [card] = JSON.parse(shown.stdout) as { addr_info: { local: string; scope: string }[] }[];
  const linkLocal = card?.addr_info.find(({ scope }) => scope === 'link')?.local;
  const addresses = ['fd1a:b::12', `${linkLocal}%eth0`];
  const ports = [6379, 26379, 8637, 22, 7777];
  const places = ['fd1a:b::12', `${linkLocal}%lab0`].flatMap((address) =>
    ports.map((port) => `[${address}]:${port}`),
  );
  const listener = await on(slave1, 'sh', '-c', LISTEN, 'sh', ...places);
  expect(listener.exitCode, listener.stderr).to.equal(0);
  for (const address of addresses) {
    for (const port of ports) {
      expect(await stranger.tries(address, port), `[${address}]:${port}`).to.equal('silent');
    }
  }
  await on(slave1, 'ufw', 'disable');
  for (const address of addresses) {
    for (const port of ports) {
      expect(await stranger.tries(address, port), `[${address}]:${port}`).to.equal('open');
    }
  }
  await on(slave1, 'ufw', 'enable');
  expect(await stranger.tries('fd1a:b::12', 6379)).to.equal('silent');
  const ping = ['redis-cli', '-h', '192.168.100.12', 'ping'];
  expect((await on(`${lab}-master`, ...ping)).stdout).to.equal('PONG');
  await on(slave1, 'systemctl', 'stop', 'listener');
  await on(slave1, 'ip', 'address', 'delete', 'fd1a:b::12/64', 'dev', 'lab0');
}
