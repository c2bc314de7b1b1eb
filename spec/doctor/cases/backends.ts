/** What the other backends need. */

import type { Host } from '../../../lib/doctor/host.js';
import { quoted } from '../../../lib/report/messages.js';
import { cases } from '../support/cases.js';
import { mac, ubuntu, windows } from '../support/fake-host.js';

cases('incus', [
  { where: 'it answers', host: ubuntu(), is: 'good', seen: '/usr/bin/incus' },
  {
    // As lib/backends/incus says it of a socket that this user may not open.
    where: 'it lets nobody in',
    host: ubuntu({
      incus: [
        {
          code: 'incus',
          what: 'Incus',
          seen: 'permission denied',
          fix: 'sudo usermod -aG incus-admin "$USER"',
        },
      ],
    }),
    is: 'bad',
    seen: 'Incus: permission denied',
    fix: 'incus-admin',
  },
  {
    where: 'it hangs',
    host: ubuntu({ incus: { silent: 'no answer within 15 s' } }),
    is: 'bad',
    seen: 'no answer within 15 s',
  },
  { where: 'macOS without a client', host: mac(), is: 'left out' },
  {
    where: 'macOS with a client of a server elsewhere',
    host: mac({ programs: { incus: {} } }),
    is: 'good',
  },
]);

const ofPackage = { redis: { install: 'package' as const } };
cases('package', [
  { where: 'built from the source', host: ubuntu(), is: 'left out' },
  {
    where: 'the package of the box',
    spec: ofPackage,
    host: ubuntu(),
    is: 'good',
    seen: 'Ubuntu 24.04 has redis 7.0.15',
  },
  {
    where: 'a box that nobody knows',
    spec: { redis: { install: 'package', version: '7.0.15' }, vagrant: { box: 'me/class' } },
    host: ubuntu(),
    is: 'poor',
    seen: 'redis-lab does not know which redis me/class has; the files are for 7.0.15',
    fix: 'apt-cache policy redis-server',
  },
  {
    where: 'a box other than the described image',
    spec: { redis: { install: 'package' }, incus: { image: 'images:debian/13/cloud' } },
    host: ubuntu(),
    is: 'bad',
    seen: 'cloud-image/ubuntu-24.04 means Ubuntu 24.04, which has redis 7.0.15; the files are for 8.0.2',
    fix: '--set redis.install=source',
  },
]);

const none = {
  code: 'redis-server',
  what: 'Redis server',
  seen: 'there is none',
  fix: 'Install it: sudo apt-get install redis-tools',
  remedy: { describe: 'install redis-tools with apt-get', run: async () => {} },
};
cases('redis-server', [
  { where: 'there', host: ubuntu(), is: 'good', seen: 'redis 8.2.8, /usr/bin/redis-server' },
  {
    where: 'another version',
    host: ubuntu({
      found: { engine: 'redis', version: '7.0.15', program: '/usr/bin/redis-server' },
    }),
    is: 'good',
    seen: '8.2.8 is described',
  },
  {
    where: 'none',
    host: ubuntu({ local: [none] }),
    is: 'bad',
    remedy: 'install redis-tools with apt-get',
  },
  {
    where: 'nobody tells',
    host: ubuntu({ local: { silent: 'no answer within 15 s' } }),
    is: 'poor',
  },
  {
    where: 'one that hangs when asked',
    host: ubuntu({ found: { silent: 'no answer within 15 s' } }),
    is: 'poor',
  },
  { where: 'Windows', host: windows(), is: 'left out' },
]);

cases('ports', [
  { where: 'free', host: ubuntu(), is: 'good' },
  {
    where: 'taken',
    host: ubuntu({
      local: [
        {
          code: 'ports',
          what: '127.201.100.11:6379',
          seen: 'cannot listen there',
          fix: '--set redis.port=6380',
        },
      ],
    }),
    is: 'bad',
  },
  {
    where: 'other labs have all',
    host: ubuntu({
      local: [
        {
          code: 'ports',
          what: 'addresses on loopback',
          seen: 'other labs of yours have all of them',
          fix: 'redis-lab down',
        },
      ],
    }),
    is: 'bad',
  },
]);

