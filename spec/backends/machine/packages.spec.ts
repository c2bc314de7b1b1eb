/**
 * Packages on a first boot, as cloud images of Ubuntu and others begin it: apt's locks are held, the clock is wrong, the way out
 * is a proxy, no name server is known. What apt says is recorded from apt 2.6; real locks: spec/backends/apt-lock.thorough.spec.ts.
 */
import fs from 'node:fs';
import { expect } from 'chai';
import { scratchFolder } from '../../cache/support/folders.js';
import { readers } from '../../readers/support/readers.js';
import { LAB, NEEDS, ScratchNode, SERVER } from './support/scratch-node.js';

const LOCKED = {
  'of the package lists': [
    'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1433 (apt-get)',
    'N: Be aware that removing the lock file is not a solution and may break your system.',
    'E: Unable to lock directory /var/lib/apt/lists/',
  ],
  'of downloads': [
    'E: Could not get lock /var/cache/apt/archives/lock. It is held by process 1433 (unattended-upgr)',
    'E: Unable to lock the download directory',
  ],
  'of dpkg': [
    'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1433 (unattended-upgr)',
    'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?',
  ],
  'of dpkg, when Lock::Timeout is over': [
    'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?',
  ],
  'of dpkg, as apt before 2.0 says it': [
    'E: Could not get lock /var/lib/dpkg/lock-frontend - open (11: Resource temporarily unavailable)',
    'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?',
  ],
};

const CUT_OFF =
  "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem. ";
const NOT_YET =
  'E: Release file for http://archive.ubuntu.com/ubuntu/dists/noble-updates/InRelease is not valid yet (invalid for another 6h 58min 12s). Updates for this repository will not be applied.';

