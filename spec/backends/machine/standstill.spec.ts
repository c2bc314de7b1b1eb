/** A node that stands still at its first boot: that it is said in time, and why. Time is moved by the test. */
import { expect } from 'chai';
import { type Booting, booted } from '../../../lib/backends/machine/boot.js';
import { lookAt, type Outside, seenInside } from '../../../lib/backends/machine/boot-look.js';
import type { CallOptions, Shell } from '../../../lib/backends/machine/shell.js';
import type { CommandResult } from '../../../lib/command/call.js';
import { EXIT, RedisLabError } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { masterOf } from '../../../lib/model/model.js';
import { inEnglish } from '../../../lib/report/messages.js';
import { TestClock } from '../../support/test-clock.js';

const { model } = buildLab({});
const master = masterOf(model);

/** What a look prints, with these lines in place of the usual ones. */
function look(lines: Readonly<Record<string, string>> = {}): string {
  const usual = {
    jobs: '12 cloud-init.service start running;13 cloud-final.service start waiting;',
    size: '120 4000 ',
    last: 'redis-lab: unpacking',
    cpu: '1000000',
    pids: '20 1000 ',
    keys: '0:    40 39/39 39/200 812/20000',
    inotify: '128 65536 ',
    tail: '',
  };
  const all = Object.entries({ ...usual, ...lines });
  return all.map(([name, value]) => `${name}: ${value}\n`).join('');
}

const ended = (stdout: string, code = 0, stderr = ''): CommandResult => ({
  command: '',
  code,
  stdout,
  stderr,
});

/** A node whose boot the test leads. */
class Node implements Booting {
  readonly told: string[] = [];
  readonly clock = new TestClock();
  /** What a look prints; an error: no command can be run. */
  seen: string | RedisLabError = look();
  looks = 0;
  outside: Booting['outside'];
  lookEvery = 0.1;
  #onLine: (line: string) => void = () => undefined;
  #done: (result: CommandResult) => void = () => undefined;
  #boot: Promise<void> | undefined;

  readonly shell: Shell = {
    invocation: () => {
      throw new Error('nobody asked for it');
    },
    call: () => {
      throw new Error('nobody asked for it');
    },
    attempt: async (_node, argv, options) => this.#attempt(argv, options),
  };

  async #attempt(argv: readonly string[], { onLine }: CallOptions = {}): Promise<CommandResult> {
    if (argv.join(' ').includes('list-jobs')) {
      this.looks++;
      if (typeof this.seen !== 'string') throw this.seen;
      return ended(this.seen);
    }
    this.#onLine = onLine ?? this.#onLine;
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  withoutCloudInit(): string {
    return 'none';
  }

  breaks() {
    return async () => undefined;
  }

  async lastOf(): Promise<string> {
    return '';
  }

  begin(): void {
    const { clock } = this;
    this.#boot = booted(this, master, {
      onStep: () => undefined,
      onStill: (each) => this.told.push(inEnglish(each)),
      signal: undefined,
      clock,
    });
  }

  says(line: string): void {
    this.#onLine(line);
  }

  async ends(): Promise<void> {
    this.#done(ended('--- cloud-init status\n{"v1":{"errors":[]}}'));
    await this.#boot;
  }
}

function begun(change: (node: Node) => void = () => undefined): Node {
  const node = new Node();
  change(node);
  node.begin();
  return node;
}