cases('system', [
  { where: 'Windows', host: windows(), is: 'bad', fix: 'WSL' },
  {
    where: 'a folder that cannot be written',
    host: ubuntu({
      local: [
        {
          code: 'folder',
          what: '/home/me/.local/state/redis-lab/redis-lab',
          seen: 'cannot be made or written to (EACCES)',
          fix: 'Change its owner.',
        },
      ],
    }),
    is: 'bad',
  },
  { where: 'Linux', host: ubuntu(), is: 'left out' },
]);

cases('compiler', [
  { where: 'there', host: ubuntu(), is: 'good' },
  {
    where: 'not there',
    host: ubuntu({ tools: ['cc', 'g++'] }),
    is: 'poor',
    seen: 'cc, g++',
    fix: 'sudo apt-get install build-essential',
  },
  {
    where: 'not there, and nobody knows how to install it',
    host: ubuntu({ tools: ['cc'], installTools: () => undefined }),
    is: 'poor',
  },
  {
    where: 'packages are installed',
    host: ubuntu({ tools: ['cc'] }),
    spec: { redis: { install: 'package' } },
    is: 'left out',
  },
  { where: 'Windows', host: windows({ tools: ['cc'] }), is: 'left out' },
]);

cases('cache', [
  { where: 'nobody else can have written to it', host: ubuntu(), is: 'left out' },
  {
    where: 'a build of somebody else',
    host: ubuntu({
      foreign: () => [
        { seen: quoted('/srv/cache belongs to bob (1001)'), fix: quoted('Set XDG_CACHE_HOME.') },
        { seen: quoted('/srv/cache belongs to bob (1001)'), fix: quoted('Set XDG_CACHE_HOME.') },
      ],
    }),
    is: 'poor',
    seen: '/srv/cache belongs to bob (1001) (and 1 more: redis-lab cache list)',
    fix: 'XDG_CACHE_HOME',
  },
]);

cases('access', [
  { where: 'any system', host: ubuntu(), is: 'good', seen: 'only this user gets in' },
  { where: 'a system without such labs', host: windows(), is: 'left out' },
]);
cases('access.machines', [
  {
    where: 'others are let in',
    spec: { allow: ['192.168.100.50', '10.9.0.0/16'] },
    host: ubuntu(),
    is: 'good',
    seen: "of the lab's machines and of 192.168.100.50, 10.9.0.0/16 (allow) gets in",
  },
  { where: 'any system', host: mac(), is: 'good', seen: 'every user of this host' },
]);

const onLocal =
  (edited: Awaited<ReturnType<Host['edited']>>): Host['edited'] =>
  async (backend) =>
    backend === 'local' ? edited : undefined;

const EDITED = { file: '/lab/master/etc/redis.conf', line: 49, text: 'maxmemory 256m' };

cases('configurations', [
  { where: 'there is no lab', host: ubuntu(), is: 'left out' },
  {
    where: 'nobody changed them',
    host: ubuntu({ edited: onLocal({ lines: [], findings: [] }) }),
    is: 'good',
  },
  {
    where: 'somebody changed a line, and hid a password nowhere',
    host: ubuntu({
      edited: onLocal({
        lines: [EDITED, { ...EDITED, line: 50, text: 'requirepass geheim' }],
        findings: [
          {
            code: 'size.decimal',
            severity: 'misread',
            node: 'master',
            place: { file: EDITED.file, line: 49, column: 11, length: 4 },
            values: { value: '256m', bytes: 256_000_000, meant: '256mb' },
          },
        ],
      }),
    }),
    is: 'poor',
    seen: `${EDITED.file}:49: maxmemory 256m, ${EDITED.file}:50: requirepass ******; ${EDITED.file}:49: 256m is 256000000 bytes`,
    fix: 'redis-lab up --fresh',
  },
  {
    where: 'somebody took a line out',
    host: ubuntu({ edited: onLocal({ lines: [{ ...EDITED, line: 0 }], findings: [] }) }),
    is: 'poor',
    seen: `taken out by hand: ${EDITED.file}: maxmemory 256m`,
    fix: 'redis-lab up --fresh',
  },
  {
    where: 'they cannot be read',
    host: ubuntu({ edited: onLocal({ silent: 'cannot read it' }) }),
    is: 'poor',
    seen: 'cannot read it',
    fix: 'redis-lab up --fresh',
  },
]);
