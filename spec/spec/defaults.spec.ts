/** A default is decided in `resolve.ts`; wherever else it is written, it is the same. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { buildLab } from '../../lib/lab/lab.js';
import { jsonSchema } from '../../lib/spec/json-schema.js';
import type { LabSpec } from '../../lib/spec/lab-spec.js';

const DEFAULT = buildLab().model;

/** Group, key and the default of each key outside `nodes` whose text says one. */
type Told = readonly [group: string, key: string, value: string];

/** Of several engines, or in words. */
const IN_WORDS = ['version', 'image', 'url', 'sha256'];

interface Tree {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Tree>>;
}

function inSchema(tree: Tree, group = ''): Told[] {
  return Object.entries(tree.properties ?? {}).flatMap(([key, each]): Told[] => {
    const value = /Default ([^\s:]\S*?)[.,;:]?(?:\s|$)/.exec(each.description ?? '')?.[1];
    const deeper = inSchema(each, group === '' ? key : `${group}.${key}`);
    return value === undefined ? deeper : [[group, key, value], ...deeper];
  });
}

const GROUPS: Readonly<Record<string, string>> = {
  LabSpec: '',
  RedisSpec: 'redis',
  SourceSpec: 'redis.source',
  SentinelSpec: 'sentinel',
  VagrantSpec: 'vagrant',
  VirtualBoxSpec: 'vagrant.virtualbox',
  LibvirtSpec: 'vagrant.libvirt',
  IncusSpec: 'incus',
};

function inInterface(): Told[] {
  const source = readFileSync('lib/spec/lab-spec.ts', 'utf8');
  return source.split(/^export interface /m).flatMap((text): Told[] => {
    const group = GROUPS[/^\w+/.exec(text)?.[0] ?? ''];
    if (group === undefined) return [];
    return [...text.matchAll(/Default `?([^\s`:][^\s`]*?)`?[.,;]?\s[\s\S]*?\*\/\s+(\w+)\?:/g)].map(
      ([, value = '', key = '']): Told => [group, key, value],
    );
  });
}

function specOf([group, key, value]: Told): LabSpec {
  const path = [...group.split('.').filter(Boolean), key];
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), load(value)) as LabSpec;
}

describe('a default', () => {
  for (const [where, told] of Object.entries({
    'the JSON Schema': inSchema(jsonSchema() as Tree),
    'the interface LabSpec': inInterface(),
  })) {
    it(`in ${where} is what the lab gets`, () => {
      const some = told.filter(([, key]) => !IN_WORDS.includes(key));
      expect(some).to.have.length.above(20);
      expect(some).to.deep.include(['sentinel', 'downAfter', '5000']);
      for (const each of some) {
        expect(buildLab(specOf(each)).model, each.join(' ')).to.deep.equal(DEFAULT);
      }
    });
  }

  it('behind a # in the description that init writes is what the lab gets', () => {
    const text = readFileSync('templates/redis-lab.yaml', 'utf8');
    const whole = load(text.replace(/^#(?= {2,}\S|\S)/gm, '')) as LabSpec;
    expect(whole.sentinel?.downAfter).to.equal('5s');
    expect(Object.keys(whole)).to.have.lengthOf(8);
    expect(buildLab(whole).model).to.deep.equal(DEFAULT);
  });
});
