import { expect } from 'chai';
import { load } from 'js-yaml';
import { buildLab } from '../../lib/lab/lab.js';
import { labFiles } from '../../lib/render/lab-files.js';
import { kitFiles, nodeFiles } from '../../lib/render/node-files.js';
import { cloudConfig, userData } from '../../lib/render/user-data.js';
import { vagrantfile } from '../../lib/render/vagrantfile.js';
import { toYaml } from '../../lib/render/yaml.js';

describe('user-data', () => {
  const { model } = buildLab();

  it('is the dump of its object, to the letter, behind its header', () => {
    for (const node of model.nodes) {
      const kit = kitFiles(model, node);
      const text = userData(model, node, kit);
      const [first, comment, ...rest] = text.split('\n');
      expect(first).to.equal('#cloud-config');
      expect(comment).to.match(/^# /);
      expect(rest.join('\n')).to.equal(toYaml(cloudConfig(kit)));
      expect(load(text)).to.deep.equal(cloudConfig(kit));
    }
  });

  it('names no users: an image makes its own, whatever they are called, only where no list takes their place', () => {
    for (const node of model.nodes) {
      const config = load(userData(model, node, kitFiles(model, node))) as object;
      for (const key of ['users', 'user', 'groups', 'packages', 'apt', 'package_update']) {
        expect(config).not.to.have.property(key);
      }
    }
  });

  it('keeps text of every shape', () => {
    const [node] = model.nodes;
    if (!node) throw new Error('no node');
    for (const content of [
      '',
      '\n',
      'x',
      '  lead\n',
      'a\n\n\nb',
      'tail  \n',
      '\t\n',
      '- a\n',
      'a\u0000b',
      '\n\n x\n',
      'ab\n',
      'a\n\n  b\n   \n\tc #\n: d\n',
      '---\n...\n',
      '#!/x\n%\n',
    ]) {
      const kit = [{ path: 'x', mode: 0o644 as const, content }];
      expect(load(userData(model, node, kit)), JSON.stringify(content)).to.deep.equal(
        cloudConfig(kit),
      );
      expect(userData(model, node, kit).split('\n').slice(2).join('\n')).to.equal(
        toYaml(cloudConfig(kit)),
      );
    }
  });
});

describe('the key of the share', () => {
  const KEY = '5eed'.repeat(16);
  const { model } = buildLab();

  it('is in no file that is generated', () => {
    for (const { path, content } of labFiles(model)) {
      expect(path).not.to.include('share.key');
      // The scripts and the Vagrantfile say where it comes to lie, and nobody has one yet.
      expect(Buffer.from(content).toString('latin1')).not.to.match(/share\.key\n\s+permissions/);
    }
  });

  it('is in the user-data and on the seed of a lab that is brought up, for root alone', () => {
    for (const node of model.nodes) {
      const files = nodeFiles(model, node, { payload: [], shareKey: KEY });
      const having = files.filter(({ content }) => Buffer.from(content).includes(KEY));
      expect(having.map(({ path }) => path)).to.deep.equal([
        `nodes/${node.name}/user-data`,
        `nodes/${node.name}/seed.iso`,
      ]);
      const { write_files } = load(String(having[0]?.content)) as ReturnType<typeof cloudConfig>;
      expect(write_files.filter(({ content }) => content.includes(KEY))).to.deep.equal([
        { path: '/opt/redis-lab/share.key', permissions: '0600', content: `${KEY}\n` },
      ]);
    }
  });

  it('is nowhere where nothing is shared', () => {
    const lab = buildLab({ redis: { install: 'package' } }).model;
    for (const node of lab.nodes) {
      const files = nodeFiles(lab, node, { payload: [], shareKey: KEY });
      expect(files.filter(({ content }) => Buffer.from(content).includes(KEY))).to.deep.equal([]);
    }
    expect(vagrantfile(lab)).not.to.include('SHARE_KEY');
  });
});
