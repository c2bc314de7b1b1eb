/** Labs that nobody thought of, hundreds at a time, read by programs that are asked once for all. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { SpecError } from '../../lib/errors.js';
import { buildLab, type Lab } from '../../lib/lab/lab.js';
import type { LabModel } from '../../lib/model/model.js';
import { labEnv } from '../../lib/render/lab-env.js';
import { vagrantfile } from '../../lib/render/vagrantfile.js';
import { requireDigest } from '../../lib/spec/source.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { descriptions } from '../properties/arbitraries.js';
import { PYTHON, program, pyYaml, readers } from './support/readers.js';
import { expectAccepted, run } from './support/run.js';
import { scratch } from './support/scratch.js';

const TRIED = 1000;

/** Those of so many descriptions that become a lab. */
function labs(): Lab[] {
  return fc.sample(descriptions, TRIED).flatMap((spec) => {
    try {
      const lab = buildLab(spec as LabSpec);
      requireDigest(lab.model.redis);
      return [lab];
    } catch (error) {
      if (error instanceof SpecError) return [];
      throw error;
    }
  });
}

/** The same lab with other words: whatever text does to a file's structure, this one has not. */
function plain(lab: LabModel): LabModel {
  return {
    ...lab,
    name: 'lab',
    nodes: lab.nodes.map((node, index) => ({ ...node, name: `n${index}` })),
    sentinel: { ...lab.sentinel, masterName: 'm' },
    redis: { ...lab.redis, version: '1.2.3' },
    vagrant: { ...lab.vagrant, box: 'box', version: lab.vagrant.version === null ? null : '1' },
  };
}

/** The syntax tree without the words in it; nil for what is no Ruby. */
const SKELETONS = `
require 'json'
require 'ripper'
LITERALS = %i[@tstring_content @int @comment].freeze
def bare(tree)
  return tree unless tree.is_a?(Array)
  return [tree[0]] if LITERALS.include?(tree[0])
  return tree[0, 2] if tree[0].to_s.start_with?('@')
  tree.map { |each| bare(each) }
end
puts JSON.generate(JSON.parse($stdin.read).map { |text| bare(Ripper.sexp(text))&.inspect&.hash })
`;

const YAML_TO_JSON = `
import json, sys, yaml
loader = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)
print(json.dumps([yaml.load(text, Loader=loader) for text in json.load(sys.stdin)]))
`;

const KEYS = ['NODE_NAME', 'NODE_IP', 'SOURCE_URLS', 'SOURCE_SHA256', 'VERSION', 'ALLOW'];

describe('labs that nobody thought of', function () {
  this.timeout(180_000);
  let all: Lab[];
  before(() => {
    all = labs();
    expect(all).to.have.length.greaterThan(TRIED / 10);
  });

  readers('Ruby', [program('ruby')], () => {
    const skeletons = async (texts: string[]): Promise<(number | null)[]> => {
      const ran = await run('ruby', ['-e', SKELETONS], {
        input: JSON.stringify(texts),
        seconds: 220,
      });
      expectAccepted(ran);
      return JSON.parse(ran.stdout);
    };

    it('sees the same structure in every Vagrantfile, whatever the words', async () => {
      const found = await skeletons(
        all.flatMap(({ model }) => [vagrantfile(model), vagrantfile(plain(model))]),
      );
      for (let index = 0; index < found.length; index += 2) {
        expect(found[index], vagrantfile(all[index / 2]?.model as LabModel)).to.be.a('number');
        expect(found[index]).to.equal(found[index + 1]);
      }
    });

    it('would see a word that broke out', async () => {
      const { model } = buildLab();
      const evil = { ...model, vagrant: { ...model.vagrant, box: "x'; system('id'); '" } };
      const [good, bad] = await skeletons([vagrantfile(model), vagrantfile(evil)]);
      expect(bad).not.to.equal(good);
    });
  });

  readers('PyYAML', [pyYaml], () => {
    it('reads what js-yaml reads, in every YAML file', async () => {
      const texts = all.flatMap((lab, index) => {
        const { name } = lab.model.nodes[index % lab.model.nodes.length] ?? {};
        return lab
          .files()
          .filter(({ path: file }) =>
            new RegExp(`/${name}/(?:user-data|meta-data|network-config)$`).test(file),
          )
          .map(({ content }) => String(content));
      });
      const ran = await run(PYTHON, ['-c', YAML_TO_JSON], {
        input: JSON.stringify(texts),
        seconds: 220,
      });
      expectAccepted(ran);
      expect(JSON.parse(ran.stdout)).to.deep.equal(texts.map((text) => load(text)));
    });
  });

  readers('bash', [program('bash')], () => {
    it('reads exactly the values of the lab from lab.env, and runs nothing', async () => {
      const folder = scratch('env');
      const expected: string[] = [];
      const files = all.map(({ model }, index) => {
        const node = model.nodes[index % model.nodes.length];
        if (!node) throw new Error('a lab without nodes');
        const file = path.join(folder, `${index}.env`);
        fs.writeFileSync(file, labEnv(model, node));
        const { redis, allow } = model;
        const { urls, sha256 } = redis.source;
        expected.push(node.name, node.ip, urls.join(' '), sha256, redis.version, allow.join(' '));
        return file;
      });
      // A word that broke out would be a command that is not found, and said so.
      const script = `for file; do (set -eu; . "$file"; printf '%s\\0' ${KEYS.map((key) => `"$${key}"`).join(' ')}); done`;
      const ran = await run('bash', ['-c', script, 'bash', ...files], { seconds: 220 });
      expectAccepted(ran);
      expect(ran.stderr).to.equal('');
      expect(ran.stdout.split('\0').slice(0, -1)).to.deep.equal(expected);
    });
  });
});
