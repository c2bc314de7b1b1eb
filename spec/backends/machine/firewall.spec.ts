/**
 * What a node makes of what the kernel says of its filters. The kernel's part is real in spec/incus/ipv6.spec.ts; here
 * it is told what it says, so that it can say everything.
 */
import fs from 'node:fs';
import { expect } from 'chai';
import { scratchFolder } from '../../cache/support/folders.js';
import { readers } from '../../readers/support/readers.js';
import { NEEDS, ScratchNode } from './support/scratch-node.js';

/** What `ip6tables -S INPUT` says after ufw, as on Debian 12. */
const BY_UFW = [
  '-P INPUT DROP',
  '-A INPUT -j ufw6-before-logging-input',
  '-A INPUT -j ufw6-before-input',
  '-A INPUT -j ufw6-after-input',
  '-A INPUT -j ufw6-after-logging-input',
  '-A INPUT -j ufw6-reject-input',
  '-A INPUT -j ufw6-track-input',
];
/** The same with IPV6=no in /etc/default/ufw. */
const ALL_DROPPED = ['-P INPUT DROP', '-A INPUT -i lo -j ACCEPT'];

interface Kernel {
  /** `iptables -S INPUT` */
  readonly ipv4?: readonly string[];
  /** `ip6tables -S INPUT`; a text: what it says before it fails. */
  readonly ipv6?: readonly string[] | string;
  /** `disable_ipv6` for all cards and for later ones; undefined: a kernel without IPv6. */
  readonly disabled?: readonly [all: 0 | 1, later: 0 | 1] | undefined;
  /** Addresses that there are. */
  readonly addresses?: string;
}

const NO_MODULE =
  'ip6tables v1.8.9 (nf_tables): Could not fetch rule set generation id: Address family not supported by protocol';

