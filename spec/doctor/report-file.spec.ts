/** Nothing of whose machine it is leaves it by `doctor --report`. */
import { expect } from 'chai';
import fc from 'fast-check';
import { examine } from '../../lib/doctor/examine.js';
import { reportOf } from '../../lib/doctor/report.js';
import {
  type PrivateNames,
  privateNames,
  reportFile,
  withoutNames,
} from '../../lib/doctor/report-file.js';
import { buildLab } from '../../lib/lab/lab.js';
import { mac, windows } from './support/fake-host.js';

const NAMES: PrivateNames = {
  users: ['alice', 'root', 'redis'],
  homes: ['/home/alice', '/Users/Alice B', 'C:\\Users\\alice'],
  hosts: ['wonder', 'wonder.example.org', 'proxy.corp.example', '10.9.8.7', 'localhost'],
};

describe('the report of the doctor', () => {
  for (const [said, left] of [
    ['/home/alice/.cache is full', '~/.cache is full'],
    ['/home/alicex/.cache', '/home/USER/.cache'],
    ['/home/bob/x, /Users/bob: no', '/home/USER/x, /Users/USER: no'],
    ['/Users/Alice B/VirtualBox VMs', '~/VirtualBox VMs'],
    ['C:\\Users\\alice\\.vagrant.d', '~\\.vagrant.d'],
    ['C:/Users/alice/.vagrant.d', '~/.vagrant.d'],
    ['c:\\users\\BOB\\x', 'c:\\users\\USER\\x'],
    ['belongs to alice, not to root', 'belongs to USER, not to root'],
    ['malice and Alice', 'malice and USER'],
    ['redis 7.0.15, /usr/bin/redis-server', 'redis 7.0.15, /usr/bin/redis-server'],
    ['at Wonder.example.org and wonder: wonderful', 'at HOST and HOST: wonderful'],
    ['https_proxy=http://u:p%40ss@proxy.corp.example:3128/', 'https_proxy=http://***@HOST:3128/'],
    ['via 10.9.8.7:3128 and localhost', 'via HOST:3128 and localhost'],
    ['password: hunter2, token=abc', 'password: ***, token=***'],
    ['mail alice@example.org', 'mail MAIL'],
    ['52:54:00:12:34:56 has 93.184.216.34', 'MAC has ADDRESS'],
    ['192.168.100.0/24, 172.20.1.2, 127.0.0.1', '192.168.100.0/24, 172.20.1.2, 127.0.0.1'],
    ['2001:db8::1 and fe80::1', 'ADDRESS and fe80::1'],
    ['10.0.22631, 7.1.4r165100, 20241004.0.0', '10.0.22631, 7.1.4r165100, 20241004.0.0'],
    ['download.redis.io answers', 'download.redis.io answers'],
  ] as const) {
    it(`has ${JSON.stringify(left)} for ${JSON.stringify(said)}`, () => {
      expect(withoutNames(said, NAMES)).to.equal(left);
    });
  }

  it('has no name of this machine, wherever it stands and whatever characters are in it', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9.+$_-]{4,12}[a-z0-9]$/);
    fc.assert(
      fc.property(
        name,
        name,
        fc.constantFrom(' ', '/', ':', '"', '\\', ',', '@'),
        (user, host, by) => {
          fc.pre(!['redis', 'vagrant'].includes(user) && !host.includes('..'));
          const names = { users: [user], homes: [`/srv/${user}`], hosts: [host] };
          const left = withoutNames(`x${by}${user}${by}y ${host}${by}z /srv/${user}/a`, names);
          return !left.includes(user) && !left.includes(host);
        },
      ),
    );
  });

  it('knows who is at work, and hosts that the environment names', () => {
    const names = privateNames({
      USERNAME: 'siti',
      USERPROFILE: 'C:\\Users\\siti',
      COMPUTERNAME: 'LAPTOP-7',
      all_proxy: 'socks5://a:b@gate.campus.example:1080',
      no_proxy: 'localhost,.campus.example',
      VAGRANT_SERVER_URL: 'https://boxes.example/x',
    });
    expect(names.users).to.include('siti');
    expect(names.homes).to.include('C:\\Users\\siti');
    expect(names.hosts).to.include.members([
      'LAPTOP-7',
      'gate.campus.example',
      'gate',
      'campus.example',
      'boxes.example',
    ]);
  });

  for (const [system, host] of [
    ['Windows', windows()],
    ['macOS', mac()],
  ] as const) {
    it(`says on ${system} what was never run there`, async () => {
      const checks = await examine(buildLab().model, { host });
      const text = reportFile(reportOf(checks, undefined), host, {
        users: [],
        homes: [],
        hosts: [],
      });
      expect(text).to.match(/^poor tried \(vagrant(?:, local)?\): untested: /m);
      for (const { code } of checks) expect(text).to.include(` ${code} (`);
    });
  }
});
