import { expect } from 'chai';
import { ClaimFailed, Recorder } from '../../../lib/verify/recorder.js';

const CLAIM = { claim: 'Water is wet', expected: 'wet' };

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a story', () => {
  it('waits until a claim holds, and says what was seen', async () => {
    const story = new Recorder();
    let looks = 0;
    const value = await story.eventually(CLAIM, { withinMs: 5000, everyMs: 1 }, () => {
      looks += 1;
      return { holds: looks === 3, seen: `look ${looks}`, value: looks };
    });
    expect(value).to.equal(3);
    expect(story.assertions[0]).to.include({ ...CLAIM, verdict: 'passed', seen: 'look 3' });
  });

  it('ends a claim that does not come to hold, with what it saw last and for how long', async () => {
    const story = new Recorder();
    const error = await failure(
      story.eventually(CLAIM, { withinMs: 30, everyMs: 5 }, () => ({ holds: false, seen: 'dry' })),
    );
    expect(error).to.be.instanceOf(ClaimFailed);
    expect(story.assertions[0]?.verdict).to.equal('failed');
    expect(story.assertions[0]?.seen).to.match(/^dry \(waited \d+ ms\)$/);
  });

  it('does not wait where that is no use', async () => {
    const story = new Recorder();
    const look = () => ({ holds: false, seen: 'dry', final: true });
    expect(await failure(story.eventually(CLAIM, { withinMs: 1e9 }, look))).to.be.instanceOf(
      ClaimFailed,
    );
    expect(story.assertions[0]?.seen).to.equal('dry');
  });

  it('stops when it is told to, and claims nothing then', async () => {
    const stop = new AbortController();
    const story = new Recorder({ signal: stop.signal });
    const waiting = story.eventually(CLAIM, { withinMs: 1e9 }, () => ({
      holds: false,
      seen: 'dry',
    }));
    stop.abort(new Error('enough'));
    expect(await failure(waiting)).to.have.property('message', 'enough');
    expect(story.assertions).to.deep.equal([]);
  });

  it('says of claims that were not looked at that they were not', () => {
    const story = new Recorder();
    story.found(CLAIM, true, 'wet');
    const other = { claim: 'Fire is hot', expected: 'hot' };
    story.skip([CLAIM, other], 'no time');
    expect(story.assertions.map(({ claim, verdict }) => [claim, verdict])).to.deep.equal([
      [CLAIM.claim, 'passed'],
      [other.claim, 'skipped'],
    ]);
  });

  it('takes what went wrong for the failure of the claim that came next', () => {
    const told: string[] = [];
    const story = new Recorder({
      onAssertion: ({ claim, verdict }) => told.push(`${claim} ${verdict}`),
    });
    story.found(CLAIM, true, 'wet');
    // As scenarios have them: with more than an assertion has.
    const other = { claim: 'Fire is hot', expected: 'hot', aspect: 'servers' };
    const third = { claim: 'Ice is cold', expected: 'cold', aspect: 'servers' };
    expect(story.fail([CLAIM, other, third], 'no fire')).to.equal('Fire is hot: no fire');
    story.skip([CLAIM, other, third], 'no time');
    const [, failed, skipped] = story.assertions;
    expect(failed).to.have.keys('claim', 'verdict', 'expected', 'seen', 'ms');
    expect(failed).to.include({ claim: 'Fire is hot', verdict: 'failed', seen: 'no fire' });
    expect(skipped).to.deep.equal({
      claim: 'Ice is cold',
      verdict: 'skipped',
      expected: 'cold',
      seen: 'no time',
      ms: 0,
    });
    expect(told).to.deep.equal(['Water is wet passed', 'Fire is hot failed']);
    expect(story.fail([CLAIM], 'too late')).to.equal('too late');
    expect(story.assertions).to.have.lengthOf(3);
  });

  it('tells what happened in order, from its zero', () => {
    const story = new Recorder();
    story.tell('a', 'second', '', 20);
    story.tell('b', 'first', '', 10);
    story.zero = 15;
    expect(story.timeline().map(({ event, atMs }) => [event, atMs])).to.deep.equal([
      ['first', -5],
      ['second', 5],
    ]);
  });
});
