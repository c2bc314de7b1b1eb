import { expect } from 'chai';
import type { Shell } from '../../../lib/backends/machine/shell.js';
import type { Survey, Surveyed } from '../../../lib/backends/machine/survey.js';
import { untilAllRun } from '../../../lib/backends/machine/wait.js';
import { servicesOf } from '../../../lib/backends/services.js';
import type { CommandResult } from '../../../lib/command/call.js';
import { EXIT } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { refusal } from '../../support/failure.js';

const { model } = buildLab({});

/** All services run, but for one that is in this state. */
function seen(name: string, state: Partial<Surveyed>): Survey {
  const services = servicesOf(model).map((each) => ({
    ...each,
    pid: 1,
    state: 'running' as const,
    resting: false,
    failed: undefined,
    restarts: 0,
    ...(each.name === name ? state : {}),
  }));
  const server = {
    engine: 'redis',
    version: '7.0.15',
    program: '/usr/local/bin/redis-server',
  } as const;
  return { services, filtering: [], server };
}

describe('waiting until every service runs', () => {
  const dying = seen('master redis', { state: 'running', resting: false });
  const dead = seen('master redis', { state: 'stopped', resting: true });
  const starting = seen('master redis', { state: 'stopped', resting: false });
  const options = { onStep: () => {}, signal: undefined };

  function shell(calls: string[]): Shell {
    return {
      invocation: () => {
        throw new Error('nobody asked for it');
      },
      attempt: () => {
        throw new Error('nobody asked for it');
      },
      call: async (node, argv) => {
        calls.push(`${node}: ${argv.join(' ')}`);
        return '';
      },
    };
  }

  async function run(looks: readonly Survey[]) {
    const calls: string[] = [];
    const left = [...looks];
    await untilAllRun(shell(calls), dying, async () => left.shift() ?? dying, options);
    return calls;
  }

  it('starts what came to rest meanwhile, once', async () => {
    expect(await run([dead, dead, starting])).to.deep.equal([
      'master: sh -c systemctl reset-failed "$0" 2>/dev/null; exec systemctl start --no-block "$0" redis-server',
    ]);
  });

  /** Waits, with this journal. */
  const waitIn = async (journal: string, ...looks: readonly Survey[]) => {
    const left = [...looks];
    const attempt = async (): Promise<CommandResult> => ({
      command: '',
      code: 0,
      stderr: '',
      stdout: journal,
    });
    return refusal(
      untilAllRun({ ...shell([]), attempt }, dying, async () => left.shift() ?? dying, options),
    );
  };

  const failed = seen('slave1 redis', { state: 'stopped', resting: true, failed: 'exit-code' });

  it('says at once that one has ended again, with its last words and the way out', async () => {
    const journal =
      'Bad file format reading the append only file appendonly.aof.1.incr.aof: make a backup\n';
    const error = await waitIn(journal, failed, failed);
    expect(error).to.include({ exitCode: EXIT.program, code: 'server.failed-start' });
    expect(error.message.split('\n')).to.deep.equal([
      "slave1's Redis server ended when it was started (systemd: exit-code). Its last words:",
      `  ${journal.trim()}`,
      'Its append-only file is damaged. Make a copy of it, then cut off what cannot be read:',
      '  redis-lab exec slave1 -- /usr/local/bin/redis-check-aof --fix /var/lib/redis/appendonlydir/appendonly.aof.manifest',
      'Then: redis-lab up',
      'Or begin anew, without the data: redis-lab up --fresh',
    ]);
  });

  it('says at once that systemd starts one in vain', async () => {
    const error = await waitIn(
      '',
      seen('slave1 redis', { state: 'stopped', restarts: 1 }),
      seen('slave1 redis', { state: 'stopped', restarts: 3 }),
    );
    expect(error.exitCode).to.equal(EXIT.program);
    expect(error.message).to.match(/^slave1's Redis server ends again and again: .* 3 times/);
  });

  it('goes on where systemd started one in vain before it looked, as at a boot with a fault', async () => {
    const before = seen('slave1 sentinel', { state: 'stopped', restarts: 2 });
    expect(await run([before, seen('slave1 sentinel', { restarts: 3 })])).to.deep.equal([]);
    const anew = seen('slave1 sentinel', { state: 'stopped', restarts: 1 });
    expect(await run([before, anew, dying])).to.deep.equal([]);
  });

  it('leaves alone what is about to start', async () => {
    expect(await run([starting, starting])).to.deep.equal([]);
  });
});
