import { expect } from 'chai';
import type { Shell } from '../../../lib/backends/machine/shell.js';
import type { Survey, Surveyed } from '../../../lib/backends/machine/survey.js';
import { untilAllRun } from '../../../lib/backends/machine/wait.js';
import { servicesOf } from '../../../lib/backends/services.js';
import { buildLab } from '../../../lib/lab/lab.js';

const { model } = buildLab({});

/** All services run, but for one that is in this state. */
function seen(name: string, state: Pick<Surveyed, 'state' | 'resting'>): Survey {
  const services = servicesOf(model).map((each) => ({
    ...each,
    pid: 1,
    ...(each.name === name ? state : { state: 'running' as const, resting: false }),
  }));
  return { services, partitioned: [], server: undefined };
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

  it('leaves alone what is about to start', async () => {
    expect(await run([starting, starting])).to.deep.equal([]);
  });
});
