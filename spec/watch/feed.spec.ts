import { expect } from 'chai';
import { Feed } from '../../lib/live/feed.js';

describe('a feed of events', () => {
  it('gives each in order, those that wait and those that come, and then ends', async () => {
    const feed = new Feed<number>();
    feed.push(1);
    const two = [feed.next(), feed.next()];
    feed.push(2);
    feed.end();
    feed.push(3);
    expect((await Promise.all(two)).map(({ value }) => value)).to.deep.equal([1, 2]);
    expect(await feed.next()).to.deep.equal({ done: true, value: undefined });
  });

  it('gives what waits, and then the error, once', async () => {
    const feed = new Feed<number>();
    feed.push(1);
    feed.end(new Error('the source broke'));
    const got: number[] = [];
    let message = '';
    try {
      for await (const each of feed) got.push(each);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect([got, message]).to.deep.equal([[1], 'the source broke']);
    expect((await feed.next()).done).to.equal(true);
  });

  it('keeps no more than a thousand for a slow reader, and says how many it left out; of states, the newest', async () => {
    const feed = new Feed<string>({
      stateOf: (each) => /^(state)/.exec(each)?.[1],
      dropped: (count) => `${count} left out`,
    });
    feed.push('state 1');
    for (let i = 1; i <= 1500; i++) feed.push(`event ${i}`);
    const [first, second] = [await feed.next(), await feed.next()];
    expect([first.value, second.value]).to.deep.equal(['501 left out', 'state 1']);
    feed.push('state 2');
    feed.push('state 3');
    feed.end();
    const rest: string[] = [];
    for await (const each of feed) rest.push(each);
    expect(rest).to.have.lengthOf(1000);
    expect([rest[0], rest.at(-1)]).to.deep.equal(['event 502', 'state 3']);
  });

  it('keeps the newest state of each thing', async () => {
    const feed = new Feed<string>({ stateOf: (each) => /^(\w) is/.exec(each)?.[1] });
    for (let i = 1; i <= 1001; i++) for (const each of ['a', 'b']) feed.push(`${each} is ${i}`);
    feed.push('an event');
    feed.push('a is gone');
    feed.end();
    const rest: string[] = [];
    for await (const each of feed) rest.push(each);
    expect(rest).to.deep.equal(['b is 1001', 'an event', 'a is gone']);
  });

  it('begins with its reader, and is over before the reader hears so', async () => {
    const done: string[] = [];
    const newFeed = () =>
      new Feed<number>({
        onBegin: () => done.push('begun'),
        onEnd: async () => {
          await Promise.resolve();
          done.push('ended');
        },
      });
    await newFeed().return();
    expect(done).to.deep.equal([]);
    const feed = newFeed();
    const waiting = feed.next();
    // A reader may leave while it waits.
    await feed.return();
    done.push('left');
    expect((await waiting).done).to.equal(true);
    expect(done).to.deep.equal(['begun', 'ended', 'left']);
  });
});
