/** The stream of events of one lab, which is played. */
import { expect } from 'chai';
import { EXIT, RedisLabError } from '../../lib/errors.js';
import { hearCalls, toldCall } from '../../lib/live/calls.js';
import { eventText } from '../../lib/live/event-text.js';
import type { Happening, LabEvent } from '../../lib/live/events.js';
import { watch } from '../../lib/live/watch.js';
import { until } from '../support/at-work.js';
import { FakeLab, next } from './support/fake.js';

const HOUR = 3_600_000;
const THREE = { master: 1, slave1: 1, slave2: 1 };

/** Nothing of it is left. */
function expectOver(lab: FakeLab): void {
  expect([lab.heard, lab.callers.size, lab.closed]).to.deep.equal([[], 0, 1]);
}

describe('watching a lab', () => {
  let lab: FakeLab;
  let stop: AbortController;
  beforeEach(() => {
    lab = new FakeLab();
    stop = new AbortController();
  });
  afterEach(() => stop.abort());
  const watching = (everyMs: number, of = lab) => watch(of, { everyMs, signal: stop.signal });

  it('tells the status, then what changes, each with its lab, its moment and its time', async () => {
    const events = watching(1);
    const first = (await events.next()).value as LabEvent;
    expect(first).to.include({ kind: 'status', lab: 'fake' });
    expect(first.at).to.be.at.most(performance.now());
    expect(Date.parse(first.time)).to.be.closeTo(performance.timeOrigin + first.at, 1);
    await until(() => lab.looks > 5);
    lab.show({ state: 'partial' });
    expect(await next(events)).to.deep.equal({ kind: 'lab', state: 'partial', before: 'running' });
    expect(await next(events)).to.have.nested.include({
      kind: 'status',
      'status.state': 'partial',
    });
  });

  it('tells what Sentinels publish at once, and looks then, however long the next look would take', async () => {
    lab.show({}, THREE);
    const events = watching(HOUR);
    await next(events);
    expect(lab.heard).to.deep.equal(['master', 'slave1', 'slave2']);
    lab.show({ master: 'slave1' }, THREE);
    const at = performance.now();
    lab.listened[1]?.onEvent({ at, type: '+switch-master', text: 'mymaster …' });
    const told = (await events.next()).value as LabEvent;
    expect(told).to.deep.include({ kind: 'sentinel', node: 'slave1', event: '+switch-master', at });
    expect(await next(events)).to.deep.equal({ kind: 'master', node: 'slave1', before: 'master' });
  });

  it('goes on where the first look fails, if the lab is one of many', async () => {
    const failure = new RedisLabError('the server is away', { exitCode: EXIT.notReady });
    lab.shows = failure;
    expect(
      await watching(1)
        .next()
        .catch((error: unknown) => error),
    ).to.equal(failure);
    const events = watching(1, Object.assign(new FakeLab(), { shows: failure, isOneOfMany: true }));
    expect(await next(events)).to.deep.equal({
      kind: 'unreadable',
      exitCode: 3,
      text: 'the server is away',
    });
    await events.return?.();
  });

  it('listens to the Sentinels that there are, where they are now', async () => {
    lab.show({}, THREE);
    const events = watching(1);
    await next(events);
    lab.listened[0]?.onConnection?.('lost');
    expect(await next(events)).to.deep.equal({ kind: 'hearing', node: 'master', state: 'lost' });
    lab.show({ quorum: 1 }, { ...THREE, slave2: 7 });
    await next(events);
    expect(lab.listened.map(({ endpoint }) => endpoint().port)).to.deep.equal([1, 1, 7]);
    lab.show({ state: 'absent' });
    await next(events);
    await next(events);
    expect(lab.heard).to.deep.equal([]);
    lab.show({ state: 'running' }, THREE);
    await next(events);
    await next(events);
    expect(lab.heard).to.deep.equal(['master', 'slave1', 'slave2']);
  });

  it('makes a connection anew whose Sentinel has gone without ending it', async () => {
    lab.show({}, THREE);
    const events = watching(1);
    const { status } = (await next(events)) as Extract<Happening, { kind: 'status' }>;
    expect(lab.renewed).to.deep.equal([]);
    const nodes = status.nodes.map((each) =>
      each.node === 'slave2' && each.sentinel
        ? { ...each, sentinel: { ...each.sentinel, state: 'silent' as const } }
        : each,
    );
    lab.show({ nodes }, THREE);
    expect(await next(events)).to.deep.include({ kind: 'service', state: 'silent' });
    await until(() => lab.renewed.length > 0);
    expect(new Set(lab.renewed)).to.deep.equal(new Set(['slave2']));
  });

  it('fails where the first look fails, and leaves nothing', async () => {
    lab.shows = new RedisLabError('nobody answers', { exitCode: EXIT.notReady });
    const error = await watching(1)
      .next()
      .catch((thrown: unknown) => thrown);
    expect(error).to.equal(lab.shows);
    expectOver(lab);
  });

  it('says once that the lab cannot be looked at, and goes on when it can', async () => {
    const events = watching(1);
    await next(events);
    const { shows } = lab;
    lab.shows = new RedisLabError('nobody answers', { exitCode: EXIT.notReady });
    const unreadable = { kind: 'unreadable', exitCode: EXIT.notReady, text: 'nobody answers' };
    expect(await next(events)).to.deep.equal(unreadable);
    const { looks } = lab;
    await until(() => lab.looks > looks + 3);
    lab.shows = shows;
    expect(await next(events)).to.include({ kind: 'status' });
  });

  it('does not go on after a defect', async () => {
    const events = watching(1);
    await next(events);
    lab.shows = new TypeError('it is undefined');
    expect(await events.next().catch((thrown: unknown) => thrown)).to.equal(lab.shows);
    expectOver(lab);
  });

  for (const [how, leave] of [
    ['by break', () => 'break'],
    [
      'by an error of its own',
      () => {
        throw new Error('enough');
      },
    ],
    ['by the signal', () => stop.abort()],
  ] as const) {
    it(`leaves nothing when its reader leaves ${how}`, async () => {
      lab.show({}, THREE);
      try {
        for await (const _ of watching(HOUR)) if (leave() === 'break') break;
      } catch (error) {
        expect((error as Error).message).to.equal('enough');
      }
      expectOver(lab);
      const { looks } = lab;
      lab.listened[0]?.onEvent({ at: 0, type: '+sdown', text: '' });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(lab.looks).to.equal(looks);
    });
  }

  it('ends while its reader waits, and never begins where it was told to end before', async () => {
    const events = watching(HOUR);
    await next(events);
    const waiting = events.next();
    stop.abort();
    expect((await waiting).done).to.equal(true);
    expectOver(lab);
    const late = new FakeLab();
    expect((await watching(1, late).next()).done).to.equal(true);
    expect(late.looks).to.equal(0);
  });

  it('tells many at once what calls of this process do to this lab, and no other', async () => {
    const name = { lab: 'fake', backend: 'local' } as const;
    const both = [new FakeLab(), new FakeLab()].map((each) => {
      const hear = (to: (event: Happening) => void) => hearCalls(name, to);
      return watch({ ...each, hearCalls: hear }, { everyMs: HOUR, signal: stop.signal });
    });
    for (const events of both) await next(events);
    const asked: string[] = [];
    await toldCall({ ...name, lab: 'other' }, 'stop', async () => undefined);
    const failed = toldCall(
      name,
      'fault',
      async (tell) => {
        tell({ kind: 'note', text: 'this hurts' });
        throw new Error('it did not work');
      },
      { fault: 'crash', node: 'slave1', onProgress: ({ kind }) => asked.push(kind) },
    );
    expect(await failed.catch(({ message }: Error) => message)).to.equal('it did not work');
    expect(asked).to.deep.equal(['note']);
    const call = { kind: 'call', call: 'fault', fault: 'crash', node: 'slave1' };
    for (const events of both) {
      expect([await next(events), await next(events), await next(events)]).to.deep.equal([
        { ...call, state: 'begun', text: '' },
        { kind: 'note', text: 'this hurts' },
        { ...call, state: 'failed', text: 'it did not work' },
      ]);
    }
  });

  it('gives a slow reader the newest status', async () => {
    const events = watching(1);
    await next(events);
    for (const quorum of [1, 2, 3]) {
      lab.show({ quorum });
      const { looks } = lab;
      await until(() => lab.looks > looks + 1);
    }
    expect(await next(events)).to.have.nested.include({ kind: 'status', 'status.quorum': 3 });
  });
});

