/** Passwords and tokens of students, on the disk of the instructor. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { Secrets } from '../../lib/class/secrets.js';
import { WorkspaceError } from '../../lib/errors.js';
import { filesBelow, scratchFolder } from '../cache/support/folders.js';

describe('the secrets of a class', () => {
  const scratch = scratchFolder();

  it('are made once, each another, without letters that look alike', () => {
    const secrets = new Secrets(scratch.root);
    const made = Array.from({ length: 300 }, (_, i) => secrets.password(`lab-${i}`));
    expect(new Set(made).size).to.equal(300);
    for (const each of made)
      expect(each).to.match(/^(?:[a-hjkmnp-z2-9]{4}-){2}[a-hjkmnp-z2-9]{4}$/);
    const again = new Secrets(scratch.root);
    expect(made.map((_, i) => again.password(`lab-${i}`))).to.deep.equal(made);
  });

  it('are for nobody else to read', () => {
    const secrets = new Secrets(scratch.root);
    secrets.keep('lab-1', 'token', 'x'.repeat(300));
    secrets.password('lab-1');
    const mode = (name: string) => fs.statSync(path.join(scratch.root, name)).mode & 0o777;
    expect(filesBelow(scratch.root)).to.deep.equal([
      '.entries/lab-1.password',
      '.entries/lab-1.token',
    ]);
    expect(mode('.entries')).to.equal(0o700);
    for (const name of filesBelow(scratch.root)) expect(mode(name), name).to.equal(0o600);
    fs.chmodSync(path.join(scratch.root, '.entries/lab-1.password'), 0o644);
    expect(() => secrets.password('lab-1')).to.throw(WorkspaceError, 'is open to others');
  });

  it('are gone with the lab, and leave nothing', () => {
    const secrets = new Secrets(scratch.root);
    secrets.forget('lab-1', 'password', 'token');
    const before = secrets.password('lab-1');
    secrets.password('lab-2');
    secrets.forget('lab-1', 'password', 'token');
    expect(filesBelow(scratch.root)).to.deep.equal(['.entries/lab-2.password']);
    expect(secrets.kept('lab-1', 'password')).to.equal(undefined);
    expect(secrets.password('lab-1')).to.not.equal(before);
    secrets.forget('lab-1', 'password');
    secrets.forget('lab-2', 'password');
    expect(fs.readdirSync(scratch.root)).to.deep.equal([]);
  });
});
