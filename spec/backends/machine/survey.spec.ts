import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Shell } from '../../../lib/backends/machine/shell.js';
import { answerIn, survey } from '../../../lib/backends/machine/survey.js';
import type { CommandResult } from '../../../lib/command/call.js';
import { run } from '../../../lib/command/run.js';
import { EXIT, RedisLabError } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { thrown } from '../contract.js';

/** As systemd 252 and Redis 7.0.15 say it; the server's process stands still (T). */
const HALTED = `MainPID=4711
Result=success
NRestarts=0
ActiveState=active
Id=redis-server.service

MainPID=4712
ActiveState=active
Id=redis-sentinel.service
4711 (redis-server) T 1 4711 4711 0 -1
4712 (redis-sentinel) S 1 4712 4712 0 -1
Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64 build=1`;

describe('what a node answers about its services', () => {
  it('tells one that runs from one that stands still', () => {
    const { units, version } = answerIn(HALTED, 'master');
    expect(units.get('redis-server')).to.deep.equal({
      state: 'hung',
      pid: 4711,
      resting: false,
      failed: undefined,
      restarts: 0,
    });
    expect(units.get('redis-sentinel')).to.deep.equal({
      state: 'running',
      pid: 4712,
      resting: false,
      failed: undefined,
      restarts: 0,
    });
    expect(version).to.equal('7.0.15');
  });

  it('takes a unit that starts, failed or is not there for stopped', () => {
    for (const state of ['activating', 'failed', 'inactive', 'deactivating']) {
      const text = `MainPID=0\nResult=timeout\nNRestarts=3\nActiveState=${state}\nId=redis-server.service\n`;
      const { units, version } = answerIn(text, 'master');
      const resting = state === 'failed' || state === 'inactive';
      const failed = state === 'failed' ? 'timeout' : undefined;
      const expected = { state: 'stopped', pid: undefined, resting, failed, restarts: 3 };
      expect(units.get('redis-server'), state).to.deep.equal(expected);
      expect(version).to.equal(undefined);
    }
  });

  it('is asked for again where it got lost, three times at most', async () => {
    const { model } = buildLab({ redis: { version: '7.0.15', install: 'package' } });
    const running = HALTED.replace(' T 1', ' S 1');
    for (const [losses, state, asked] of [
      [2, 'running', 3],
      [3, 'stopped', 3],
    ] as const) {
      const calls: string[] = [];
      const shell = losing(losses, running, calls);
      const { services } = await survey(shell, model, (node) =>
        node === 'master' ? 'running' : 'stopped',
      );
      expect(services[0]?.state, `${losses} losses`).to.equal(state);
      expect(calls).to.deep.equal(Array(asked).fill('master'));
    }
  });

  it('is nothing where the answer is late: such a machine can still be taken down', async () => {
    const { model } = buildLab({});
    const late = new RedisLabError('ssh did not end within 45000 ms', { exitCode: EXIT.deadline });
    const refused = new RedisLabError('there is no ssh', { exitCode: EXIT.program });
    const shell = (error: Error): Shell => ({
      ...losing(0, '', []),
      attempt: () => Promise.reject(error),
    });
    const { services } = await survey(shell(late), model, () => 'running');
    expect(new Set(services.map(({ state }) => state))).to.deep.equal(new Set(['stopped']));
    expect(await thrown(survey(shell(refused), model, () => 'running'))).to.equal(refused);
  });

  it('is not asked for where a node does not run; one that is frozen stands still', async () => {
    const { model } = buildLab({});
    const calls: string[] = [];
    const found = await survey(losing(0, HALTED, calls), model, (node) =>
      node === 'slave1' ? 'frozen' : 'stopped',
    );
    expect(calls).to.deep.equal([]);
    const states = found.services.map(({ name, state }) => `${name} ${state}`);
    expect(states).to.include.members([
      'slave1 redis hung',
      'slave1 sentinel hung',
      'master redis stopped',
    ]);
    expect(found.server).to.equal(undefined);
  });
});

describe('the question that a node is asked', () => {
  for (const [rules, filtering] of [
    ['-P INPUT ACCEPT -c 5 300', []],
    [
      '-A INPUT -s 10.0.0.2/32 -m comment --comment redis-lab-partition--slave1 -c 7 420 -j DROP',
      // Each of three nodes has it, in both tables that are asked for.
      [{ fault: 'partition', node: 'slave1', packets: 42 }],
    ],
    [
      '-A INPUT -s 10.0.0.2/32 -m comment --comment redis-lab-partition -c 1 60 -j DROP',
      // As older versions mark it: of the node itself.
      ['master', 'slave1', 'slave2'].map((node) => ({ fault: 'partition', node, packets: 2 })),
    ],
  ] as const) {
    it(`is understood by a shell, where iptables says ${rules}`, async () => {
      const { model } = buildLab({});
      const folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-survey-'));
      const answers = { systemctl: HALTED.split('4711 (')[0] ?? '', iptables: rules };
      for (const [name, answer] of Object.entries(answers)) {
        writeFileSync(path.join(folder, name), `#!/bin/sh\ncat <<'END'\n${answer}\nEND\n`, {
          mode: 0o755,
        });
      }
      const PATH = `${folder}:${process.env['PATH']}`;
      const shell: Shell = {
        ...losing(0, '', []),
        attempt: async (_node, [program = 'false', ...args]) =>
          run({ program, args, env: { PATH } }, { deadlineMs: 10_000 }),
      };
      try {
        const found = await survey(shell, model, () => 'running');
        expect(found.filtering).to.deep.equal(filtering);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});

/** A shell that loses so many answers, as LXD 5.0 does on a busy machine. */
function losing(losses: number, answer: string, calls: string[]): Shell {
  const attempt = async (node: string): Promise<CommandResult> => {
    calls.push(node);
    return { command: '', code: 0, stderr: '', stdout: calls.length <= losses ? '' : answer };
  };
  return {
    attempt,
    call: async (node) => (await attempt(node)).stdout,
    invocation: () => {
      throw new Error('nobody asked for it');
    },
  };
}
