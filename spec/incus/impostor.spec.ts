/** Another host that has taken the builder's address, and hands out a build of its own. */

import { createHash, createHmac } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { tarOf } from '../cache/support/builds.js';
import { SOURCE_SHA256, User } from '../support/ground.js';
import { Stranger } from '../support/stranger.js';
import { HandMade } from './support/by-hand.js';
import { on } from './support/lxc.js';

const BUILD = `redis-7.0.15-debian-12-${os.machine()}.build.tar.gz`;
const KEY = '5eed'.repeat(16);
const OTHER_KEY = 'babe'.repeat(16);

describe('a node whose builder somebody else pretends to be', function () {
  // The steps look at one first boot.
  this.bail(true);
  const user = new User();
  let made: HandMade;
  let impostor: Stranger;
  const node = (...argv: string[]) => on(made.instance('slave1'), ...argv);

  before(async () => {
    // Nobody has the source: the node has no other way to a server.
    user.write(
      'redis-lab.yaml',
      `incus: { image: debian-12, uplink: none, limits: wanted }
redis: { version: 7.0.15, source: { url: 'http://192.168.100.1:9/x.tar.gz', sha256: ${SOURCE_SHA256['redis-7.0.15']} } }
`,
    );
    made = await HandMade.of(user, { image: 'debian-12', nodes: { slave1: '192.168.100.12' } });
    await made.giveKey(KEY);
    // What an image may have: ufw then drops all of IPv6, in its own way.
    await made.put('slave1', '/etc/default/ufw', '0644', UFW_WITHOUT_IPV6);
    impostor = await Stranger.on('by-hand', '192.168.100.11/24');
    const evil = evilBuild();
    const share = path.join(user.folder, 'share');
    fs.mkdirSync(share);
    fs.writeFileSync(path.join(share, BUILD), evil);
    const digest = createHash('sha256').update(evil).digest('hex');
    const signature = createHmac('sha256', Buffer.from(OTHER_KEY, 'hex'))
      .update(`build ${BUILD} ${digest}\n`)
      .digest('hex');
    fs.writeFileSync(path.join(share, 'state'), `ready ${digest} ${BUILD} ${signature}\n`);
    const words = ['-m', 'http.server', '--bind', '192.168.100.11', '--directory', share, '8637'];
    impostor.run('/usr/bin/python3', ...words);
  });

  after(async () => {
    await impostor?.leave();
    await made?.remove();
    user.remove();
  });

  it('refuses what is offered, and says so', async () => {
    const { slave1: status } = await made.boot();
    expect(status?.stdout).to.match(/^status: error$/m);
    const log = (await node('cat', '/var/log/cloud-init-output.log')).stdout;
    expect(log).to.match(
      /^redis-lab: refused what 192\.168\.100\.11 offers: it is not signed with the key of this lab$/m,
    );
    expect(log).to.match(/^redis-lab: FAILED: no source of redis 7\.0\.15; /m);
    expect(log).not.to.include('is installed from');
  });

  it('has nothing of it', async () => {
    for (const place of ['/usr/local/bin/redis-server', '/var/lib/redis-lab/fetched', '/evil']) {
      expect((await node('test', '-e', place)).exitCode, place).to.equal(1);
    }
    const shared = await node('find', '/var/lib/redis-lab/share', '-type', 'f');
    expect(shared.stdout).to.equal('');
  });

  it('has said the truth about IPv6, which its image wanted off', async () => {
    const log = (await node('cat', '/var/log/cloud-init-output.log')).stdout;
    expect(log).to.match(/^redis-lab: firewall is on, .*; closed to IPv6$/m);
    expect((await node('ip6tables', '-S', 'INPUT')).stdout).to.equal(
      '-P INPUT DROP\n-A INPUT -i lo -j ACCEPT',
    );
    await node('ip', 'address', 'add', 'fd1a:b::12/64', 'dev', 'lab0', 'nodad');
    await impostor.speaksIpv6('fd1a:b::77/64');
    const listening = await node('sh', '-c', LISTEN);
    expect(listening.exitCode, listening.stderr).to.equal(0);
    expect(await impostor.tries('fd1a:b::12', 6379)).to.equal('silent');
    for (const chain of ['INPUT', 'OUTPUT']) await node('ip6tables', '-P', chain, 'ACCEPT');
    const rules = (await node('ip6tables', '-S')).stdout;
    let heard = '';
    // The impostor's kernel may remember for a moment that nobody was there.
    for (let tries = 1; heard !== 'open' && tries <= 10; tries++) {
      heard = await impostor.tries('fd1a:b::12', 6379);
    }
    expect(heard, rules).to.equal('open');
  });

  it('ends its next first boot where IPv6 is open', async () => {
    // Whoever made the image let all of IPv6 in, and ufw leaves that as it is.
    await node('ufw', 'disable');
    await node('sed', '-i', 's/^IPV6=.*/IPV6=yes/', '/etc/default/ufw');
    await node('ip6tables', '-I', 'INPUT', '-j', 'ACCEPT');
    const ran = await node('bash', '/opt/redis-lab/firewall.sh');
    expect(ran.exitCode, ran.stdout).to.equal(1);
    expect(ran.stderr).to.include(
      'redis-lab: FAILED: the firewall does not filter IPv6: ip6tables -S INPUT; -A INPUT -j ACCEPT; ',
    );
  });
});

const LISTEN = `
systemd-run --quiet --unit listener python3 -c '
import socket
listener = socket.create_server(("::", 6379), family=socket.AF_INET6)
while True: listener.accept()
'
for i in $(seq 100); do
  [ -z "$(ss -Hltn "( sport = :6379 )")" ] || exit 0
  sleep 0.1
done
exit 1`;

const UFW_WITHOUT_IPV6 = `IPV6=no
DEFAULT_INPUT_POLICY="DROP"
DEFAULT_OUTPUT_POLICY="ACCEPT"
DEFAULT_FORWARD_POLICY="DROP"
DEFAULT_APPLICATION_POLICY="SKIP"
MANAGE_BUILTINS=no
IPT_SYSCTL=/etc/ufw/sysctl.conf
IPT_MODULES=""
`;

/** It would run as root, be it only for its version. */
function evilBuild(): Buffer {
  const content = "#!/bin/sh\ntouch /evil\necho 'Redis server v=7.0.15 '\n";
  return gzipSync(tarOf({ name: 'bin/', type: '5' }, { name: 'bin/redis-server', content }));
}
