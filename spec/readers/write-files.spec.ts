/** cloud-init writes, from user-data, what lies beside it for people to read. */
import path from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import type { RenderedFile } from '../../lib/render/file.js';
import { MACHINE } from '../../lib/render/layout.js';
import { CloudInit } from './support/cloud-init.js';
import { allNodes, type LabNode, plant, SEED, textOf } from './support/labs.js';
import { newer, readers } from './support/readers.js';
import { expectAccepted } from './support/run.js';
import { scratch, scratchFiles } from './support/scratch.js';

describe('user-data', () => {
  for (const each of allNodes()) {
    it(`writes the plain files of ${each.title}, all and no other`, () => {
      const userData = load(textOf(each.lab, `nodes/${each.node.name}/user-data`)) as {
        write_files: { path: string; permissions: string; content: string }[];
      };
      const written = userData.write_files.map(({ path, permissions, content }) => {
        expect(permissions).to.match(/^0[0-7]{3}$/);
        return { path, mode: Number.parseInt(permissions, 8), content };
      });
      expect(written).to.deep.equal(kit(each));
    });
  }
});

readers('write_files of cloud-init of Debian 13', [newer], () => {
  for (const each of allNodes()) {
    it(`leaves the plain files of ${each.title} on the machine`, async () => {
      const { lab, node } = each;
      const written = await machineAfter(textOf(lab, `nodes/${node.name}/user-data`));
      expect(written).to.have.deep.members(kit(each));
    });
  }

  it('shows when user-data says another mode or another content', async () => {
    const [each] = allNodes() as [LabNode];
    const text = textOf(each.lab, `nodes/${each.node.name}/user-data`);
    for (const planted of [
      plant(text, "permissions: '0755'", "permissions: '0700'"),
      plant(text, "NODE_NAME='master'", "NODE_NAME='other'"),
    ]) {
      expect(await machineAfter(planted)).not.to.have.deep.members(kit(each));
    }
  });

  /** The very code of cloud-init writes, and what it left is looked at. */
  const script = (userData: string) => `
import json, logging, os, sys, yaml
from cloudinit.config.cc_write_files import write_files
logging.basicConfig(level=logging.WARNING)
config = yaml.safe_load(open('${userData}'))
write_files('write_files', config['write_files'], 'root')
found = []
for folder, _, names in os.walk('/opt'):
    for name in names:
        path = os.path.join(folder, name)
        content = open(path, newline='').read()
        found.append({'path': path, 'mode': os.stat(path).st_mode & 0o7777, 'content': content})
json.dump(found, sys.stdout)
`;

  async function machineAfter(userData: string): Promise<unknown> {
    const file = path.join(scratchFiles('write-files', { 'user-data': userData }), 'user-data');
    const written = scratch('written');
    const newer = CloudInit.newer();
    const ran = await newer.run({
      call: { script: script(newer.at(file)) },
      mounts: { '/opt': written },
      folders: [written],
    });
    expectAccepted(ran);
    expect(ran.stderr).to.equal('');
    return JSON.parse(ran.stdout);
  }
});

/** What the kit folder of the machine is to hold: the plain files but the seed's own. */
function kit({ lab, node }: LabNode) {
  const below = `nodes/${node.name}/`;
  return lab
    .files()
    .filter((file) => file.path.startsWith(below))
    .map((file) => ({ ...file, path: file.path.slice(below.length) }))
    .filter((file) => ![...SEED, 'seed.iso'].includes(file.path))
    .map(({ path, mode, content }: RenderedFile) => ({
      path: `${MACHINE.kitDir}/${path}`,
      mode,
      content,
    }));
}
