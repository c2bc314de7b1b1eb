import { expect } from 'chai';
import { booted } from '../../../lib/backends/machine/boot.js';
import type { CallOptions, Shell } from '../../../lib/backends/machine/shell.js';
import { bootingBy } from '../../../lib/backends/vagrant/boot.js';
import { NO_CONNECTION } from '../../../lib/backends/vagrant/ssh.js';
import { EXIT, RedisLabError } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { masterOf } from '../../../lib/model/model.js';
import { inEnglish, type Sentence } from '../../../lib/report/messages.js';
import { refusal } from '../../support/failure.js';

const { model } = buildLab();
const DONE = '--- cloud-init status\n{"v1": {"errors": []}}\n';

interface Answer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  /** It takes so long, or as long as it may. */
  readonly ms?: number;
}

/** Gives one answer after another, the last one again and again. */
function shellThat(...answers: readonly Answer[]): { shell: Shell; asked: () => number } {
  let asked = 0;
  const attempt = async (_: string, argv: readonly string[], options: CallOptions = {}) => {
    if (argv.join(' ').includes('tail -n 15')) {
      return { command: '', code: 0, stdout: 'the last line of the log\n', stderr: '' };
    }
    const { stdout = '', stderr = '', code = 0, ms = 0 } = answers[asked] ?? answers.at(-1) ?? {};
    asked += 1;
    for (const line of `${stdout}${stderr}`.split('\n')) if (line) options.onLine?.(line);
    const { deadlineMs = 0 } = options;
    await new Promise((resolve) => setTimeout(resolve, Math.min(ms, deadlineMs)));
    if (ms > deadlineMs) throw new RedisLabError('late', { exitCode: EXIT.deadline });
    return { command: '', code, stdout, stderr };
  };
  const shell = { attempt, call: async () => '', invocation: () => ({ program: '', args: [] }) };
  return { shell, asked: () => asked };
}

const LOST = {
  code: NO_CONNECTION,
  stderr: 'ssh: connect to host 127.0.0.1: Connection refused\n',
};

function boot(
  shell: Shell,
  { backMs, ...times }: { withinMs?: number; backMs: number },
  steps: string[] = [],
) {
  const onStep = (step: Sentence) => steps.push(inEnglish(step));
  const by = bootingBy(shell, model, backMs);
  const onStill = () => undefined;
  return booted(by, masterOf(model), { onStep, onStill, signal: undefined, ...times });
}

describe('the first boot of a machine', () => {
  it('is over when cloud-init is, however often the connection was lost until then', async () => {
    const spoke = { ...LOST, stdout: 'redis-lab: building redis 8.2.8\n', ms: 60 };
    const steps: string[] = [];
    const { shell, asked } = shellThat(LOST, spoke, LOST, spoke, LOST, { stdout: DONE });
    await boot(shell, { backMs: 100 }, steps);
    expect(asked()).to.equal(6);
    expect(steps).to.deep.equal(['building redis 8.2.8', 'building redis 8.2.8']);
  });

  it('is given up when the machine stays away, with what ssh and the machine said last', async () => {
    const { shell } = shellThat({ ...LOST, stdout: 'redis-lab: building redis 8.2.8\n' }, LOST);
    const error = await refusal(boot(shell, { backMs: 100 }));
    expect(error.exitCode).to.equal(EXIT.program);
    expect(error.message)
      .to.include('for 0.1 s while it booted (ssh: connect to host 127.0.0.1: Connection refused)')
      .and.include('its last step: building redis 8.2.8');
  });

  it('has one deadline for all of it, and says how far it came', async () => {
    const building = { stdout: 'redis-lab: building redis 8.2.8\n', ms: 10_000 };
    const { shell } = shellThat(LOST, building);
    const error = await refusal(boot(shell, { withinMs: 300, backMs: 100 }));
    expect(error.exitCode).to.equal(EXIT.deadline);
    expect(error.message)
      .to.include('was not through its first boot after 0.005 minutes')
      .and.include('its last step: building redis 8.2.8')
      .and.include('the last line of the log');
  });
});
