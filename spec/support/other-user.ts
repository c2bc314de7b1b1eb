/** Files of other users, which only root can make. */

/** No user of the machine that runs the tests. */
export const NOBODY = 65_534;

/** A test for root; for an ordinary user it is skipped, and says so, or fails where nothing may be skipped. */
export function asRoot(title: string, test: () => void | Promise<void>): void {
  it(title, function () {
    if (process.getuid?.() !== 0) {
      if (process.env['CI'] === 'true') throw new Error('this needs root: files of another user');
      this.skip();
    }
    return test();
  });
}
