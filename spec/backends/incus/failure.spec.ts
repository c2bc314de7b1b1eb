import { expect } from 'chai';
import { errorOf, failed, unreachable } from '../../../lib/backends/incus/failure.js';

describe('what the client of Incus or LXD refuses with', () => {
  /** As LXD 5.0.2 and Incus 6.0.4 say it. */
  const SAID: Record<string, readonly [said: string, fix: RegExp]> = {
    'a daemon that does not run': [
      'Error: Get "http://unix.socket/1.0": dial unix /var/lib/lxd/unix.socket: connect: connection refused',
      /LXD does not answer\. Start it: sudo systemctl start lxd/,
    ],
    'a socket that is not there': [
      'Error: Get "http://unix.socket/1.0": dial unix /var/lib/lxd/unix.socket: connect: no such file or directory',
      /Start it/,
    ],
    'no permission': [
      'Error: Get "http://unix.socket/1.0": dial unix /var/lib/lxd/unix.socket: connect: permission denied',
      /sudo usermod -aG lxd/,
    ],
    'a remote that nobody knows': [
      'Error: The remote "far" doesn\'t exist',
      /remote add local ADDRESS/,
    ],
  };
  for (const [name, [said, fix]] of Object.entries(SAID)) {
    it(`leads on from ${name}`, () => {
      expect(unreachable('lxc', 'local', said)?.fix.text).to.match(fix);
    });
  }

  it('is something else where the server answered', () => {
    expect(unreachable('lxc', 'local', 'Error: Failed creating instance: no space left')).to.equal(
      undefined,
    );
  });

  it('is said in its own words, without what was asked', () => {
    expect(errorOf('warning\nError: Get "http://unix.socket/1.0": dial unix x\n')).to.equal(
      'dial unix x',
    );
    expect(errorOf('')).to.equal('it said nothing');
  });

  it('ends with 3 where the server is gone, and with 4 otherwise', () => {
    const ran = { command: 'lxc start x', code: 1, stdout: '' };
    const gone = failed('lxc', 'local', { ...ran, stderr: 'Error: dial unix: connection refused' });
    expect(gone).to.include({ exitCode: 3 });
    expect(gone.message).to.contain('redis-lab down --backend incus');
    const other = failed('lxc', 'local', { ...ran, stderr: 'Error: no' });
    expect(other).to.include({ exitCode: 4, message: 'lxc start x failed with 1: no' });
  });
});
