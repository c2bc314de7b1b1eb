/** Command lines that are mistakes, without a process: unknown commands, a command without its dashes, options without effect. */

import { expect } from 'chai';
import { exec } from '../../lib/cli/commands/node.js';
import { generate } from '../../lib/cli/generate.js';
import { liveCommands } from '../../lib/cli/live-commands.js';
import { refuseBadWords, withDashes } from '../../lib/cli/refused-words.js';
import { unknownCommand } from '../../lib/cli/unknown-command.js';
import { literal } from '../../lib/literal.js';
import { FAIL_OVER, MEASURE } from '../../lib/scenarios/names.js';

const NAMES = [...liveCommands.map(({ name }) => name), 'init', 'generate', 'schema', 'completion'];

describe('an unknown command', () => {
  const said = (word: string) => unknownCommand(word, NAMES).message.split('\n')[0];

  for (const [word, ours] of [
    ['start', 'up'],
    ['rm', 'down'],
    ['delete', 'down'],
    ['destroy', 'down'],
    ['Destroy', 'down'],
    ['ls', 'list'],
    ['ps', 'list'],
    ['shell', 'ssh'],
    ['restart', 'stop, then redis-lab up'],
    ['version', '--version'],
    ['help', '--help'],
  ]) {
    it(`of other tools leads to ours: ${word}`, () => {
      expect(said(String(word))).to.equal(
        `There is no command "${word}". Here that is: redis-lab ${ours}`,
      );
    });
  }

  for (const [word, meant] of [
    ['generte', 'generate'],
    ['lsit', 'list'],
    ['dwon', 'down'],
    ['statsu', 'status'],
    ['verfy', 'verify'],
    ['pu', 'up'],
    ['conect', 'connect'],
  ]) {
    it(`that is nearly ours: ${word}`, () => {
      expect(said(String(word))).to.equal(`There is no command "${word}". Did you mean ${meant}?`);
    });
  }

  for (const word of ['xx', 'foo', 'load', 'kubectl', 'constructor', '__proto__', 'Ω', '']) {
    it(`that is nothing like ours suggests nothing: ${word}`, () => {
      expect(said(word)).to.equal(`There is no command ${JSON.stringify(word)}.`);
    });
  }

  it('is none that there is', () => {
    for (const name of NAMES) expect(said(name)).to.not.include('Here that is');
  });
});

describe('the command of exec', () => {
  const words = (line: string) => withDashes(line.split(' '), exec).join(' ');

  for (const [line, meant] of [
    ['master redis-cli PING', 'master -- redis-cli PING'],
    ['master redis-cli -p 6379 --json', 'master -- redis-cli -p 6379 --json'],
    ['--spec master master ls -l', '--spec master master -- ls -l'],
    ['--set=name=x master --backend local ls', '--set=name=x master --backend local -- ls'],
    ['--vm master ls --vm', '--vm master -- ls --vm'],
    ['@all redis-cli info -- x', '@all -- redis-cli info -- x'],
  ]) {
    it(`needs no --: ${line}`, () => expect(words(String(line))).to.equal(meant));
  }

  for (const line of ['master -- ls -l', 'master', '--help', 'master --help', '-- ls']) {
    it(`is left as it is: ${line}`, () => expect(words(line)).to.equal(line));
  }
});

