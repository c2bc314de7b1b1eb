/** What `--fix` offers, and to whom. */

import { expect } from 'chai';
import type { BackendName } from '../../lib/backends/registry.js';
import type { Check } from '../../lib/doctor/check.js';
import { mendable } from '../../lib/doctor/mendable.js';
import { quoted } from '../../lib/report/messages.js';

const remedy = { describe: 'mend it', run: async () => {} };
const check = (
  name: string,
  about: readonly BackendName[],
  state: Check['state'],
  more: Partial<Check> = { remedy },
): Check => ({
  code: name.toLowerCase(),
  name: quoted(name),
  about,
  state,
  seen: quoted('seen'),
  why: quoted('Why.'),
  ...more,
});
const good = (name: string, backend: BackendName) => check(name, [backend], 'good', {});
const machines = [good('Vagrant', 'vagrant'), good('Provider', 'vagrant')];
const processes = [good('Redis server', 'local')];

const PLUGIN = check('Plugin', ['vagrant'], 'bad');
const BOX = check('Box', ['vagrant'], 'poor');
const MODULE = check('Module', ['vagrant', 'incus'], 'bad');
const SERVER = check('Server', ['local'], 'bad');
const BY_HAND = check('By hand', ['vagrant'], 'bad', { fix: quoted('Do it yourself.') });

describe('what can be mended', () => {
  for (const [where, checks, asked, names] of [
    ['nothing, where all is well', [...machines, ...processes], undefined, []],
    ['nothing that has no remedy', [BY_HAND, ...processes], undefined, []],
    ['what is bad for the backend that was asked for', [PLUGIN, SERVER], 'vagrant', ['Plugin']],
    ['also what could be better for that', [BOX, PLUGIN, SERVER], 'vagrant', ['Box', 'Plugin']],
    ['what is bad for more than one, for each of them', [MODULE, SERVER], 'incus', ['Module']],
    [
      'what is bad for any, though another one would be taken',
      [PLUGIN, MODULE, ...processes],
      undefined,
      ['Plugin', 'Module'],
    ],
    [
      'not what could be better for one that is not taken',
      [BOX, PLUGIN, ...processes],
      undefined,
      ['Plugin'],
    ],
    [
      'what could be better for the one that is',
      [...machines, BOX, SERVER],
      undefined,
      ['Box', 'Server'],
    ],
    [
      'all of it where none would work',
      [PLUGIN, BOX, SERVER],
      undefined,
      ['Plugin', 'Box', 'Server'],
    ],
  ] as const) {
    it(where, () => {
      expect(mendable(checks, asked).map(({ name }) => name.text)).to.deep.equal(names);
    });
  }
});
