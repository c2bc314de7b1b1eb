import { expect } from 'chai';
import { message, quoted } from '../../../lib/report/messages.js';
import { ClaimFailed, Recorder } from '../../../lib/verify/recorder.js';
import { failure } from '../../support/failure.js';

/** One that is not ours, with texts of its own. */
const claimOf = (code: string, claim: string, expected: string) => ({
  code,
  values: {},
  texts: { claim, expected, seen: '{what}, seen' },
});

const CLAIM = claimOf('water', 'Water is wet', 'wet');

describe('a recorder', () => {
  it('waits until a claim holds, and says what was seen', async () => {
    const recorder = new Recorder();
    let looks = 0;
    const value = await recorder.eventually(CLAIM, { withinMs: 5000, everyMs: 1 }, () => {
      looks += 1;
      return { holds: looks === 3, seen: `look ${looks}`, value: looks };
    });
    expect(value).to.equal(3);
    expect(recorder.assertions[0]).to.include({
      code: 'water',
      claim: 'Water is wet',
      verdict: 'passed',
      seen: 'look 3',
    });
  });

  it('ends a claim that does not come to hold, with what it saw last and for how long', async () => {
    const recorder = new Recorder();
    const error = await failure(
      recorder.eventually(CLAIM, { withinMs: 30, everyMs: 5 }, () => ({
        holds: false,
        seen: 'dry',
      })),
    );
    expect(error).to.be.instanceOf(ClaimFailed);
    expect(recorder.assertions[0]?.verdict).to.equal('failed');
    expect(recorder.assertions[0]?.seen).to.match(/^dry; waited \d+ ms$/);
    expect(recorder.assertions[0]?.seenCodes?.map(({ code }) => code)).to.deep.equal([
      'said',
      'waited',
    ]);
  });

  it('does not wait where that is no use', async () => {
    const recorder = new Recorder();
    const look = () => ({ holds: false, seen: 'dry', final: true });
    expect(await failure(recorder.eventually(CLAIM, { withinMs: 1e9 }, look))).to.be.instanceOf(
      ClaimFailed,
    );
    expect(recorder.assertions[0]?.seen).to.equal('dry');
  });

  it('stops when it is told to, and claims nothing then', async () => {
    const stop = new AbortController();
    const recorder = new Recorder({ signal: stop.signal });
    const waiting = recorder.eventually(CLAIM, { withinMs: 1e9 }, () => ({
      holds: false,
      seen: 'dry',
    }));
    stop.abort(new Error('enough'));
    expect(await failure(waiting)).to.have.property('message', 'enough');
    expect(recorder.assertions).to.deep.equal([]);
  });

  it('says of claims that were not looked at that they were not', () => {
    const recorder = new Recorder();
    recorder.found(CLAIM, true, 'wet');
    const other = claimOf('fire', 'Fire is hot', 'hot');
    recorder.skip([CLAIM, other], quoted('no time'));
    expect(recorder.assertions.map(({ code, verdict }) => [code, verdict])).to.deep.equal([
      ['water', 'passed'],
      ['fire', 'skipped'],
    ]);
  });

  it('takes what went wrong for the failure of the claim that came next', () => {
    const told: string[] = [];
    const recorder = new Recorder({
      onAssertion: ({ claim, verdict }) => told.push(`${claim} ${verdict}`),
    });
    recorder.found(CLAIM, true, 'wet');
    // As scenarios have them: with more than an assertion has.
    const other = { ...claimOf('fire', 'Fire is hot', 'hot'), aspect: 'servers' };
    const third = { ...claimOf('ice', 'Ice is cold', 'cold'), aspect: 'servers' };
    expect(recorder.fail([CLAIM, other, third], 'no fire')?.message).to.equal(
      'Fire is hot: no fire',
    );
    recorder.skip([CLAIM, other, third], message('unfit.no-replica'));
    const [, failed, skipped] = recorder.assertions;
    expect(failed).to.not.have.property('aspect');
    expect(failed).to.deep.include({ claim: 'Fire is hot', verdict: 'failed', seen: 'no fire' });
    expect(failed?.seenCodes).to.deep.equal([{ code: 'said', values: { said: 'no fire' } }]);
    expect(skipped).to.deep.equal({
      code: 'ice',
      values: {},
      claim: 'Ice is cold',
      verdict: 'skipped',
      expected: 'cold',
      seen: message('unfit.no-replica').text,
      seenCodes: [{ code: 'unfit.no-replica', values: {} }],
      ms: 0,
    });
    expect(told).to.deep.equal(['Water is wet passed', 'Fire is hot failed']);
    expect(recorder.fail([CLAIM], 'too late')).to.equal(undefined);
    expect(recorder.assertions).to.have.lengthOf(3);
  });

  it('says what was seen where a claim holds in the words of its text', () => {
    const recorder = new Recorder();
    recorder.found(CLAIM, true, { what: 'wet', besides: 1 });
    expect(recorder.assertions[0]).to.deep.include({ seen: 'wet, seen', values: { what: 'wet' } });
  });

  it('tells what happened in order, from its zero', () => {
    const recorder = new Recorder();
    recorder.tell('a', 'second', '', 20);
    recorder.tell('b', 'first', '', 10);
    recorder.zero = 15;
    expect(recorder.timeline().map(({ event, atMs }) => [event, atMs])).to.deep.equal([
      ['first', -5],
      ['second', 5],
    ]);
  });
});
