/** The files of a lab with a client: what that machine gets, and what it does not. */
import { expect } from 'chai';
import { load } from 'js-yaml';
import { instanceYaml } from '../../lib/backends/incus/instance.js';
import { shareKeyOf } from '../../lib/backends/incus/resources.js';
import { buildLab } from '../../lib/lab/lab.js';
import type { ClientModel } from '../../lib/model/model.js';
import { kitFiles, nodeFiles } from '../../lib/render/node-files.js';

const lab = buildLab({ nodes: [{ role: 'master' }, {}, {}, { role: 'client' }] });
const { model } = lab;
const [client] = model.clients as [ClientModel];
const files = new Map(lab.files().map(({ path, content }) => [path, content]));
const textOf = (file: string) => String(files.get(file));
const KEY = 'ab'.repeat(32);

describe('the files of a client', () => {
  it('are those of a machine, and none of a server', () => {
    const names = [...files.keys()].filter((name) => name.startsWith('nodes/client1/'));
    expect(names.map((name) => name.replace('nodes/client1/', '')).sort()).to.deep.equal([
      'bootstrap.sh',
      'common.sh',
      'firewall.sh',
      'hosts',
      'lab.env',
      'meta-data',
      'network-config',
      'seed.iso',
      'unpack.py',
      'user-data',
    ]);
    expect(textOf('nodes/client1/lab.env'))
      .to.match(/^NODE_IP='192\.168\.100\.14'$/m)
      .and.match(/^RUN_REDIS='0'\nRUN_SENTINEL='0'$/m)
      .and.match(/^SHARE='0'$/m);
  });

  it('name the other machines by their addresses', () => {
    expect(textOf('nodes/client1/hosts').split('\n')).to.deep.equal([
      '192.168.100.11 master # redis-lab',
      '192.168.100.12 slave1 # redis-lab',
      '192.168.100.13 slave2 # redis-lab',
      '',
    ]);
  });

  it('have no key by which builds are signed, whatever brings them', () => {
    const kits = [
      kitFiles(model, client, KEY),
      nodeFiles(model, client, { payload: [], shareKey: KEY }),
    ];
    for (const kit of kits) {
      const told = kit.filter(({ content }) => Buffer.from(content).includes(KEY));
      expect(told.map(({ path }) => path)).to.deep.equal([]);
    }
    const ground = { pool: 'default', uplink: undefined, shareKey: KEY, member: undefined };
    expect(instanceYaml(model, client, ground)).not.to.include(KEY);
    const { config } = load(instanceYaml(model, model.nodes[1] as never, ground)) as {
      config: Record<string, string>;
    };
    expect(shareKeyOf({ config })).to.equal(KEY);
    // Where cloud-init shows it to nobody.
    const places = Object.entries(config).filter(([, value]) => value.includes(KEY));
    expect(places.map(([name]) => name)).to.deep.equal(['user.user-data']);
    expect(textOf('Vagrantfile'))
      .to.match(/name: 'client1', .*, client: true }/)
      .and.match(/REDIS_LAB_SHARE_KEY.*sensitive: true unless node\[:client\]$/m);
  });

  it('are let in by the firewall of each node, and change nothing else there', () => {
    const without = new Map(
      buildLab()
        .files()
        .map(({ path, content }) => [path, content]),
    );
    for (const [name, content] of without) {
      if (!name.startsWith('nodes/') || /\/(?:user-data|seed\.iso)$/.test(name)) continue;
      const there = files.get(name);
      if (name.endsWith('/lab.env')) {
        const allow = /^(ALLOW='.*)'$/m;
        expect(there, name).to.equal(String(content).replace(allow, "$1 192.168.100.14'"));
      } else expect(there, name).to.deep.equal(content);
    }
    expect([...without.keys()].filter((name) => !files.has(name))).to.deep.equal([]);
  });
});
