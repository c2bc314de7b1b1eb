/** What comes from elsewhere. */
import { cases, failing, unreached } from '../support/cases.js';
import { appleSilicon, failed, mac, ubuntu, windows } from '../support/fake-host.js';
import * as recorded from '../support/recorded.js';

cases('tried', [
  { where: 'Linux on x64', host: ubuntu(), is: 'left out' },
  {
    where: 'Windows',
    host: windows(),
    is: 'poor',
    seen: /^untested: vagrant on Windows; /,
    fix: 'redis-lab doctor --report',
  },
  { where: 'macOS', host: mac(), is: 'poor', seen: /^untested: vagrant, local on macOS; / },
  { where: 'Apple Silicon', host: appleSilicon(), is: 'poor', seen: 'untested: vagrant, local' },
  {
    where: 'Linux on ARM',
    host: ubuntu({ arch: 'arm64' }),
    is: 'poor',
    seen: 'untested: vagrant, incus on Linux (arm64)',
  },
  {
    where: 'Linux in Windows',
    host: ubuntu({ release: '5.15.153.1-microsoft-standard-WSL2' }),
    is: 'poor',
    seen: 'untested: vagrant, incus, local on WSL',
  },
]);

cases('source', [
  { where: 'its server answers', host: ubuntu(), is: 'good', seen: 'download.redis.io answers' },
  {
    where: 'kept',
    host: ubuntu({ ...unreached, kept: async () => 'its source' }),
    is: 'good',
    seen: 'the cache has its source of redis 8.2.8',
  },
  {
    where: 'neither',
    host: ubuntu(unreached),
    is: 'poor',
    seen: 'ENOTFOUND',
    fix: 'redis-lab cache add redis-8.2.8.tar.gz',
  },
  {
    where: 'packages are installed',
    host: ubuntu(unreached),
    spec: { redis: { install: 'package' } },
    is: 'left out',
  },
]);

cases('proxy', [
  { where: 'none', host: ubuntu(), is: 'good' },
  { where: 'empty', host: ubuntu({ env: { HTTP_PROXY: '' } }), is: 'good' },
  {
    where: 'one, with a password',
    host: ubuntu({ env: { HTTPS_PROXY: 'http://me:secret@proxy.example:3128' } }),
    is: 'poor',
    seen: /^set: HTTPS_PROXY=http:\/\/\*\*\*@proxy\.example:3128$/,
  },
  {
    where: 'one, with a password and without a scheme',
    host: ubuntu({ env: { https_proxy: 'me:sec@ret@proxy.example:3128' } }),
    is: 'poor',
    seen: /^set: https_proxy=\*\*\*@proxy\.example:3128$/,
  },
]);

const dated = (dateMs: number | undefined) => ({
  reach: async () => ({ reached: true, dateMs }) as const,
});
const MINUTE = 60_000;
const ntp = (said: string | ReturnType<typeof failed>) => ({
  programs: { timedatectl: { show: said } },
});
cases('clock', [
  { where: 'right', host: ubuntu(), is: 'good' },
  {
    where: 'ten minutes ahead',
    host: ubuntu(dated(recorded.NOW - 10 * MINUTE)),
    is: 'poor',
    seen: '10 minutes ahead of that of download.redis.io',
    fix: 'timedatectl set-ntp true',
  },
  {
    where: 'years behind',
    host: ubuntu(dated(recorded.NOW + 9000 * 60 * MINUTE)),
    is: 'bad',
    seen: '9000 hours behind',
  },
  {
    where: 'years behind, Windows',
    host: windows(dated(recorded.NOW + 9000 * 60 * MINUTE)),
    is: 'bad',
    fix: 'w32tm /resync',
  },
  {
    where: 'years behind, macOS',
    host: mac(dated(recorded.NOW + 9000 * 60 * MINUTE)),
    is: 'bad',
    fix: 'sntp',
  },
  {
    where: 'certificates are from the future',
    host: ubuntu({ ...failing('CERT_NOT_YET_VALID') }),
    is: 'bad',
    seen: '2026-11-25',
  },
  { where: 'synchronised', host: ubuntu({ ...unreached, ...ntp('yes\n') }), is: 'good' },
  { where: 'not synchronised', host: ubuntu({ ...unreached, ...ntp('no\n') }), is: 'poor' },
  // Recorded in a container without systemd.
  {
    where: 'nothing to compare with',
    host: ubuntu({
      ...unreached,
      ...ntp(
        failed(
          "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down",
        ),
      ),
    }),
    is: 'poor',
    seen: 'nothing to compare it with',
  },
]);
