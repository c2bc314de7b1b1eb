/** Passwords and tokens of students: files in this user's state that nobody else can read, by the names of their labs. */
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { Folder } from '../workspace/folder.js';
import { stateHome } from '../workspace/xdg.js';

/** No letter or digit that looks like another one: passwords are read from paper. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Of groups with a dash between them: 59 bits. */
const PASSWORD = { groups: 3, letters: 4 } as const;

type Kind = 'password' | 'token';

export class Secrets {
  readonly #folder: Folder;

  constructor(home = stateHome()) {
    this.#folder = new Folder(path.join(home, '.entries'));
  }

  /**
   * What is kept for a lab; undefined where nothing is.
   * @throws WorkspaceError when it is not a file of this user that nobody else can read
   */
  kept(lab: string, kind: Kind): string | undefined {
    if (!this.#folder.isOwn()) return undefined;
    return this.#folder.readOwn(`${lab}.${kind}`)?.toString('utf8').trim() || undefined;
  }

  keep(lab: string, kind: Kind, secret: string): void {
    this.#folder.makePrivate();
    this.#folder.replace(`${lab}.${kind}`, `${secret}\n`, 0o600);
  }

  /** The password of a lab, which is made once. */
  password(lab: string): string {
    const kept = this.kept(lab, 'password');
    if (kept !== undefined) return kept;
    const made = newPassword();
    this.keep(lab, 'password', made);
    return made;
  }

  forget(lab: string, ...kinds: readonly Kind[]): void {
    if (!this.#folder.isOwn()) return;
    for (const kind of kinds) this.#folder.remove(`${lab}.${kind}`);
    this.#folder.removeAsides();
    this.#folder.removeEmptyRoot();
  }
}

function newPassword(): string {
  const group = () =>
    Array.from({ length: PASSWORD.letters }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: PASSWORD.groups }, group).join('-');
}
