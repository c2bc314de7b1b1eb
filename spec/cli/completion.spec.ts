/** What a shell proposes, in a real Bash. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { proposing } from '../../lib/cli/completion.js';
import { liveCommands } from '../../lib/cli/live-commands.js';
import { SCENARIO_NAMES } from '../../lib/scenarios/names.js';
import { ROLES } from '../../lib/verify/role.js';
import { LINKED } from '../support/cli.js';

const FIVE = 'nodes: [{name: a, role: master}, {name: b}, {name: c}, {name: d}, {name: e}]\n';

describe('completion', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-complete-'));
    fs.writeFileSync(path.join(folder, 'five.yaml'), FIVE);
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** The words as Bash splits the line. */
  const proposed = async (...words: string[]): Promise<string[]> => {
    const script = `source <(redis-lab completion)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
f=$(complete -p redis-lab); f=\${f##*-F }; "\${f%% *}"
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await execa('bash', ['-c', script, 'bash', 'redis-lab', ...words], {
      cwd: folder,
      env: { PATH: `${LINKED}:${process.env['PATH']}`, SHELL: '/bin/bash' },
      timeout: 200_000,
    });
    return stdout.split('\n');
  };

  it('proposes nodes and roles', async () => {
    expect(await proposed('fault', 'crash', 'sl')).to.deep.equal(['slave1', 'slave2']);
    expect(await proposed('fault', 'crash', '@')).to.deep.equal(['@master', '@replica']);
    expect(await proposed('exec', '@')).to.deep.equal(['@master', '@replica', '@all']);
    expect(await proposed('logs', '@', 'ma')).to.deep.equal(['master']);
    expect(await proposed('--spec', 'five.yaml', 'ssh', 'd')).to.deep.equal(['d']);
  });

  it('proposes faults and scenarios', async () => {
    expect(await proposed('fault', 'p')).to.deep.equal(['partition', 'power-off']);
    expect(await proposed('verify', 'f')).to.deep.equal(['failover']);
  });

  it('knows what there is', async () => {
    const commands = await proposing(liveCommands, []);
    const choices = (command: string, positional: string) =>
      commands.find(({ name }) => name === command)?.positionals?.[positional]?.choices;
    expect(choices('verify', 'scenario')).to.deep.equal(SCENARIO_NAMES);
    expect(choices('ssh', 'node')).to.include.members([...ROLES]);
  });
});
