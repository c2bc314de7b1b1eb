/** By which port each lab of a class is entered. */
import { expect } from 'chai';
import type { Room } from '../../lib/backends/descriptor.js';
import { FIRST_PORT, Ports } from '../../lib/class/ports.js';
import { RedisLabError } from '../../lib/errors.js';

const room = (lab: string, port?: number): Room => ({
  class: 'x',
  lab,
  student: lab,
  ...(port === undefined ? {} : { port, hostKey: 'ssh-ed25519 AAAA' }),
});

describe('the ports of a class', () => {
  it('begin at the first one, and stay what they are, whoever joins or leaves', () => {
    const first = new Ports([room('a'), room('b')]);
    expect(['a', 'b', 'a'].map((lab) => first.of(lab))).to.deep.equal([2201, 2202, 2201]);
    expect(FIRST_PORT).to.equal(2201);
    const then = new Ports([room('b', 2202), room('other-class', 2203)]);
    expect(['c', 'b', 'd'].map((lab) => then.of(lab))).to.deep.equal([2201, 2202, 2204]);
  });

  it('are each of one lab, also of a class of 300 and of ports that were given in another order', () => {
    const given = [2210, 2205, 2201, 2499].map((port, i) => room(`old${i}`, port));
    const ports = new Ports(given, 2201);
    const labs = [
      ...given.map(({ lab }) => lab),
      ...Array.from({ length: 300 }, (_, i) => `n${i}`),
    ];
    expect(new Set(labs.map((lab) => ports.of(lab))).size).to.equal(304);
    expect(ports.of('old3')).to.equal(2499);
  });

  it('are others where something else listens, and not for ever', () => {
    const ports = new Ports([room('a', 2201)], 2201);
    expect(ports.instead('a')).to.equal(2202);
    expect(ports.of('a')).to.equal(2202);
    expect(ports.of('b')).to.equal(2203);
    const again = () => Array.from({ length: 20 }, () => ports.instead('a'));
    expect(again)
      .to.throw(RedisLabError, /^Something else listens on 20 ports of the server from 2201 on\./)
      .with.property('exitCode', 3);
  });

  it('end where there are no more', () => {
    const ports = new Ports([], 65_535);
    expect(ports.of('a')).to.equal(65_535);
    expect(() => ports.of('b')).to.throw(RedisLabError, /^From 65535 on there is no free port/);
  });
});