readers('the packages of a node', NEEDS, () => {
  const scratch = scratchFolder();
  let node: ScratchNode;
  const lines = (file: string) =>
    fs.existsSync(node.path(file)) ? node.read(file).trimEnd().split('\n') : [];

  beforeEach(() => {
    node = new ScratchNode(scratch.root, 'slave1', {});
    node.stub('dpkg-query', 'exit 1');
    node.stub('ufw', '');
    node.write('stub/ufw', 'import sys\n', 0o755);
    node.stub('systemctl', 'exit 1');
    node.stub('systemd-detect-virt', 'exit 0');
    for (const name of ['iptables', 'ip6tables']) node.stub(name, 'echo "-P INPUT DROP"');
    node.stub('sleep', `echo "$1" >>'${node.path('slept')}'`);
    node.stub('timedatectl', 'echo no');
    apt();
    node.write('etc/resolv.conf', 'nameserver 10.0.2.3\n');
  });

  /** An apt that says these lines the first times that it is asked for something, and fails. */
  function apt(failures: readonly string[] = [], times = 0): void {
    node.stub(
      'apt-get',
      `echo "http_proxy=$http_proxy https_proxy=$https_proxy no_proxy=$no_proxy" >>'${node.path('env')}'
echo "$DEBIAN_FRONTEND $NEEDRESTART_SUSPEND $(readlink /proc/self/fd/0)" >>'${node.path('quiet')}'
echo "$*" >>'${node.path('asked')}'
[ "$(wc -l <'${node.path('asked')}')" -gt ${times} ] && exit 0
cat <<'END'
${failures.join('\n')}
END
exit 100`,
    );
  }
  const firewall = () => node.run('firewall.sh');

  for (const [whose, said] of Object.entries(LOCKED)) {
    it(`waits longer than two minutes for a lock ${whose}, and says for what`, async () => {
      apt(said, 30);
      const ran = await firewall();
      expect(ran.code, ran.said).to.equal(0);
      expect(lines('slept')).to.deep.equal(Array.from({ length: 30 }, () => '5'));
      const told = ran.said.split('\n').filter((line) => line.includes('waiting for'));
      expect(told).to.deep.equal([
        `redis-lab: waiting for another program to be done with packages: ${said[0]?.slice(3)}`,
      ]);
      for (const asked of lines('asked')) expect(asked).to.include('-o DPkg::Lock::Timeout=60');
    });
  }

  it('ends when a lock is held for a quarter of an hour, and says who holds it', async () => {
    const said = LOCKED['of the package lists'];
    apt(said, 100_000);
    const ran = await firewall();
    expect(ran.code).to.equal(1);
    expect(lines('slept').length * 5).to.be.at.least(900);
    expect(ran.said).to.include(`redis-lab: FAILED: apt-get update; ${said[0]}; `);
  });

  it('says how much of the lists and the packages has come, and what is left', async () => {
    node.stub(
      'apt-get',
      `case "$*" in
*update*) printf '%s\\n' 'dlstatus:0:0.0000:Running' 'dlstatus:3:41.7253:Retrieving file 3 of 9 (4s remaining)' >&3 ;;
*) echo 'Need to get 51.4 MB of archives.'
  printf '%s\\n' 'dlstatus:7:23.0769:Retrieving file 7 of 34 (1min 2s remaining)' 'pmstatus:gcc-12:61.4583:Unpacking gcc-12:amd64' >&3 ;;
esac`,
    );
    const ran = await node.run('firewall.sh', { TELL_EVERY: '0' });
    expect(ran.code, ran.said).to.equal(0);
    const told = ran.said.split('\n').filter((line) => line.startsWith('redis-lab: package'));
    expect(told).to.deep.equal([
      'redis-lab: package lists: 0 % fetched, Running',
      'redis-lab: package lists: 41 % fetched, file 3 of 9 (4s remaining)',
      'redis-lab: packages: 23 % of 51.4 MB fetched, file 7 of 34 (1min 2s remaining)',
      'redis-lab: packages: 61 % installed',
    ]);
    expect((await firewall()).said).not.to.include('fetched');
  });

  it('fetches no lists that only people read', async () => {
    expect((await firewall()).code).to.equal(0);
    for (const asked of lines('asked')) expect(asked).to.include('-o Acquire::Languages=none');
  });

  it('are not looked for among programs of snaps, which may come later than the first boot', async () => {
    node.write(
      'opt/redis-lab/path.sh',
      `. '${node.path('opt/redis-lab/common.sh')}'\necho "$PATH"\n`,
    );
    const ran = await node.run('path.sh', { PATH: `/snap/bin:${process.env['PATH']}` });
    expect(ran.code, ran.said).to.equal(0);
    expect(ran.said).to.include('/usr/sbin').and.not.to.include('/snap/');
  });

  it('asks nobody anything', async () => {
    expect((await firewall()).code).to.equal(0);
    expect(lines('quiet')).to.deep.equal(Array(2).fill('noninteractive 1 /dev/null'));
  });

  it('keeps the server as it is: an unattended upgrade would restart it in class', async () => {
    node = new ScratchNode(scratch.root, 'slave2', { INSTALL: 'package' });
    node.stub('apt-mark', `echo "$*" >>'${node.path('marked')}'`);
    const { version } = LAB.model.redis;
    const server = `#!/bin/sh\necho 'Redis server v=${version} sha=0'\n`;
    node.write(`usr/bin/${SERVER}`, server, 0o755);
    const ran = await node.run('install.sh');
    expect(ran.code, ran.said).to.equal(0);
    expect(lines('marked')).to.deep.equal([`hold ${SERVER}`]);
  });

  it('goes on with what an upgrade that was cut off has left', async () => {
    node.stub('dpkg', `echo "$*" >>'${node.path('configured')}'`);
    apt([CUT_OFF], 1);
    const ran = await firewall();
    expect(ran.code, ran.said).to.equal(0);
    expect(lines('configured')).to.deep.equal(['--force-confdef --force-confold --configure -a']);
  });

  it('does so once, and tells what apt then says', async () => {
    node.stub('dpkg', 'exit 1');
    apt([CUT_OFF], 100);
    const ran = await firewall();
    expect(ran.code).to.equal(1);
    expect(lines('asked')).to.have.lengthOf(2);
    expect(ran.said).to.include(`redis-lab: FAILED: apt-get update; ${CUT_OFF.trimEnd()}`);
  });

  it('wait for a time server where the lists are from the future, and are fetched again', async () => {
    apt([NOT_YET], 1);
    node.stub(
      'timedatectl',
      `echo "$*" >>'${node.path('clock')}'; [ "$(wc -l <'${node.path('clock')}')" -gt 3 ] && echo yes || echo no`,
    );
    const ran = await firewall();
    expect(ran.code, ran.said).to.equal(0);
    expect(ran.said).to.match(/^redis-lab: waiting for a time server: the clock says .* UTC$/m);
    expect(lines('clock')).to.have.lengthOf(4);
  });

  it('end where no time server answers, and say what the clock shows', async () => {
    apt([NOT_YET], 100);
    const ran = await firewall();
    expect(ran.code).to.equal(1);
    expect(ran.said).to.match(
      /FAILED: apt-get update; E: Release file .* \(this node's clock says [-0-9]+ [0-9:]+ UTC, and no time server has set it\); set the clock/,
    );
  });

  it('are not held up by the clock where lists are out of date and the clock is right', async () => {
    const expired = NOT_YET.replace(/is not valid yet .*?\)/, 'is expired (invalid since 2d)');
    apt([expired], 100);
    node.stub('timedatectl', 'echo yes');
    const ran = await firewall();
    expect(ran.code).to.equal(1);
    expect(lines('slept')).to.deep.equal([]);
    expect(ran.said).to.include(`FAILED: apt-get update; ${expired}; give this node a way`);
  });

  it('come by the proxy of /etc/environment, which cloud-init does not give its programs', async () => {
    node.write(
      'etc/environment',
      [
        'PATH="/usr/bin"',
        'HTTP_PROXY="http://10.0.2.2:3128/"',
        "export https_proxy='http://user:p$w@10.0.2.2:3129'",
        'no_proxy=localhost,.lab   ',
        '$(touch /tmp/never)',
        '',
      ].join('\n'),
    );
    expect((await firewall()).code).to.equal(0);
    expect(new Set(lines('env'))).to.deep.equal(
      new Set([
        'http_proxy=http://10.0.2.2:3128/ https_proxy=http://user:p$w@10.0.2.2:3129 no_proxy=localhost,.lab',
      ]),
    );
  });

  it('leave a proxy that is set already', async () => {
    node.write('etc/environment', 'http_proxy=http://other:1\n');
    const ran = await node.run('firewall.sh', { http_proxy: 'http://mine:2' });
    expect(ran.code).to.equal(0);
    expect(lines('env')[0]).to.match(/^http_proxy=http:\/\/mine:2 /);
  });

  describe('where resolv.conf names no server', () => {
    const LEASE = 'ADDRESS=10.0.2.15\nDNS=10.0.2.3 10.0.2.4\nDOMAINNAME=lan\n';
    const DHCLIENT =
      'lease {\n  interface "uplink0";\n  option domain-name-servers 10.0.2.3, 10.0.2.4;\n}\n';
    const told: Readonly<Record<string, readonly [file: string, text: string]>> = {
      'systemd-resolved knows': [
        'run/systemd/resolve/resolv.conf',
        '# Made by it\nnameserver 10.0.2.3\nnameserver 10.0.2.4\nsearch lan\n',
      ],
      'NetworkManager knows': [
        'run/NetworkManager/no-stub-resolv.conf',
        'nameserver 10.0.2.3\nnameserver 10.0.2.4\n',
      ],
      'networkd was told by DHCP (netplan without systemd-resolved)': [
        'run/systemd/netif/leases/2',
        LEASE,
      ],
      'dhclient was told': ['var/lib/dhcp/dhclient.uplink0.leases', DHCLIENT + DHCLIENT],
    };
    for (const [who, [file, text]] of Object.entries(told)) {
      it(`get the ones that ${who}`, async () => {
        fs.rmSync(node.path('etc/resolv.conf'));
        node.write(file, text);
        const ran = await firewall();
        expect(ran.code, ran.said).to.equal(0);
        expect(lines('etc/resolv.conf').slice(1)).to.deep.equal([
          'nameserver 10.0.2.3',
          'nameserver 10.0.2.4',
        ]);
      });
    }

    it('do so in place of a link that leads nowhere', async () => {
      fs.rmSync(node.path('etc/resolv.conf'));
      fs.symlinkSync('../run/systemd/resolve/stub-resolv.conf', node.path('etc/resolv.conf'));
      node.write('run/systemd/netif/leases/2', LEASE);
      expect((await firewall()).code).to.equal(0);
      expect(fs.lstatSync(node.path('etc/resolv.conf')).isSymbolicLink()).to.equal(false);
    });

    it('say that nobody knows one, and try: a mirror may go by its address', async () => {
      node.write('etc/resolv.conf', '# empty\n');
      const ran = await firewall();
      expect(ran.code, ran.said).to.equal(0);
      expect(ran.said).to.include('redis-lab: this node knows no name server');
      expect(node.read('etc/resolv.conf')).to.equal('# empty\n');
    });

    it('leave a resolv.conf that names one', async () => {
      node.write('run/systemd/netif/leases/2', LEASE.replace('10.0.2.3', '10.9.9.9'));
      expect((await firewall()).code).to.equal(0);
      expect(node.read('etc/resolv.conf')).to.equal('nameserver 10.0.2.3\n');
    });
  });
});
