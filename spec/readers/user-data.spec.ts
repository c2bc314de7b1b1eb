/** cloud-init, an old and a new one, and a validator of another make check user-data. */
import fs from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv-draft-04';
import { expect } from 'chai';
import { load } from 'js-yaml';
import type { Lab } from '../../lib/lab/lab.js';
import { CloudInit } from './support/cloud-init.js';
import { aClient, allNodes, folderOf, LABS, plant, textOf } from './support/labs.js';
import { newerRoot } from './support/newer.js';
import { newer, program, readers } from './support/readers.js';
import { expectAccepted, expectRefused, type Ran, said } from './support/run.js';
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

/** `schema` of one cloud-init. */
type Schema = (file: string) => Promise<Ran>;

// Never --annotate: cloud-init 22.4 can crash over it.
const schemaOf =
  (cloudInit: () => CloudInit): Schema =>
  (file) =>
    cloudInit().run({ call: ['schema', '-c', cloudInit().at(file)] });

/** What both versions do; `rest` is for what only one does. */
function suite(schema: Schema, rest: () => void): void {
  for (const { title, lab, node } of [...allNodes(), aClient()]) {
    it(`has no objection and no warning for ${title}`, async () => {
      const folder = path.join(await folderOf(lab), 'nodes', node.name);
      expectValid(await schema(path.join(folder, 'user-data')));
    });
  }

  for (const [what, [right, wrong]] of Object.entries(WRONG_TYPES)) {
    it(`finds ${what}`, async () => {
      expectRefused(await schema(planted(plant(userData(), right, wrong))), /schema errors/i);
    });
  }

  it('tells of a key that will go away', async () => {
    const ran = await schema(planted(`${userData()}apt_update: true\n`));
    expect(() => expectValid(ran)).to.throw(/apt_update/);
  });

  rest();
}

readers('cloud-init schema', [program('cloud-init')], () => {
  suite(schemaOf(CloudInit.here), () => undefined);
});

readers('cloud-init schema of Debian 13', [newer], () => {
  const schema = schemaOf(CloudInit.newer);
  suite(schema, () => {
    it('finds a key that does not exist', async () => {
      const file = planted(plant(userData(), /^runcmd:/m, 'runcmnd:'));
      expectRefused(await schema(file), /runcmnd/);
    });
  });
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
  return path.join(scratchFiles('user-data', { 'user-data': text }), 'user-data');
}
