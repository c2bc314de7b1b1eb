import { expect } from 'chai';
import { all } from '../../lib/backends/all.js';

describe('all at once', () => {
  it('gives the results in order', async () => {
    expect(await all([3, 1, 2], undefined, async (each) => each * 2)).to.deep.equal([6, 2, 4]);
  });

  it('calls the others off when one fails, waits for them, and throws what it failed with', async () => {
    const ended: string[] = [];
    const failure = new Error('one failed');
    const run = all(['fails', 'waits'], undefined, async (each, off) => {
      if (each === 'fails') throw failure;
      await new Promise<void>((resolve) => off.addEventListener('abort', () => resolve()));
      ended.push(each);
    });
    const thrown = await run.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).to.equal(failure);
    expect(ended).to.deep.equal(['waits']);
  });

  it('hands on that it was called off itself', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = all([1], controller.signal, async (_, off) => {
      controller.abort(reason);
      off.throwIfAborted();
    });
    expect(await run.catch((error: unknown) => error)).to.equal(reason);
  });
});
