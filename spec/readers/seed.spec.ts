import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { isoImage } from '../../lib/render/iso.js';
import { allNodes, folderOf, type LabNode, SEED } from './support/labs.js';
import { program, readers } from './support/readers.js';
import { expectAccepted, run } from './support/run.js';
import { scratch } from './support/scratch.js';

const [first] = allNodes() as [LabNode];

/** How each reader gives the bytes of a file of an image. */
const ISO_READERS: Readonly<Record<string, (image: string, file: string) => Promise<string>>> = {
  isoinfo: async (image, file) => output('isoinfo', ['-R', '-x', `/${file}`, '-i', image]),
  bsdtar: async (image, file) => output('bsdtar', ['-x', '-O', '-f', image, file]),
  xorriso: async (image, file) => {
    const into = path.join(scratch('xorriso'), file);
    const command = ['-osirrox', 'on', '-indev', image, '-extract', `/${file}`, into];
    await output('xorriso', command);
    return fs.readFileSync(into, 'utf8');
  },
};

for (const [name, extract] of Object.entries(ISO_READERS)) {
  readers(name, [program(name)], () => {
    for (const each of allNodes()) {
      it(`finds the three files beside it in the seed.iso of ${each.title}`, async () => {
        const { image, texts } = await seedOf(each);
        for (const file of SEED) expect(await extract(image, file), file).to.equal(texts[file]);
      });
    }

    it('shows when another file is in the image', async () => {
      const { image, texts } = await seedOf(first);
      const other = changed(image, '#cloud-config\n', '#cloud-konfig\n');
      expect(await extract(other, 'user-data')).not.to.equal(texts['user-data']);
    });
  });
}

readers('blkid', [program('blkid')], () => {
  it('finds the label that NoCloud looks for, on every seed', async () => {
    for (const each of allNodes()) {
      const { image } = await seedOf(each);
      const tags = await output('blkid', ['-p', '-o', 'export', image]);
      expect(tags.split('\n')).to.include.members(['LABEL=cidata', 'TYPE=iso9660']);
    }
  });

  it('finds another label as it is', async () => {
    const image = path.join(scratch('label'), 'seed.iso');
    fs.writeFileSync(image, isoImage('cidatb', []));
    expect(await output('blkid', ['-p', '-o', 'export', image])).to.include('LABEL=cidatb\n');
  });
});

/** A copy of an image with other bytes at one place. */
function changed(image: string, from: string, to: string): string {
  const bytes = fs.readFileSync(image);
  const at = bytes.indexOf(from);
  if (at < 0) throw new Error(`no ${from} in ${image}`);
  bytes.write(to, at);
  const copy = path.join(scratch('changed'), 'seed.iso');
  fs.writeFileSync(copy, bytes);
  return copy;
}

async function seedOf({ lab, node }: LabNode) {
  const folder = path.join(await folderOf(lab), 'nodes', node.name);
  const texts = Object.fromEntries(
    SEED.map((file) => [file, fs.readFileSync(path.join(folder, file), 'utf8')]),
  );
  return { image: path.join(folder, 'seed.iso'), texts };
}

async function output(command: string, args: readonly string[]): Promise<string> {
  const ran = await run(command, args);
  expectAccepted(ran);
  return ran.stdout;
}
