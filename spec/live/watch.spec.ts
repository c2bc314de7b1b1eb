/** A lab that is watched through its life: by a program, by the command as lines of JSON, and on a terminal. */
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { execa } from 'execa';
import { eventJsonSchema } from '../../.ci/json-schemas.js';
import { buildLab, type LabEvent, type RunningLab } from '../../lib/index.js';
import { askOnce } from '../../lib/redis-view/connection.js';
import { sentinelEndpoint } from '../../lib/redis-view/endpoints.js';
import { needsServer } from '../backends/local/support.js';
import { needTerminal } from '../cli/support/terminal.js';
import { until } from '../support/at-work.js';
import { BIN, redisLabProcess } from '../support/cli.js';
import { newHome } from './support/home.js';

const NAME = 'watched';
const SAYS_MS = 180_000;
const DESCRIBED = ['--set', `name=${NAME}`, '--set', 'sentinel.downAfter=1000'];
const WATCH = ['status', '--watch', '--interval', '500ms', ...DESCRIBED];

const sockets = () =>
  process.getActiveResourcesInfo().filter((each) => each.startsWith('TCP')).length;

describe('a lab that is watched', function () {
  this.timeout(600_000);
  const home = newHome();
  const usual = process.env['XDG_STATE_HOME'];
  const lab = buildLab({ name: NAME, sentinel: { downAfter: 1000 } });
  const events: LabEvent[] = [];
  let from = 0;

  /** Waits until an event like this was told, among those since the last step. */
  async function told(like: object): Promise<void> {
    const wanted = Object.entries(like);
    const isLike = (event: LabEvent) =>
      wanted.every(([key, value]) => (event as never)[key] === value);
    await until(() => events.slice(from).some(isLike), SAYS_MS, JSON.stringify(like));
  }
  const step = () => {
    from = events.length;
  };

  before(async function () {
    needTerminal(this);
    await needsServer.call(this);
    process.env['XDG_STATE_HOME'] = home.env['XDG_STATE_HOME'];
  });
  after(() => {
    if (usual === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = usual;
  });

  it('is told from before it is there until it is gone, through a failover, and anew', async () => {
    const stop = new AbortController();
    const openBefore = sockets();
    const watched = await lab.attach({ backend: 'local' });
    const reading = (async () => {
      for await (const event of watched.watch({ everyMs: 200, signal: stop.signal })) {
        events.push(event);
      }
    })();
    const json = redisLabProcess(home.folder, [...WATCH, '--json'], { env: home.env });
    const line = `stty cols 80 rows 40; exec ${process.execPath} ${[BIN, ...WATCH].join(' ')}`;
    const terminal = execa('script', ['-qefc', line, '/dev/null'], {
      cwd: home.folder,
      env: { ...home.env, TERM: 'xterm' },
      reject: false,
      timeout: 600_000,
    });
    let drawn = '';
    terminal.stdout.on('data', (data: Buffer) => {
      drawn += data;
    });
    let lines = '';
    json.stdout?.on('data', (data: Buffer) => {
      lines += data;
    });
    let running: RunningLab | undefined;
    try {
      await told({ kind: 'status' });
      expect(events[0]).to.have.nested.property('status.state', 'absent');

      running = await lab.up({ backend: 'local' });
      await told({ kind: 'call', call: 'up', state: 'done' });
      await told({ kind: 'phase', phase: 'ready', state: 'done' });
      await told({ kind: 'lab', state: 'running' });
      for (const node of ['master', 'slave1', 'slave2']) {
        await told({ kind: 'hearing', node, state: 'heard' });
      }
      // The commands hear all Sentinels, too.
      const areHeard = () =>
        lines.split('"heard"').length > 3 && drawn.includes('slave2  its Sentinel is heard');
      await until(areHeard, SAYS_MS, 'the Sentinels are heard');

      step();
      await running.inject('crash', 'master');
      await told({ kind: 'call', call: 'fault', fault: 'crash', node: 'master', state: 'done' });
      await told({ kind: 'service', node: 'master', service: 'redis', state: 'stopped' });
      await told({ kind: 'link', state: 'down', follows: 'master' });
      for (const event of ['+sdown', '+odown', '+switch-master']) {
        await told({ kind: 'sentinel', event });
      }
      await told({ kind: 'role', role: 'master', before: 'replica' });
      await told({ kind: 'problem', state: 'came' });
      const isPromoted = (event: LabEvent) => event.kind === 'master' && event.node !== null;
      await until(() => events.slice(from).some(isPromoted), SAYS_MS, 'another master');
      const isDrawn = (text: string) =>
        until(() => drawn.includes(text), SAYS_MS, `the terminal shows ${text}`);
      await isDrawn('+switch-master');

      step();
      const sentinel = (await running.model())?.nodes.find(({ name }) => name === 'slave2');
      if (!sentinel) throw new Error('a lab that is up has a slave2');
      await askOnce(sentinelEndpoint(sentinel), ['SHUTDOWN']).catch(() => null);
      await told({ kind: 'hearing', node: 'slave2', state: 'lost' });
      await told({ kind: 'service', node: 'slave2', service: 'sentinel', state: 'stopped' });
      const mended = await running.heal();
      expect(mended).to.have.lengthOf(2);
      for (const text of mended) await told({ kind: 'note', text });
      await told({ kind: 'hearing', node: 'slave2', state: 'heard' });
      await told({ kind: 'service', node: 'master', service: 'redis', state: 'running' });
      await told({ kind: 'problem', state: 'gone' });

      step();
      await running.down();
      await told({ kind: 'lab', state: 'absent' });
      // Both commands look once a second: a lab that is up again by then was never away.
      const isGone = () => /"absent".*\n.*"absent"/s.test(lines);
      await until(isGone, SAYS_MS, 'the command sees that it is gone');
      await isDrawn('not here');
      running = await lab.up({ backend: 'local' });
      await told({ kind: 'hearing', node: 'slave1', state: 'heard' });
      await told({ kind: 'lab', state: 'running' });
    } finally {
      json.kill('SIGINT');
      terminal.stdin.write('\u0003');
      stop.abort();
      await reading;
      await running?.down();
    }
    expect(sockets()).to.be.at.most(openBefore);
    expect((await json).exitCode).to.equal(0);
    expect((await terminal).exitCode).to.equal(0);

    const moments = events.map(({ at }) => at);
    expect(moments).to.deep.equal(moments.toSorted((a, b) => a - b));
    const said = lines
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each) as LabEvent);
    const validate = new Ajv({ strict: true, strictTypes: false }).compile(eventJsonSchema());
    for (const each of said) expect(validate(each), JSON.stringify(validate.errors)).to.equal(true);
    expect(said[0]).to.deep.include({ kind: 'status', lab: NAME });
    expect(said.map(({ kind }) => kind)).to.include.members(['sentinel', 'role', 'problem', 'lab']);
    // What stands there is drawn over, not scrolled away.
    expect(drawn.split('\u001b[2J')).to.have.lengthOf(2);
    expect(drawn)
      .to.match(/sentinel@\w+ {2}\+sdown master/)
      .and.include('Ctrl-C ends this');
  });
});
