/** The command lines of a running lab, where there is none. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { statusJsonSchema } from '../../.ci/json-schemas.js';
import { liveCommands } from '../../lib/cli/live-commands.js';
import { INCIDENT_NAMES, SCENARIO_NAMES } from '../../lib/scenarios/names.js';
import { type Outcome, redisLab } from '../support/cli.js';

describe('redis-lab, without a running lab', function () {
  this.timeout(30_000);
  let folder: string;
  const run = (...args: string[]): Promise<Outcome> =>
    redisLab(folder, args, { env: { XDG_STATE_HOME: path.join(folder, 'state') } });

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-spec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe('usage', () => {
    for (const [args, message] of [
      [
        ['up', '--backend', 'vagrnt'],
        '--backend cannot be "vagrnt": it can be auto, local, incus, vagrant.',
      ],
      [['up', '--yes=maybe'], '--yes is true or false, not "maybe".'],
      [['up', 'master'], 'Unknown argument: master'],
      [['--verison'], 'There is no option --verison. Did you mean --version?'],
      [['status', '--interval', '2s'], '--interval goes with --watch.'],
      [['status', '--watch', '--interval', '5'], '--interval is a time from 100ms to 1h, not "5".'],
      [['status', '--watch', '--interval', ''], '--interval needs a value, and this one is empty.'],
      [['verify', 'failovr'], 'There is no scenario "failovr". Did you mean failover?'],
      [
        ['verify', 'x'],
        `There is no scenario "x". There is ${[...SCENARIO_NAMES, ...INCIDENT_NAMES].join(', ')}.`,
      ],
      [['verify', ''], '<scenario> is empty.'],
      [['verify', '--repeat', '0'], '--repeat is a whole number from 1 to 10000, not "0".'],
      [['verify', '--repeat', '1e3'], '--repeat is a whole number from 1 to 10000, not "1e3".'],
      [['verify', '--rejoin', 'slow'], '--rejoin cannot be "slow": it can be hurried, natural.'],
      [['fault'], 'redis-lab fault needs <kind> [node].'],
      [['verify', '--max-outage', '8'], '--max-outage is a time, such as 8s or 6500ms, not "8".'],
      [['verify', '--max-lost', '-1'], '--max-lost is a whole number, not "-1".'],
      [['fault', 'crsh', 'master'], 'There is no fault "crsh". Did you mean crash?'],
      [['fault', 'crash', '@slave'], 'There is no node "@slave". Did you mean @replica?'],
      [
        ['fault', 'crash', 'master', '--delay', '20', '--from', 'slave1'],
        'crash takes only --for, not --delay, --from.',
      ],
      [
        ['fault', 'crash', 'master', '--for', '30'],
        '--for is a time from 1ms to 24h, such as 30s, not "30".',
      ],
      [['fault', 'partition', 'master,slave3'], 'There is no node "slave3". Did you mean slave1?'],
      [['exec', '@alle', 'true'], 'There is no node "@alle". Did you mean @all?'],
      [['fault', 'crash', 'slave3'], 'There is no node "slave3". Did you mean slave1?'],
      [['heal', 'master'], 'Unknown argument: master'],
      [['logs', 'mastr'], 'There is no node "mastr". Did you mean master?'],
      [['logs', '--service', 'sshd'], '--service cannot be "sshd": it can be redis, sentinel.'],
      [['logs', '--tail', 'all'], '--tail is a whole number from 0 to 1000000, not "all".'],
      [['exec'], 'redis-lab exec needs <node>.'],
      [
        ['exec', 'master'],
        'exec needs a command, such as: redis-lab exec master -- redis-cli PING',
      ],
      [
        ['exec', 'master', '--'],
        'exec needs a command, such as: redis-lab exec master -- redis-cli PING',
      ],
      [
        ['exec', 'nobody', '--', 'true'],
        'There is no node "nobody". There is master, slave1, slave2, @master, @replica, @all.',
      ],
      [
        ['exec', 'nobody', 'redis-cli', '--json'],
        'There is no node "nobody". There is master, slave1, slave2, @master, @replica, @all.',
      ],
      [['ssh'], 'redis-lab ssh needs <node>.'],
      [['stop', '--', 'master'], 'Unknown argument: master'],
      [['down', '--force'], 'Unknown argument: force'],
      [['down', '--set', 'sentinel.quorm=1'], 'the description has 1 problem:'],
    ] as const) {
      it(`is refused with 2: ${args.join(' ')}`, async () => {
        const { exitCode, stdout, stderr } = await run(...args);
        expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: '' });
        expect(stderr.split('\n')[0]).to.equal(`redis-lab: ${message}`);
      });
    }

    it('leaves nothing behind', async () => {
      await run('verify', 'failovr');
      await run('exec', 'nobody', '--', 'true');
      expect(readdirSync(folder)).to.deep.equal([]);
    });

    for (const { name, describe: what, options } of liveCommands) {
      it(`has help: ${name}`, async () => {
        const { exitCode, stdout } = await run(name, '--help');
        expect(exitCode).to.equal(0);
        expect(stdout).to.include(`redis-lab ${name}`);
        for (const option of Object.keys(options)) expect(stdout).to.include(`--${option}`);
        expect(stdout.includes('--backend')).to.equal(
          !['cache', 'check', 'list', 'report'].includes(name),
        );
        expect(stdout.replaceAll(/\s+/g, ' ')).to.include(what);
      });
    }

    it('says in the help of exec where the command stands', async () => {
      const { stdout } = await run('exec', '--help');
      expect(stdout).to.match(/^redis-lab exec <node> -- <command\.\.>\n/);
    });
  });

  it('status ends with 1 and says how to begin, and what it prints as JSON is of its schema', async () => {
    expect(await run('status')).to.deep.equal({
      exitCode: 1,
      stdout: 'Lab redis-lab (local): not here. To bring it up: redis-lab up',
      stderr: '',
    });
    const { exitCode, stdout } = await run('status', '--json');
    expect(exitCode).to.equal(1);
    const validate = new Ajv({ strict: true, strictTypes: false }).compile(statusJsonSchema());
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).to.equal(true);
  });

  it('stop and down have nothing to do, and say so', async () => {
    expect((await run('stop')).stdout).to.equal('Nothing of the lab redis-lab was running.');
    expect((await run('down')).stdout).to.equal('Nothing of the lab redis-lab is left here.');
    expect(JSON.parse((await run('down', '--json')).stdout)).to.deep.equal({ ended: [] });
  });

  it('heal does not bring up what was never there', async () => {
    const { exitCode, stdout, stderr } = await run('heal', '--set', 'name=mine');
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: '' });
    expect(stderr).to.equal(
      'redis-lab: The lab mine is not up here. To bring it up: redis-lab up --set name=mine',
    );
  });

  it('ssh says without a terminal what to use instead', async () => {
    const { exitCode, stderr } = await run('ssh', 'master');
    expect(exitCode).to.equal(2);
    expect(stderr).to.include('redis-lab exec master -- redis-cli PING');
  });

  it('--json gives the code of an error where there is no result', async () => {
    const { exitCode, stdout } = await run('fault', 'crash', 'master', '--json');
    expect(exitCode).to.equal(2);
    const { error } = JSON.parse(stdout);
    expect(error).to.include({ code: 'lab.not-up', exitCode: 2 });
    expect(error.message).to.include('redis-lab up');
    const usage = await run('status', '--json', '--interval', '1s');
    expect(JSON.parse(usage.stdout).error).to.include({ code: 'usage.invalid' });
  });

  it('a --json behind -- is not ours', async () => {
    const { exitCode, stdout } = await run(
      'exec',
      'master',
      '--set',
      'name=X',
      '--',
      'a',
      '--json',
    );
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: '' });
  });
});
