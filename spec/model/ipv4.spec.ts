import { expect } from 'chai';
import fc from 'fast-check';
import {
  contains,
  fewestNetworks,
  overlap,
  toAddress,
  toNetwork,
  toNumber,
} from '../../lib/model/ipv4.js';

describe('ipv4', () => {
  it('knows the parts of a network', () => {
    expect(toNetwork('192.168.100.77/20')).to.deep.equal({
      cidr: '192.168.96.0/20',
      address: '192.168.96.0',
      prefix: 20,
      netmask: '255.255.240.0',
      broadcast: '192.168.111.255',
      host: '192.168.96.1',
    });
    expect(toNetwork('10.0.0.0/0').broadcast).to.equal('255.255.255.255');
    expect(toNetwork('10.0.0.9/32').netmask).to.equal('255.255.255.255');
  });

  it('knows which networks have an address in common', () => {
    for (const [one, other, common] of [
      ['192.168.100.0/24', '192.168.100.7/24', true],
      ['192.168.100.0/24', '192.168.0.0/16', true],
      ['192.168.100.0/24', '192.168.100.255/32', true],
      ['192.168.100.0/24', '192.168.101.0/24', false],
      ['192.168.100.0/24', '192.168.99.255/32', false],
    ] as const) {
      expect(overlap(one, other), `${one} ${other}`).to.equal(common);
      expect(overlap(other, one), `${other} ${one}`).to.equal(common);
    }
  });

  it('holds exactly the addresses that were given in the fewest networks', () => {
    expect(fewestNetworks(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'])).to.deep.equal([
      '10.0.0.1',
      '10.0.0.2/31',
      '10.0.0.4',
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 63 }), { minLength: 1 }), (offsets) => {
        const base = toNumber('10.0.0.0');
        const networks = fewestNetworks(offsets.map((offset) => toAddress(base + offset))).map(
          (text) => toNetwork(text.includes('/') ? text : `${text}/32`),
        );
        for (let offset = 0; offset < 64; offset++) {
          const inside = networks.filter((network) => contains(network, toAddress(base + offset)));
          expect(inside.length).to.equal(offsets.includes(offset) ? 1 : 0);
        }
      }),
    );
  });
});
