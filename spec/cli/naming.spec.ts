/** Hints are for the lab of the call that they stand in, and call the command as that did. */
import { expect } from 'chai';
import { asCalled, calledAs } from '../../lib/cli/called.js';
import { generate } from '../../lib/cli/generate.js';
import { liveCommands } from '../../lib/cli/live-commands.js';
import { commandLine, type Naming } from '../../lib/cli/words.js';

const X = { spec: 'my lab.yaml', set: ['name=x'], backend: 'incus', vm: true } as const;
const NAMED = "--spec 'my lab.yaml' --set name=x --backend incus --vm";
const DESCRIBED = "--spec 'my lab.yaml' --set name=x";

/** As it reads where the shell finds the command. */
const shown = (text: string, naming: Naming) =>
  asCalled(text, naming).replaceAll(calledAs(), 'redis-lab');

describe('a command line in a text', () => {
  for (const [text, expected] of [
    ['Bring it up: redis-lab up.', `Bring it up: redis-lab up ${NAMED}.`],
    ['redis-lab exec master -- ls', `redis-lab exec ${NAMED} master -- ls`],
    ['(redis-lab down), or', `(redis-lab down ${NAMED}), or`],
    ['See redis-lab\n    status; x', `See redis-lab\n    status ${NAMED}; x`],
    ['redis-lab up --build --fresh', `redis-lab up ${NAMED} --build --fresh`],
    ['redis-lab up --backend local', `redis-lab up ${DESCRIBED} --vm --backend local`],
    ['redis-lab cache add FILE', `redis-lab cache ${DESCRIBED} add FILE`],
    ['redis-lab generate', `redis-lab generate ${DESCRIBED}`],
  ] as const) {
    it(`names the lab of this call: ${text.replaceAll('\n', ' ')}`, () => {
      expect(shown(text, X)).to.equal(expected);
      // What has gone through it is not changed by it.
      expect(shown(expected, X)).to.equal(expected);
    });
  }

  it('of doctor names the class that it was asked about, as it was', () => {
    const fix = 'redis-lab doctor --fix can do it';
    const of = (more: object) => shown(fix, { backend: 'incus', ...more });
    expect(of({ class: '30' })).to.equal(
      'redis-lab doctor --backend incus --class 30 --fix can do it',
    );
    expect(of({ roster: 'a.csv' })).to.equal(
      'redis-lab doctor --backend incus --roster a.csv --fix can do it',
    );
    // That of handout is a file.
    expect(of({ class: 'a.csv' })).to.equal('redis-lab doctor --backend incus --fix can do it');
    expect(shown('redis-lab up', { backend: 'incus', class: '30' })).to.equal(
      'redis-lab up --backend incus',
    );
  });

  for (const text of [
    'redis-lab down --set name=another',
    'redis-lab down --set\n  name=another',
    "redis-lab status --spec 'their lab.yaml'",
    'redis-lab list',
    'redis-lab cache list',
    'redis-lab --help',
    'redis-lab did not make it',
  ]) {
    it(`leaves alone what is for another lab, or none: ${text}`, () => {
      expect(shown(text, X)).to.equal(text);
    });
  }

  it('has every command, and stays as it was made by one', () => {
    for (const { name } of [...liveCommands, generate]) {
      const line = commandLine(X, name);
      expect(shown(line, X)).to.equal(line);
      expect(asCalled(`redis-lab ${name}`, {})).to.equal(`${calledAs()} ${name}`);
    }
  });

  it('is plain where the call named no lab', () => {
    expect(shown('redis-lab up', { set: [] })).to.equal('redis-lab up');
    expect(shown('redis-lab up', { set: [], backend: 'local' })).to.equal(
      'redis-lab up --backend local',
    );
    expect(shown('redis-lab heal', { set: [], backend: 'local' })).to.equal('redis-lab heal');
  });
});
