import { expect } from 'chai';
import { SpecError } from '../../lib/errors.js';
import { applyOverrides, parseOverrides } from '../../lib/spec/override.js';
import { readSpec } from '../../lib/spec/read.js';

const set = (spec: unknown, ...texts: string[]) =>
  applyOverrides(spec, parseOverrides(texts)).value;

describe('--set', () => {
  it('puts one value in, where the description has none', () => {
    expect(set({}, 'sentinel.downAfter=1000')).to.deep.equal({ sentinel: { downAfter: 1000 } });
  });

  it('puts one value over the one that is there, the last one last', () => {
    expect(
      set({ redis: { port: 1, engine: 'valkey' } }, 'redis.port=2', 'redis.port=3'),
    ).to.deep.equal({
      redis: { port: 3, engine: 'valkey' },
    });
  });

  it('reads values as the file would', () => {
    expect(
      set(
        {},
        'redis.restart=no',
        'sentinel.downAfter=5s',
        'redis.config=[hz 20]',
        'vagrant.version=>= 1.2',
      ),
    ).to.deep.equal({
      redis: { restart: 'no', config: ['hz 20'] },
      sentinel: { downAfter: '5s' },
      vagrant: { version: '>= 1.2' },
    });
  });

  it('changes a node by name and by position, also one of the default machines', () => {
    const { nodes } = set(
      {},
      'nodes.slave1.memory=2G',
      'nodes[0].cpus=4',
      'nodes.2.priority=5',
    ) as {
      nodes: object[];
    };
    expect(nodes[0]).to.include({ name: 'master', cpus: 4 });
    expect(nodes[1]).to.include({ name: 'slave1', memory: '2G' });
    expect(nodes[2]).to.include({ name: 'slave2', priority: 5 });
  });

  it('does not change what it was given', () => {
    const spec = { redis: { port: 1 } };
    set(spec, 'redis.port=2');
    expect(spec).to.deep.equal({ redis: { port: 1 } });
  });

  it('refuses every text that has no form or no place, at once', () => {
    expect(() => parseOverrides(['port', '=1', 'a..b=1'])).to.throw(SpecError, /3 problems/);
    expect(() => set({}, 'nodes.nobody.memory=1G', 'nodes[9].cpus=1')).to.throw(
      SpecError,
      /nodes\.nobody\.memory: names a place that the description does not have/,
    );
  });

  it('cannot reach what every JavaScript object has', () => {
    expect(() => set({}, '__proto__.polluted=1')).to.throw(SpecError);
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
  });

  it('is blamed for what it said, and not for what the file says beside it', () => {
    const text = 'nodes:\n  - { name: a }\n  - { name: b }\n  - { name: c }\n';
    const origins = (...sets: string[]) => {
      try {
        readSpec({ text, filename: 'lab.yaml' }, sets);
      } catch (error) {
        return (error as SpecError).problems.map(({ origin, path }) => `${origin} ${path}`);
      }
      return [];
    };
    expect(origins('nodes.b.memory=2G')).to.deep.equal(['lab.yaml:1 nodes']);
    expect(origins('nodes.b.memory=2', 'redis.config[0]=prot 1')).to.have.members([
      '--set nodes[1].memory',
      '--set redis.config[0]',
      'lab.yaml:1 nodes',
    ]);
  });
});
