import { expect } from 'chai';
import { load } from 'js-yaml';
import { buildLab } from '../../lib/lab.js';
import { kitFiles } from '../../lib/render/node-files.js';
import { cloudConfig, userData } from '../../lib/render/user-data.js';
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
