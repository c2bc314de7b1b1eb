/** Files of other users, which only root can make. */
import { needs } from './skip.js';

/** A user other than the one that runs the tests. */
export const NOBODY = 65_534;

/** A test for root; for an ordinary user it is skipped, and says so, or fails where nothing may be skipped. */
export function asRoot(title: string, test: () => void | Promise<void>): void {
  it(title, function () {
    needs(this, process.getuid?.() === 0 ? undefined : 'root, for files of another user');
    return test();
  });
}