describe('an event for people', () => {
  it('is a place and a sentence, in the languages that there are', () => {
    const stopped = { kind: 'service', node: 'slave1', service: 'redis' } as const;
    const service = { ...stopped, state: 'stopped', before: 'running' } as const;
    expect(eventText(service)).to.equal('slave1  redis is stopped, it was running');
    expect(eventText(service, 'id')).to.equal('slave1  redis kini mati, sebelumnya berjalan');
    for (const [event, text] of [
      [
        { kind: 'sentinel', node: 'slave2', event: '+tilt', text: '#tilt mode entered' },
        'sentinel@slave2  +tilt #tilt mode entered',
      ],
      [{ kind: 'master', node: null, before: 'x' }, "lab  the Sentinels don't agree on a master"],
      [{ kind: 'link', node: 'b', state: 'down', follows: null }, 'b  its link to – is down'],
      [{ kind: 'hearing', node: 'b', state: 'lost' }, 'b  its Sentinel is not heard any more'],
      [
        { kind: 'call', call: 'fault', fault: 'hang', node: 'b', state: 'failed', text: 'why' },
        'b  fault hang failed: why',
      ],
      [{ kind: 'call', call: 'heal', state: 'done', text: '' }, 'lab  heal is done'],
      [{ kind: 'dropped', count: 3 }, 'lab  events left out because they were read too slowly: 3'],
    ] as const) {
      expect(eventText(event)).to.equal(text);
    }
  });
});
