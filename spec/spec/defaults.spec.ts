/** A default is decided in `resolve.ts`; wherever else it is written, it is the same. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { buildLab } from '../../lib/lab/lab.js';
import { jsonSchema } from '../../lib/spec/json-schema.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';

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
    const value = /Default `?([^\s`:][^\s`]*?)`?[.,;:]?(?:\s|$)/.exec(each.description ?? '')?.[1];
    const deeper = inSchema(each, group === '' ? key : `${group}.${key}`);
    return value === undefined ? deeper : [[group, key, value], ...deeper];
  });
}

function specOf([group, key, value]: Told): LabSpec {
  const path = [...group.split('.').filter(Boolean), key];
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), load(value)) as LabSpec;
}

describe('a default', () => {
  it('in the JSON Schema, of which the types are made, is what the lab gets', () => {
    const some = inSchema(jsonSchema() as Tree).filter(([, key]) => !IN_WORDS.includes(key));
    expect(some).to.have.length.above(20);
    expect(some).to.deep.include(['sentinel', 'downAfter', '5000']);
    for (const each of some) {
      expect(buildLab(specOf(each)).model, each.join(' ')).to.deep.equal(DEFAULT);
    }
  });

  it('behind a # in the description that init writes is what the lab gets', () => {
    const text = readFileSync('templates/redis-lab.yaml', 'utf8');
    const whole = load(text.replace(/^#(?= {2,}\S|\S)/gm, '')) as LabSpec;
    expect(whole.sentinel?.downAfter).to.equal('5s');
    expect(Object.keys(whole)).to.have.lengthOf(9);
    expect(buildLab(whole).model).to.deep.equal(DEFAULT);
  });
});
