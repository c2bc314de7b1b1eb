import { expect } from 'chai';
import { digest as incus } from '../../lib/backends/incus/digest.js';
import { digest as local } from '../../lib/backends/local/digest.js';
import { digest as vagrant } from '../../lib/backends/vagrant/digest.js';
import { buildLab } from '../../lib/lab/lab.js';
import type { LabModel } from '../../lib/model/model.js';
import type { NodeSpec } from '../../lib/spec/types.generated.js';
import { LABS } from '../readers/support/labs.js';

const DIGESTS = { local, incus, vagrant };
const BACKENDS = ['local', 'incus', 'vagrant'] as const;

/** As the first version noted them down beside labs that it brought up: those labs are known by them. */
const FIRST: Readonly<
  Record<keyof typeof LABS, readonly [local: string, incus: string, vagrant: string]>
> = {
  course: [
    '2b5664d4eb465d0bec76c8c2cdc701a76ac5426916913f6c1ab7dc21ebdc504e',
    '8fba11c2e7e01a473c85f8f559fd61c9d8f3f836521476e3237a35148d62510d',
    '6c3d29b236fd05b8bca9a9fbe34c94a0ce3e94dcd78b6d481317b82b9a2dc694',
  ],
  everything: [
    'f70a691a4ee1698aa79b2c0ef8c6c9dfc1720547819c0ef3ee7ed6148188b103',
    '1495bacf1c9b5eaa0e3a0646cb081ee2e0cd07ab0fae0566c212d6c01100f3bc',
    '2a7495d1b7e4ebc99e1aa830daf05fe569869bbdae2688696cee0c0ec5915527',
  ],
  packaged: [
    'c8e308406d51215d6c1eb7bf8027d626caa55b0c3785800151c317f607b535bb',
    '1e2eb0744879bcea2d41ae60913a5c5e03279b6fa564a218d72c5e1d624382dd',
    '287136fc4d717a1b4154b94dd8e176eb69b8c7a0f38273575abf35183f8f3dd5',
  ],
};

const course = LABS.course.model;

/** The backends for which a change needs a new lab. */
function affected(changed: LabModel): string[] {
  return BACKENDS.filter((each) => DIGESTS[each](changed) !== DIGESTS[each](course));
}

describe('the digest of a description', () => {
  for (const [name, digests] of Object.entries(FIRST)) {
    it(`is that of the first version: ${name}`, () => {
      const { model } = LABS[name as keyof typeof LABS];
      // A key that the first version did not have.
      const { config: _later, ...sentinel } = model.sentinel;
      expect(BACKENDS.map((each) => DIGESTS[each]({ ...model, sentinel }))).to.deep.equal(digests);
    });
  }

  it('does not know what a later version adds to the model', () => {
    const nodes = course.nodes.map((node) => ({ ...node, zone: 'a' }));
    const later = { ...course, nodes, redis: { ...course.redis, tls: true }, security: 'open' };
    expect(affected(later)).to.deep.equal([]);
  });

  it('changes with a client, and with what a machine has of its description', () => {
    const nodes = [{ role: 'master' as const }, {}, {}];
    const withClient = (client: NodeSpec = {}) =>
      buildLab({ nodes: [...nodes, { ...client, role: 'client' }] }).model;
    expect(affected(withClient())).to.deep.equal([...BACKENDS]);
    const moved = [withClient(), withClient({ memory: 1024 })];
    expect(BACKENDS.map((each) => new Set(moved.map(DIGESTS[each])).size)).to.deep.equal([1, 2, 2]);
  });

  it('changes where a backend has to begin anew, and only there', () => {
    const { sentinel, redis, vagrant, incus, nodes } = course;
    expect(affected({ ...course, language: 'id' })).to.deep.equal([]);
    expect(affected({ ...course, sentinel: { ...sentinel, downAfterMs: 1 } })).to.deep.equal([
      ...BACKENDS,
    ]);
    expect(affected({ ...course, redis: { ...redis, config: ['maxmemory 1mb'] } })).to.deep.equal([
      ...BACKENDS,
    ]);
    expect(affected({ ...course, nodes: nodes.slice(1) })).to.deep.equal([...BACKENDS]);
    expect(affected({ ...course, incus: { ...incus, hostAddress: false } })).to.deep.equal([
      'incus',
    ]);
    expect(
      affected({ ...course, nodes: nodes.map((node) => ({ ...node, memoryMb: 1 })) }),
    ).to.deep.equal(['incus', 'vagrant']);
    expect(affected({ ...course, vagrant: { ...vagrant, box: 'x/y' } })).to.deep.equal(['vagrant']);
    expect(affected({ ...course, incus: { ...incus, vm: true } })).to.deep.equal(['incus']);
  });
});