describe('a node that stands still at its first boot', () => {
  it('is told of within a minute, with what it waits for', async () => {
    const node = begun();
    await node.clock.pass(60_000);
    expect(node.told).to.have.lengthOf(1);
    expect(node.told[0]).to.match(
      /^master: nothing has moved for \d\d s\. Its systemd works on cloud-init\.service\. Last in its log: redis-lab: unpacking$/,
    );
    await node.ends();
  });

  it('is told of within a minute, whenever its last line came', async () => {
    for (let second = 1; second <= 30; second++) {
      const node = begun();
      await node.clock.pass(second * 1000);
      node.says('redis-lab: unpacking');
      await node.clock.pass(59_000);
      expect(node.told, `last line after ${second} s`).to.have.lengthOf(1);
      await node.ends();
    }
  });

  it('is not told of while lines come, its log grows, or it computes', async () => {
    const moves: Readonly<Record<string, (node: Node, second: number) => void>> = {
      lines: (node) => node.says('Get:1 http://deb.debian.org'),
      log: (node, second) => {
        node.seen = look({ size: `${second} 4000 ` });
      },
      jobs: (node, second) => {
        node.seen = look({ jobs: `${second} ssh.service start running;` });
      },
      computes: (node, second) => {
        node.seen = look({ cpu: String(second * 200_000) });
      },
    };
    for (const [what, move] of Object.entries(moves)) {
      const node = begun();
      for (let second = 0; second < 300; second += 10) {
        move(node, second);
        await node.clock.pass(10_000);
      }
      expect(node.told, what).to.deep.equal([]);
      await node.ends();
    }
  });

  it('is not looked at while lines come', async () => {
    const node = begun();
    for (let second = 0; second < 120; second += 5) {
      node.says('compiling');
      await node.clock.pass(5000);
    }
    expect(node.looks).to.equal(0);
    await node.ends();
  });

  it('is told of again when it waits for something else, rarely when it does not, and when it goes on', async () => {
    const node = begun();
    await node.clock.pass(60_000);
    node.seen = look({ jobs: '12 cloud-config.service start running;' });
    await node.clock.pass(60_000);
    expect(node.told).to.have.lengthOf(3);
    expect(node.told[1]).to.equal('master: goes on');
    expect(node.told[2]).to.include('works on cloud-config.service');
    await node.clock.pass(100_000);
    expect(node.told).to.have.lengthOf(3);
    await node.clock.pass(60_000);
    expect(node.told).to.have.lengthOf(4);
    node.says('redis-lab: done');
    expect(node.told[4]).to.equal('master: goes on');
    await node.ends();
    await node.clock.pass(300_000);
    expect(node.told).to.have.lengthOf(5);
  });

  it('that waits for the node that builds is not told of: that one is', async () => {
    const node = begun();
    node.says('redis-lab: waiting for the builder 192.168.100.11, at most 5400 s');
    await node.clock.pass(600_000);
    expect(node.told).to.deep.equal([]);
    expect(node.looks).to.equal(0);
    await node.ends();
  });

  it('on which no command can be run is told of by what its server sees', async () => {
    const seen: Outside = { state: 'running', processes: 1, cpuMs: 900, shown: 'a\nb\n' };
    const node = begun((each) => {
      each.seen = new RedisLabError('late', { exitCode: EXIT.deadline });
      each.outside = async () => seen;
    });
    await node.clock.pass(60_000);
    expect(node.told).to.have.lengthOf(1);
    expect(node.told[0]).to.match(
      /No command can be run on it: no answer within 4 s\. The server calls it running, with 1 processes\. Last on its console: b$/,
    );
    await node.ends();
  });

  it('has a boot that ends, whatever is looked at', async () => {
    const node = begun((each) => {
      each.outside = async () => {
        throw new RedisLabError('no server', { exitCode: EXIT.notReady });
      };
      each.seen = look({ jobs: 'Failed to connect to bus: No such file or directory;' });
    });
    await node.clock.pass(60_000);
    expect(node.told[0]).to.include('Its systemd does not answer.');
    await node.ends();
  });
});

describe('what a node stands still for', () => {
  const codes = (lines: Readonly<Record<string, string>>) =>
    seenInside(look(lines)).waits.map(({ code, values }) => [
      code,
      values['limit'],
      values['value'],
    ]);
  const [jobs, last] = [
    ['still.jobs', undefined, undefined],
    ['still.last', undefined, undefined],
  ];

  it('is a limit of the kernel that is used up, with the value that helps', () => {
    const none = 'tail: inotify cannot be used, reverting to polling: Too many open files';
    expect(codes({ tail: none })).to.deep.equal([
      ['still.inotify-instances', '128', '1024'],
      jobs,
      last,
    ]);
    expect(codes({ tail: 'tail: inotify resources exhausted' })[0]).to.deep.equal([
      'still.inotify-watches',
      '65536',
      '524288',
    ]);
    expect(codes({ keys: '0:   201 200/200 200/200 4000/20000' })[0]).to.deep.equal([
      'still.keys',
      '200',
      '2048',
    ]);
    expect(codes({ keys: '0:   90 90/90 90/200 19999/20000' })[0]?.[0]).to.equal('still.key-bytes');
    expect(codes({ pids: '1000 1000 ' })[0]).to.deep.equal(['still.pids', '1000', undefined]);
  });

  it('is none of them where nobody tells of limits', () => {
    expect(codes({ pids: 'max', keys: '', inotify: '' })).to.deep.equal([jobs, last]);
    expect(codes({ pids: '20 max ' })).to.deep.equal([jobs, last]);
  });

  it('is found on the console where the system did not get as far as to take commands', async () => {
    const shown =
      'systemd 252.39 running in system mode\n\n[!!!!!!] Failed to allocate manager object: Too many open files\nExiting PID 1...\n';
    const shell = new Node().shell;
    const seen = await lookAt(
      { ...shell, attempt: async () => ended('', 1, 'Error: not running\n') },
      'master',
      {
        outside: async () => ({ state: 'running', processes: 1, cpuMs: 1, shown }),
        isSlow: false,
        signal: new AbortController().signal,
      },
    );
    expect(seen.waits.map(({ code }) => code)).to.deep.equal([
      'still.silent',
      'still.state',
      'still.inotify-instances',
      'still.shown',
    ]);
    expect(inEnglish(seen.waits[3] ?? '')).to.include('Failed to allocate manager object');
  });

  it('is counted in processor time of the machine where it has no group of its own', () => {
    const text = look().replace(/^cpu: .*$/m, 'ticks: 10 1 5 1000 50 1 1 2 0 0');
    expect(seenInside(text).cpuMs).to.equal(200);
  });
});
