import { expect } from 'chai';
import { distributionOf, withoutApt } from '../../lib/model/distributions.js';

/** Names of boxes and images as they are published, and as people call their own. */
const KNOWN: Record<string, readonly string[]> = {
  'Ubuntu 18.04': ['hashicorp/bionic64', 'ubuntu:18.04'],
  'Ubuntu 20.04': ['ubuntu/focal64', 'generic/ubuntu2004', 'images:ubuntu/focal/cloud'],
  'Ubuntu 22.04': ['ubuntu/jammy64', 'cloud-image/ubuntu-22.04', 'alvistack/ubuntu-22.04'],
  'Ubuntu 24.04': [
    'cloud-image/ubuntu-24.04',
    'images:ubuntu/24.04/cloud',
    'images:ubuntu/noble/cloud',
    'ubuntu:24.04',
    'ubuntu:noble',
    'ubuntu/24.04',
    'me/my-Ubuntu2404-class',
    'bento/ubuntu-24.04',
  ],
  'Ubuntu 26.04': ['cloud-image/ubuntu-26.04', 'ubuntu:resolute'],
  'Debian 11': ['debian/bullseye64', 'images:debian/11/cloud', 'generic/debian11'],
  'Debian 12': ['debian/bookworm64', 'cloud-image/debian-12', 'images:debian/12/cloud'],
  'Debian 13': ['debian/trixie64', 'cloud-image/debian-13', 'images:debian/trixie/cloud'],
};
const WITHOUT: Record<string, string> = {
  'centos/7': 'CentOS',
  'almalinux/9': 'AlmaLinux',
  'fedora/40-cloud-base': 'Fedora',
  'rockylinux/9': 'Rocky Linux',
  'cloud-image/rocky-9': 'Rocky Linux',
  'images:alpine/3.20/cloud': 'Alpine',
  'generic/centos8s': 'CentOS',
  'archlinux/archlinux': 'Arch Linux',
  'opensuse/Leap-15.6.x86_64': 'openSUSE',
  'oraclelinux/9': 'Oracle Linux',
  'generic/freebsd14': 'FreeBSD',
  'images:amazonlinux/2023/cloud': 'Amazon Linux',
};
const UNKNOWN = [
  'me/class',
  'my-image',
  'ubuntu:lts',
  'images:debian/sid/cloud',
  'kalilinux/rolling',
  'cloud-image/ubuntu-25.10',
  'cloud-image/debian-1',
  'images:debian/120',
  'search/engine',
  'monarch/base',
];

describe('the distribution of a box or an image', () => {
  for (const [name, all] of Object.entries(KNOWN)) {
    it(`${name} is known by its number and its code name`, () => {
      for (const each of all) {
        expect(distributionOf(each)?.name, each).to.equal(name);
        expect(distributionOf(each)?.id, each).to.match(/^(?:debian-\d\d|ubuntu-\d\d\.\d\d)$/);
        expect(withoutApt(each), each).to.equal(undefined);
      }
    });
  }

  it('is told where it has no apt', () => {
    for (const [each, name] of Object.entries(WITHOUT)) {
      expect(withoutApt(each), each).to.equal(name);
      expect(distributionOf(each), each).to.equal(undefined);
    }
  });

  it('is not guessed', () => {
    for (const each of UNKNOWN) {
      expect(distributionOf(each), each).to.equal(undefined);
      expect(withoutApt(each), each).to.equal(undefined);
    }
  });
});
