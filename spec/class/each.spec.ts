/** The same work on many labs. */
import { expect } from 'chai';
import { forEach, gate } from '../../lib/class/each.js';

describe('the work on each lab', () => {
  it('is done for so many at a time, in order, and what fails holds up no other', async () => {
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    const ended: number[] = [];
    const outcomes = await forEach(
      [0, 1, 2, 3, 4, 5, 6],
      async (each) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (each === 2) throw new Error('two');
        return each * 10;
      },
      { jobs: 3, onBegin: (each) => begun.push(each), onEnd: ({ item }) => ended.push(item) },
    );
    expect(most).to.equal(3);
    expect(begun).to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
    expect(ended.toSorted()).to.deep.equal(begun);
    expect(outcomes.map(({ item, value }) => [item, value])).to.deep.equal(
      begun.map((each) => [each, each === 2 ? undefined : each * 10]),
    );
    expect(outcomes[2]?.error).to.be.an('error').with.property('message', 'two');
  });

  it('begins no more once it is aborted, and waits for what runs', async () => {
    const off = new AbortController();
    const outcomes = await forEach(
      [0, 1, 2, 3],
      async (each) => {
        if (each === 1) off.abort();
        await new Promise((resolve) => setImmediate(resolve));
        return each;
      },
      { jobs: 2, signal: off.signal },
    );
    expect(outcomes.map(({ value }) => value)).to.deep.equal([0, 1, undefined, undefined]);
    expect(outcomes[3]).to.not.have.property('ms');
  });

  it('of nothing is nothing', async () => {
    expect(await forEach([], async () => 1, { jobs: 4 })).to.deep.equal([]);
  });
});

describe('a gate', () => {
  it('lets so many work at a time, in order, also after one that failed', async () => {
    const through = gate(2);
    let running = 0;
    const most: number[] = [];
    const order: number[] = [];
    const work = [0, 1, 2, 3, 4].map((each) =>
      through(async () => {
        running += 1;
        most.push(running);
        order.push(each);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (each === 1) throw new Error('one');
        return each;
      }).catch((error: Error) => error.message),
    );
    expect(await Promise.all(work)).to.deep.equal([0, 'one', 2, 3, 4]);
    expect(Math.max(...most)).to.equal(2);
    expect(order).to.deep.equal([0, 1, 2, 3, 4]);
  });
});
