/** cloud-init, an old and a new one, and a validator of another make check user-data. */
import fs from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv-draft-04';
import { expect } from 'chai';
import { load } from 'js-yaml';
import type { Lab } from '../../lib/lab.js';
import { allNodes, folderOf, LABS, plant, textOf } from './support/labs.js';
import { newerRoot, runNewer } from './support/newer.js';
import { newer, program, readers } from './support/readers.js';
import { expectAccepted, expectRefused, type Ran, run, said } from './support/run.js';
import { scratchFiles } from './support/scratch.js';

const WRONG_TYPES = {
  'a number for a locale': [/^locale: .*/m, 'locale: 17'],
  'a mode without quotes, which YAML 1.1 reads as octal': [
    /permissions: '0644'/,
    'permissions: 0644',
  ],
  'a misspelt key of write_files': [/^ {4}permissions:/m, '    permision:'],
  'something other than a list of commands': [/^runcmd:/m, 'runcmd: true\nbootcmd:'],
} as const;

/** `schema FILE` of one cloud-init. */
type Schema = (folder: string, file: string) => Promise<Ran>;

/** What both versions do; `rest` is for what only one does. */
function suite(schema: Schema, rest: () => void): void {
  for (const { title, lab, node } of allNodes()) {
    it(`has no objection and no warning for ${title}`, async () => {
      const folder = path.join(await folderOf(lab), 'nodes', node.name);
      expectValid(await schema(folder, 'user-data'));
    });
  }

  for (const [what, [right, wrong]] of Object.entries(WRONG_TYPES)) {
    it(`finds ${what}`, async () => {
      const folder = planted(plant(userData(), right, wrong));
      expectRefused(await schema(folder, 'user-data'), /schema errors/i);
    });
  }

  it('tells of a key that will go away', async () => {
    const ran = await schema(planted(`${userData()}apt_update: true\n`), 'user-data');
    expect(() => expectValid(ran)).to.throw(/apt_update/);
  });

  rest();
}

readers('cloud-init schema', [program('cloud-init')], () => {
  // Never --annotate: cloud-init 22.4 can crash over it.
  suite(
    (folder, file) => run('cloud-init', ['schema', '-c', path.join(folder, file)]),
    () => undefined,
  );
});

readers('cloud-init schema of Debian 13', [newer], () => {
  suite(
    (folder, file) => runNewer({ '/mnt': folder }, 'cloud-init', ['schema', '-c', `/mnt/${file}`]),
    () => {
      it('finds a key that does not exist', async () => {
        const folder = planted(plant(userData(), /^runcmd:/m, 'runcmnd:'));
        const ran = await runNewer({ '/mnt': folder }, 'cloud-init', [
          'schema',
          '-c',
          '/mnt/user-data',
        ]);
        expectRefused(ran, /runcmnd/);
      });
    },
  );
});

readers("ajv with cloud-init's own JSON Schema", [newer], () => {
  const SCHEMA =
    'usr/lib/python3/dist-packages/cloudinit/config/schemas/schema-cloud-config-v1.json';
  let validate: (data: unknown) => string;

  before(() => {
    const ajv = new Ajv.default({ allErrors: true, strict: false, validateFormats: false });
    const schema = JSON.parse(fs.readFileSync(path.join(newerRoot(), SCHEMA), 'utf8')) as object;
    const check = ajv.compile(schema);
    validate = (data) => (check(data) ? '' : ajv.errorsText(check.errors));
  });

  for (const { title, lab, node } of allNodes()) {
    it(`has no objection for ${title}`, () => {
      expect(validate(load(userData(lab, node.name)))).to.equal('');
    });
  }

  for (const [what, [right, wrong]] of Object.entries({
    ...WRONG_TYPES,
    'a key that does not exist': [/^runcmd:/m, 'runcmnd:'] as const,
  })) {
    it(`finds ${what}`, () => {
      expect(validate(load(plant(userData(), right, wrong)))).not.to.equal('');
    });
  }
});

function expectValid(ran: Ran): void {
  expectAccepted(ran);
  expect(ran.stdout + ran.stderr, said(ran)).to.match(
    /^Valid (cloud-config: |schema )\S+user-data\n$/,
  );
}

function userData(lab: Lab = LABS.course, node = 'slave1'): string {
  return textOf(lab, `nodes/${node}/user-data`);
}

function planted(text: string): string {
  return scratchFiles('user-data', { 'user-data': text });
}
