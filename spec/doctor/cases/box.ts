/** What machines are made of. */
import { BOXES } from '../../../lib/model/distributions.js';
import { cases, failing, nothing, unreached, vagrant } from '../support/cases.js';
import { appleSilicon, debian, hung, ubuntu } from '../support/fake-host.js';
import * as recorded from '../support/recorded.js';

const NO_BOX = vagrant({ 'box list': recorded.NO_BOXES });

/** Where Debian's Vagrant has it. */
const METADATA =
  '/home/me/.vagrant.d/boxes/cloud-image-VAGRANTSLASH-ubuntu-24.04/20241004.0.0/libvirt/metadata.json';

const OLD_VAGRANT = { '--version': 'Vagrant 2.3.4\n', 'plugin list': recorded.LIBVIRT_PLUGIN };

cases('box', [
  { where: 'here', host: ubuntu(), is: 'good', seen: '20241004.0.0' },
  { where: 'here, before Vagrant knew architectures', host: debian(), is: 'good' },
  {
    where: 'here, brought as a file, of which a new Vagrant knows no architecture',
    host: ubuntu({ programs: vagrant({ 'box list': recorded.FILE_BOXES }) }),
    is: 'good',
  },
  {
    where: 'here, before Vagrant knew architectures, and it says itself that it is for Intel',
    host: debian({ files: { [METADATA]: '{"architecture": "amd64", "provider": "libvirt"}' } }),
    is: 'good',
  },
  {
    where: 'here, before Vagrant knew architectures, and it says itself that it is for ARM',
    host: debian({ files: { [METADATA]: '{"architecture": "arm64", "provider": "libvirt"}' } }),
    is: 'bad',
    seen: 'is here for arm64, and this machine is amd64',
    fix: 'let up download the right one',
  },
  {
    where: 'not here, with a Vagrant that would take one for any processor',
    host: debian({
      programs: {
        vagrant: { ...OLD_VAGRANT, 'box list': recorded.NO_BOXES },
      },
    }),
    is: 'poor',
    fix: 'Let up download it',
  },
  {
    where: 'here in the version that is described',
    host: ubuntu(),
    spec: { vagrant: { version: '20241004.0.0' } },
    is: 'good',
  },
  {
    where: 'not here',
    host: ubuntu({ programs: NO_BOX }),
    is: 'poor',
    remedy: 'vagrant box add cloud-image/ubuntu-24.04 --provider virtualbox',
  },
  {
    where: 'here in another version',
    host: ubuntu(),
    spec: { vagrant: { version: '20250101.0.0' } },
    is: 'poor',
    fix: '--box-version 20250101.0.0',
  },
  {
    where: 'here for another provider',
    host: ubuntu({ programs: vagrant({ 'box list': recorded.LIBVIRT_BOXES }) }),
    is: 'poor',
  },
  {
    where: 'not here, and no Internet',
    host: ubuntu({ ...unreached, programs: NO_BOX }),
    is: 'bad',
    seen: 'https://vagrantcloud.com cannot be reached (ENOTFOUND)',
  },
  ...['EAI_AGAIN', 'ENETUNREACH', 'ECONNREFUSED'].map((failure) => ({
    where: `not here, and ${failure}`,
    host: ubuntu({ ...failing(failure), programs: NO_BOX }),
    is: 'bad' as const,
    fix: 'Connect this machine',
  })),
  {
    where: 'not here, and only a proxy leads out',
    host: ubuntu({ ...unreached, programs: NO_BOX, env: { https_proxy: 'http://proxy:3128' } }),
    is: 'poor',
    seen: 'https://vagrantcloud.com could not be asked from here (ENOTFOUND); Vagrant will try by itself',
    fix: 'FILE.box',
    remedy: 'vagrant box add cloud-image/ubuntu-24.04 --provider virtualbox',
  },
  ...['no answer within 8 s', 'SELF_SIGNED_CERT_IN_CHAIN'].map((failure) => ({
    where: `not here, and ${failure}: Vagrant may do better`,
    host: ubuntu({ ...failing(failure), programs: NO_BOX }),
    is: 'poor' as const,
    seen: `could not be asked from here (${failure})`,
  })),
  {
    where: 'here for Intel, on Apple Silicon',
    host: appleSilicon({ programs: vagrant({}) }),
    is: 'bad',
    seen: 'is here for amd64, and this machine is arm64',
    fix: 'vagrant box remove',
  },
  { where: 'here for ARM, on Apple Silicon', host: appleSilicon(), is: 'good' },
  {
    where: 'nobody tells',
    host: ubuntu({ programs: vagrant({ 'box list': hung('vagrant', 12) }) }),
    is: 'poor',
    seen: 'did not end',
  },
  { where: 'no Vagrant', host: ubuntu(nothing('VBoxManage', 'incus')), is: 'left out' },
]);

cases('box.cloud-init', [
  { where: 'the default box', host: ubuntu(), is: 'good' },
  {
    where: 'a box of Debian, which has none',
    host: ubuntu(),
    spec: { vagrant: { box: 'debian/bookworm64' } },
    is: 'bad',
    fix: '--set vagrant.box=cloud-image/ubuntu-24.04',
  },
  {
    where: 'roboxes, which has none',
    host: ubuntu(),
    spec: { vagrant: { box: 'roboxes/debian12' } },
    is: 'bad',
  },
  {
    where: 'one that nobody knows',
    host: ubuntu(),
    spec: { vagrant: { box: 'me/mine' } },
    is: 'poor',
  },
]);

cases('box.arm', [
  { where: 'the default box', host: appleSilicon(), is: 'good' },
  {
    where: 'one for Intel only',
    host: appleSilicon(),
    spec: { vagrant: { box: 'ubuntu/jammy64' } },
    is: 'bad',
    fix: '--set vagrant.box=cloud-image/ubuntu-24.04. Or run the lab without machines: --backend local',
  },
  ...BOXES.map((box) => ({
    where: `one that redis-lab recommends, ${box}`,
    host: appleSilicon(),
    spec: { vagrant: { box } },
    is: 'good' as const,
  })),
  {
    where: 'one that nobody knows',
    host: appleSilicon(),
    spec: { vagrant: { box: 'me/mine' } },
    is: 'poor',
  },
  {
    where: 'one of our own, here for ARM',
    host: appleSilicon({
      programs: vagrant({
        'box list': recorded.ARM_BOXES.replaceAll('cloud-image/ubuntu-24.04', 'me/mine'),
      }),
    }),
    spec: { vagrant: { box: 'me/mine' } },
    is: 'good',
  },
  { where: 'an Intel machine', host: ubuntu(), is: 'left out' },
]);
