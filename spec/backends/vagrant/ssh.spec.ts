import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { Ssh } from '../../../lib/backends/vagrant/ssh.js';
import { skip } from '../../support/skip.js';

const ssh = new Ssh({ program: '/usr/bin/ssh', config: '/labs/x/ssh-config', sockets: '/labs/x' });

describe('a command line by ssh', () => {
  it('reaches the program over there word by word, whatever is in the words', function () {
    if (process.platform === 'win32') skip(this, 'a system other than Windows');
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).filter((word) => !word.includes('\0'))),
        (words) => {
          const line = ssh.invocation('master', ['printf', '%s\\0', ...words]).args.at(-1) ?? '';
          // What the shell over there makes of it, without sudo, of which there may be none here.
          const { stdout } = {
            stdout: execFileSync('/bin/sh', ['-c', `set -- ${line}; shift 4; "$@"`], {
              encoding: 'utf8',
            }),
          };
          expect(stdout).to.equal(
            words.length === 0 ? '\0' : words.map((word) => `${word}\0`).join(''),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('asks nobody for a password, and does not wait for ever', () => {
    const { args } = ssh.invocation('master', ['true']);
    expect(args).to.include.members(['BatchMode=yes', '/labs/x/ssh-config', 'ConnectTimeout=20']);
  });

  it('shares one connection a process where the path of its socket fits', function () {
    if (process.platform === 'win32') skip(this, 'a system other than Windows');
    const shared = (sockets: string) =>
      new Ssh({ program: 'ssh', config: 'c', sockets })
        .invocation('master', ['true'])
        .args.includes('ControlMaster=auto');
    expect(shared('/home/student/.local/state/redis-lab/.vagrant/redis-lab')).to.equal(true);
    expect(shared(`/home/${'long'.repeat(20)}/.local/state/redis-lab`)).to.equal(false);
    // People's own commands may outlive this process.
    expect(ssh.attached('master', ['redis-cli']).args).not.to.include('ControlMaster=auto');
  });
});