describe('an option that can have no effect', () => {
  const told = (name: string, argv: Record<string, unknown>): readonly string[] => {
    const command = [...liveCommands, generate].find((each) => each.name === name);
    if (!command) throw new Error(`there is no ${name}`);
    try {
      refuseBadWords({ set: [], ...argv }, command);
      return [];
    } catch (error) {
      const lines = (error as Error).message.split('\n');
      expect(lines.pop()).to.equal('See: redis-lab --help');
      return lines;
    }
  };

  for (const [name, argv, ...starts] of [
    ['generate', { check: true, 'dry-run': true }, '--check and --dry-run both write nothing'],
    ['generate', { check: true, force: true }, '--check writes nothing'],
    ['up', { vm: true, backend: 'local' }, '--vm is for the backend incus, and this is local.'],
    ['verify', { list: true, scenario: ['sleep'] }, '--list runs nothing. Leave it out, or sleep.'],
    ['verify', { list: true, all: true }, '--list runs nothing. Leave it out, or --all.'],
    ['verify', { all: true, scenario: ['sleep'] }, '--all is every scenario.'],
    [
      'up',
      { vm: false, backend: 'vagrant' },
      '--vm is for the backend incus, and this is vagrant.',
    ],
    ['up', { build: true, backend: 'incus' }, '--build is for the backend local; with incus'],
    ['up', { build: true, vm: true }, '--build is for the backend local, and --vm for incus.'],
    ['up', { verbose: true, verify: false }, '-v tells all of the proof'],
    ['up', { verbose: true, verify: true, json: true }, '-v tells in words'],
    ['doctor', { yes: true }, '--yes goes with --fix.'],
    ['doctor', { yes: true, vm: true, backend: 'local' }, '--vm is for', '--yes goes with --fix.'],
    ['status', { interval: '2s' }, '--interval goes with --watch.'],
    ['logs', { vm: true, backend: 'local' }, '--vm is for'],
    ['logs', { tail: '0' }, '--tail 0 shows nothing'],
    ['verify', { yes: true }, '--yes goes with --fresh.'],
    ['verify', { heal: true, fresh: true }, '--fresh begins anew'],
    ['verify', { lang: 'id' }, '--lang is the language of the page'],
    ['verify', { scenario: ['replication'], rejoin: 'natural' }, '--rejoin is for failover'],
    ['verify', { junit: 'a/../x', report: 'x' }, '--junit and --report name the same file'],
    [
      'verify',
      { scenario: ['replication'], 'max-outage': '8s', 'max-writable': '6s', 'max-lost': '0' },
      `--max-writable is for ${FAIL_OVER.join(', ')}: none`,
      `--max-outage is for ${MEASURE.join(', ')}: none`,
      `--max-lost is for ${MEASURE.join(', ')}: none`,
    ],
    ['handout', { backend: 'local' }, '--backend has no effect on the paper'],
    ['handout', { vm: true }, '--vm has no effect on the paper'],
    [
      'handout',
      { record: 'a.json', lang: 'id', edition: 'student', format: 'md', for: 'x', file: 'y' },
      '--lang is for the paper',
      '--edition is for the paper',
      '--format is for the paper',
      '--for is for the paper',
      '--file is for the paper',
    ],
    ['handout', { record: 'a.json', recorded: 'b.json' }, '--recorded is for the paper'],
  ] as const) {
    it(`is refused: ${name} ${Object.keys(argv).join(' ')}`, () => {
      const lines = told(name, argv);
      expect(lines.length, lines.join('\n')).to.equal(starts.length);
      for (const [i, start] of starts.entries()) expect(lines[i]).to.match(startsWith(start));
    });
  }

  for (const [name, argv] of [
    ['up', { vm: true, backend: 'incus' }],
    ['up', { vm: true, backend: 'auto' }],
    ['up', { vm: true }],
    ['up', { build: true, backend: 'local' }],
    ['up', { build: true, fresh: true, yes: true, verify: false, json: true }],
    ['up', { verbose: true, verify: true }],
    ['verify', { fresh: true, yes: true, report: 'x', lang: 'id', junit: 'y' }],
    ['verify', { scenario: ['failover'], rejoin: 'natural', 'max-lost': '0' }],
    ['verify', { heal: true, 'max-outage': '8s' }],
    ['handout', { record: 'a.json', backend: 'local' }],
    ['handout', { recorded: 'a.json', file: 'b', format: 'pdf', for: 'x' }],
    ['generate', { 'dry-run': true, force: true }],
    ['doctor', { fix: true, yes: true, vm: true }],
    ['status', { watch: true, interval: '2s' }],
    ['logs', { tail: '0', follow: true }],
    ['logs', { tail: '10' }],
    ['logs', {}],
  ] as const) {
    it(`is taken where it has one: ${name} ${Object.keys(argv).join(' ')}`, () => {
      expect(told(name, argv)).to.deep.equal([]);
    });
  }
});

function startsWith(text: string): RegExp {
  return new RegExp(`^${literal(text)}`);
}
