import { expect } from 'chai';
import { SpecError } from '../../lib/errors.js';
import { linesOf, parseYaml } from '../../lib/spec/yaml.js';

describe('yaml', () => {
  it('reads a text of comments only as an empty description', () => {
    expect(parseYaml('# nothing\n\n', 'lab.yaml')).to.deep.equal({});
    expect(parseYaml('---\n', 'lab.yaml')).to.deep.equal({});
    expect(parseYaml('\ufeff# nothing\r\n\t# at all\r...\r\n', 'lab.yaml')).to.deep.equal({});
    expect(parseYaml('# a name\rname: x\r', 'lab.yaml')).to.deep.equal({ name: 'x' });
  });

  it('names file, line and reason of a text that is not YAML', () => {
    const text = 'name: a\nredis: [\nport: 1\n';
    expect(() => parseYaml(text, 'lab.yaml'))
      .to.throw(SpecError)
      .with.nested.property('problems[0].origin')
      .that.matches(/^lab\.yaml:\d$/);
  });

  it('refuses a key that stands twice, instead of taking the last', () => {
    expect(() => parseYaml('name: a\nname: b\n', 'lab.yaml')).to.throw(SpecError, /duplicate/i);
  });

  it('knows the line of every path', () => {
    const text = [
      '# a lab', // 1
      'name: x', // 2
      'nodes:', // 3
      '  - name: master', // 4
      '    ip: 10.0.0.1', // 5
      '  - { name: slave1, ip: 10.0.0.2 }', // 6
      '? [odd, key]', // 7
      ': value', // 8
      'redis:', // 9
      '  config:', // 10
      '    - |-', // 11
      '      maxmemory 1mb', // 12
      '    - "x"', // 13
      'sentinel: {}', // 14
    ].join('\n');
    const lines = Object.fromEntries(linesOf(text));
    expect(lines).to.include({
      name: 2,
      nodes: 3,
      'nodes[0]': 4,
      'nodes[0].name': 4,
      'nodes[0].ip': 5,
      'nodes[1].ip': 6,
      'redis.config': 10,
      'redis.config[1]': 13,
      sentinel: 14,
    });
  });
});