readers('the firewall of a node', NEEDS, () => {
  const scratch = scratchFolder();

  async function firewall(kernel: Kernel) {
    const { ipv4 = BY_UFW, ipv6 = BY_UFW, addresses = '' } = kernel;
    const disabled = 'disabled' in kernel ? kernel.disabled : ([0, 0] as const);
    const node = new ScratchNode(scratch.root, 'slave1', {});
    const says = (rules: readonly string[]) => `cat <<'END'\n${rules.join('\n')}\nEND`;
    node.stub('ufw', '');
    node.write('stub/ufw', 'import sys\n', 0o755);
    node.stub('systemd-detect-virt', 'exit 0');
    node.stub('iptables', says(ipv4));
    node.stub('ip6tables', typeof ipv6 === 'string' ? `echo '${ipv6}' >&2; exit 3` : says(ipv6));
    if (disabled) {
      node.write('proc/sys/net/ipv6/conf/all/disable_ipv6', `${disabled[0]}\n`);
      node.write('proc/sys/net/ipv6/conf/default/disable_ipv6', `${disabled[1]}\n`);
      node.write('proc/net/if_inet6', addresses);
    }
    return node.run('firewall.sh');
  }

  const good: Readonly<Record<string, readonly [Kernel, string]>> = {
    'both are filtered': [{}, 'closed to IPv6'],
    'the image wants no IPv6 (IPV6=no), which drops all of it': [
      { ipv6: ALL_DROPPED },
      'closed to IPv6',
    ],
    'the kernel has no IPv6': [{ ipv6: NO_MODULE, disabled: undefined }, 'this system has no IPv6'],
    'IPv6 is switched off for all cards, and cannot be filtered': [
      { ipv6: NO_MODULE, disabled: [1, 1] },
      'this system has no IPv6',
    ],
    'the image lets answers, ICMP and SSH in by rules of its own': [
      {
        ipv6: [
          '-P INPUT DROP',
          '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
          '-A INPUT -p ipv6-icmp -j ACCEPT',
          '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
          ...BY_UFW.slice(1),
        ],
      },
      'closed to IPv6',
    ],
  };
  for (const [when, [kernel, end]] of Object.entries(good)) {
    it(`is on when ${when}, and says so`, async () => {
      const { code, said } = await firewall(kernel);
      expect(code, said).to.equal(0);
      expect(said).to.match(/^redis-lab: firewall is on, open to 192\.168\.100\.1 .*; /m);
      expect(said.split('; ').at(-1)).to.equal(end);
    });
  }

  describe('beside other programs that filter', () => {
    let node: ScratchNode;
    const asked = () => (fs.existsSync(node.path('asked')) ? node.read('asked').split('\n') : []);
    const says = (name: string, lines: string) =>
      node.stub(name, `echo "${name} $*" >>'${node.path('asked')}'\n${lines}`);

    beforeEach(() => {
      node = new ScratchNode(scratch.root, 'slave1', {});
      node.stub('ufw', '');
      node.write('stub/ufw', 'import sys\n', 0o755);
      node.stub('systemd-detect-virt', 'exit 0');
      for (const name of ['iptables', 'ip6tables']) node.stub(name, 'echo "-P INPUT DROP"');
      node.stub('systemctl', 'exit 1');
    });

    for (const other of ['nftables', 'firewalld']) {
      it(`switches ${other} off, which would load its own rules at the next boot`, async () => {
        says('systemctl', `[ "$1" != is-enabled ] || [ "$3" = ${other} ]`);
        const { code, said } = await node.run('firewall.sh');
        expect(code, said).to.equal(0);
        expect(said).to.include(`redis-lab: ${other} is switched off: ufw is the firewall here`);
        expect(asked().filter((line) => line.includes('disable'))).to.deep.equal([
          `systemctl disable --quiet --now ${other}`,
        ]);
      });
    }

    it('leaves them alone where they are not enabled', async () => {
      says('systemctl', 'exit 1');
      expect((await node.run('firewall.sh')).code).to.equal(0);
      expect(asked().join()).not.to.include('disable');
    });

    it('takes iptables-nft where the kernel has nftables alone and the image chose the other', async () => {
      const legacy = `[ -e '${node.path('nft')}' ] && { echo "-P INPUT DROP"; exit 0; }
echo "iptables v1.8.7 (legacy): can't initialize iptables table \\\`filter': Table does not exist" >&2; exit 3`;
      for (const name of ['iptables', 'ip6tables']) {
        node.stub(name, legacy);
        node.stub(`${name}-nft`, '');
      }
      says('update-alternatives', `[ "$3" != ip6tables ] || touch '${node.path('nft')}'`);
      const { code, said } = await node.run('firewall.sh');
      expect(code, said).to.equal(0);
      expect(asked().filter((line) => line !== '')).to.deep.equal([
        `update-alternatives --quiet --set iptables ${node.path('stub/iptables-nft')}`,
        `update-alternatives --quiet --set ip6tables ${node.path('stub/ip6tables-nft')}`,
      ]);
    });
  });

  const IPV6 = 'the firewall does not filter IPv6: ip6tables -S INPUT';
  const IPV4 = 'the firewall is not active: iptables -S INPUT';
  const open = ['-P INPUT ACCEPT'];
  const bad: Readonly<Record<string, readonly [Kernel, what: string, seen: string]>> = {
    'IPv6 is let in by default': [{ ipv6: open }, IPV6, '-P INPUT ACCEPT'],
    'IPv6 cannot be filtered, and is there': [{ ipv6: NO_MODULE }, IPV6, NO_MODULE],
    'IPv6 cannot be filtered, and one card has an address in spite of the switch': [
      { ipv6: NO_MODULE, disabled: [1, 1], addresses: 'fe80…\n' },
      IPV6,
      NO_MODULE,
    ],
    'IPv6 cannot be filtered, and would be there on the next card': [
      { ipv6: NO_MODULE, disabled: [1, 0] },
      IPV6,
      NO_MODULE,
    ],
    'a rule of the image lets all of IPv6 in before ufw is asked': [
      { ipv6: ['-P INPUT DROP', '-A INPUT -j ACCEPT', ...BY_UFW.slice(1)] },
      IPV6,
      '-A INPUT -j ACCEPT',
    ],
    'a rule of the image lets a card in': [
      { ipv6: [...BY_UFW, '-A INPUT -i lab0 -j ACCEPT'] },
      IPV6,
      '-A INPUT -i lab0 -j ACCEPT',
    ],
    'a rule of the image lets new connections in': [
      { ipv6: [...BY_UFW, '-A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT'] },
      IPV6,
      '-A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT',
    ],
    'a rule of the image lets Redis in': [
      { ipv6: [...BY_UFW, '-A INPUT -p tcp -m tcp --dport 6379 -j ACCEPT'] },
      IPV6,
      '-A INPUT -p tcp -m tcp --dport 6379 -j ACCEPT',
    ],
    'IPv4 is let in by default': [{ ipv4: open }, IPV4, '-P INPUT ACCEPT'],
    'IPv4 is let in by a rule of the image': [
      { ipv4: ['-P INPUT DROP', '-A INPUT -s 10.0.0.0/8 -j ACCEPT'] },
      IPV4,
      '-A INPUT -s 10.0.0.0/8 -j ACCEPT',
    ],
  };
  for (const [when, [kernel, what, seen]] of Object.entries(bad)) {
    it(`ends the first boot when ${when}, and says what it saw`, async () => {
      const { code, said } = await firewall(kernel);
      expect(code, said).to.equal(1);
      expect(said).to.match(/^redis-lab: FAILED: .*$/m);
      expect(said).to.include(`redis-lab: FAILED: ${what}; ${seen}; `);
      expect(said).not.to.include('firewall is on');
    });
  }
});
