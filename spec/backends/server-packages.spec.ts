import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Here } from '../../lib/backends/local/here.js';
import { findServer, serverLack } from '../../lib/backends/local/server.js';
import { buildLab } from '../../lib/lab/lab.js';
import type { LabModel } from '../../lib/model/model.js';
import { inEnglish } from '../../lib/report/messages.js';
import { english } from '../support/english.js';
import { skip } from '../support/skip.js';
import { refusal } from './support/server-errors.js';
import { FakeHost, REDIS_7, VALKEY_8 } from './support/server-here.js';

/** What a package manager is given around the arguments, as far as it matters. */
const ENVIRONMENT = ' [$DEBIAN_FRONTEND $NEEDRESTART_SUSPEND $LC_ALL]';

describe('installing a server', () => {
  const redis = buildLab().model;
  const valkey = buildLab({ redis: { engine: 'valkey' } }).model;
  let host: FakeHost;

  beforeEach(() => {
    host = new FakeHost();
  });
  afterEach(() => host.remove());

  /** A package manager that records how it is called, and then does what `body` says. */
  function manager(name: string, body: string, environment = ''): void {
    host.program(name, `${host.recording(name, environment)}\n${body}`);
  }

  /** The end of a body: the packages are there. */
  function bring(name: string, says: string, cli = 'redis-cli'): string {
    const [server, client] = [host.server(name, says, 'store'), host.cli(cli, 'store')];
    return `cp '${server}' '${client}' '${host.bin()}'`;
  }

  /** In a body: goes on once the test has made this file. */
  function waitFor(file: string): string {
    return `while [ ! -e '${file}' ]; do sleep 0.02; done`;
  }

  async function remedy(lab: LabModel, here: Here, signal?: AbortSignal): Promise<string[]> {
    const told: string[] = [];
    const lack = english(await serverLack(lab, undefined, here));
    await lack.remedy?.run({ onProgress: (said) => void told.push(inEnglish(said)), signal });
    return told;
  }

  const APT =
    'apt-get install --yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=120 redis-tools';

  it('calls apt-get so that it asks nothing, and finds what it brings', async () => {
    manager('apt-get', bring('redis-check-rdb', REDIS_7), ENVIRONMENT);
    const told = await remedy(redis, host.here());
    expect(host.calls()).to.deep.equal([`${APT} [noninteractive 1 C]`]);
    expect(told[0]).to.equal('installing redis-tools with apt-get');
    expect(await findServer(redis, undefined, host.here())).to.include({ version: '7.0.15' });
  });

  it('fetches the lists of packages when it did not work without', async () => {
    const lists = path.join(host.folder, 'lists');
    manager(
      'apt-get',
      `[ "$1" != update ] || exec touch '${lists}'
       [ -e '${lists}' ] || { echo 'E: Unable to locate package redis-tools' >&2; exit 100; }
       ${bring('redis-check-rdb', REDIS_7)}`,
    );
    await remedy(redis, host.here());
    expect(host.calls()).to.deep.equal([
      APT,
      'apt-get update --quiet -o DPkg::Lock::Timeout=120',
      APT,
    ]);
  });

  it('takes the other engine where there is no package of the described one', async () => {
    manager(
      'apt-get',
      `case "$*" in *valkey-tools) echo 'E: Unable to locate package valkey-tools' >&2; exit 100;; esac
       ${bring('redis-check-rdb', REDIS_7)}`,
    );
    await remedy(valkey, host.here());
    const packages = host.calls().map((call) => call.split(' ').at(-1));
    expect(packages).to.deep.equal([
      'valkey-tools',
      'DPkg::Lock::Timeout=120',
      'valkey-tools',
      'redis-tools',
    ]);
  });

  const others: Record<string, string> = {
    dnf: 'dnf install --assumeyes --setopt=install_weak_deps=False valkey',
    pacman: 'pacman -S --noconfirm --needed valkey',
    apk: 'apk add --update-cache --no-progress valkey valkey-cli',
  };
  for (const [name, call] of Object.entries(others)) {
    it(`calls ${name}`, async () => {
      manager(name, bring('valkey-server', VALKEY_8, 'valkey-cli'));
      await remedy(valkey, host.here());
      expect(host.calls()).to.deep.equal([call]);
    });
  }

  it('calls brew as the user, without sudo', async () => {
    manager('brew', bring('redis-server', REDIS_7));
    manager('sudo', 'exit 1');
    await remedy(redis, host.here({ platform: 'darwin', isRoot: false }));
    expect(host.calls()).to.deep.equal(['brew install redis']);
  });

  describe('through sudo', () => {
    const TIMED =
      'sudo -n timeout -k 10 900 env LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1';

    /** What the kernel says of the latest sudo, on Linux. */
    let place: string;

    /** A sudo that runs what it is given, unless it wants a password that it has not got. */
    function sudo(password: 'never' | 'given' | 'refused'): void {
      place = path.join(host.folder, 'place');
      const known = path.join(host.folder, 'password');
      manager(
        'sudo',
        `case "$1" in
           -v) ${password === 'given' ? `exec touch '${known}'` : 'exit 1'};;
           -n) shift; cat /proc/$$/stat >'${place}' 2>/dev/null; ${password === 'never' ? ':' : `[ -e '${known}' ] || exit 1`}; exec "$@";;
           *) exit 9;;
         esac`,
      );
      manager('apt-get', bring('redis-check-rdb', REDIS_7), ENVIRONMENT);
    }

    it('asks for nothing where no password is wanted', async () => {
      sudo('never');
      await remedy(redis, host.here({ isRoot: false }));
      expect(host.calls()).to.deep.equal([
        'sudo -n true',
        `${TIMED} ${host.bin()}/${APT}`,
        `${APT} [noninteractive 1 C]`,
      ]);
    });

    it('lets sudo ask on a terminal', async () => {
      sudo('given');
      const told = await remedy(redis, host.here({ isRoot: false, terminal: true }));
      expect(told[0]).to.equal('sudo asks for your password');
      expect(host.calls()).to.deep.equal([
        'sudo -n true',
        'sudo -v',
        `${TIMED} ${host.bin()}/${APT}`,
        `${APT} [noninteractive 1 C]`,
      ]);
    });

    it('keeps a Ctrl-C of the terminal away, on which sudo remembers who gave the password', async function group() {
      if (process.platform !== 'linux') skip(this, 'Linux');
      sudo('given');
      await remedy(redis, host.here({ isRoot: false, terminal: true }));
      const [theirs, ours] = [place, '/proc/self/stat'].map((file) => {
        const [, , , , processGroup, session] = fs.readFileSync(file, 'utf8').split(' ');
        return { processGroup, session };
      });
      expect(theirs?.session).to.equal(ours?.session);
      expect(theirs?.processGroup).not.to.equal(ours?.processGroup);
    });

    it('says what to run when the password is not given', async () => {
      sudo('refused');
      const here = host.here({ isRoot: false, terminal: true });
      expect(await refusal(remedy(redis, here), 4)).to.equal(
        'The server cannot be installed: sudo did not let us.\nRun this, then the same command again: sudo apt-get install --no-install-recommends redis-tools',
      );
      expect(host.calls()).to.deep.equal(['sudo -n true', 'sudo -v']);
    });

    it('says what to run when nobody can be asked', async () => {
      sudo('refused');
      expect(await refusal(remedy(redis, host.here({ isRoot: false })), 4)).to.match(
        /there is no terminal to ask for it on\.\n.*sudo apt-get install --no-install-recommends redis-tools$/,
      );
      expect(host.calls()).to.deep.equal(['sudo -n true']);
    });
  });

  it('shows the last lines of a failure, and what to do', async () => {
    manager(
      'apt-get',
      `[ "$1" != update ] || exit 0
       for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do echo "line $i"; done
       echo 'E: dpkg was interrupted' >&2; exit 100`,
    );
    const message = await refusal(remedy(redis, host.here()), 4);
    expect(message).to.match(/^redis-tools cannot be installed: .*\/apt-get install .* ended with/);
    expect(message).to.contain('\n  line 15\n  E: dpkg was interrupted\n');
    expect(message).not.to.contain('line 3\n');
    expect(message).to.match(
      /or this by hand: apt-get install --no-install-recommends redis-tools$/,
    );
  });

  it('does not try another package after a failure that is not for want of the first', async () => {
    manager('dnf', `echo 'Error: disk is full'; exit 1`);
    await refusal(remedy(redis, host.here()), 4);
    expect(host.calls()).to.have.length(1);
  });

  it('gives the failure of the lists where they cannot be fetched', async () => {
    manager(
      'apt-get',
      `[ "$1" != update ] || { echo 'E: Temporary failure resolving' >&2; exit 100; }
       echo 'E: Unable to locate package' >&2; exit 100`,
    );
    const message = await refusal(remedy(redis, host.here()), 4);
    expect(message).to.match(/apt-get update .* ended with 100/);
    expect(message).to.contain('E: Temporary failure resolving');
  });

  it('tells what to do about a system that pacman finds too old', async () => {
    manager('pacman', `echo 'error: failed retrieving file' >&2; exit 1`);
    expect(await refusal(remedy(redis, host.here()), 4)).to.match(/pacman -Syu\.$/);
  });

  it('is not content with a package that brings no server', async () => {
    manager('apt-get', bring('redis-check-rdb', 'Redis server v=6.0.16 sha=0'));
    const message = await refusal(remedy(redis, host.here()), 4);
    expect(message).to.match(/^apt-get has done its work, and still there is no server/);
    expect(message).to.contain('is Redis 6.0.16, older than 6.2.0');
    expect(message).to.match(/run the same command again: apt-get install build-essential$/);
  });

  it('keeps a Ctrl-C away from the package manager', async function ownSession() {
    if (process.platform !== 'linux') skip(this, 'Linux');
    const place = path.join(host.folder, 'place');
    manager(
      'apt-get',
      `cut -d ' ' -f 1,6 /proc/$$/stat > '${place}'; ${bring('redis-server', REDIS_7)}`,
    );
    await remedy(redis, host.here());
    const [pid, session] = fs.readFileSync(place, 'utf8').trim().split(' ');
    expect(session).to.equal(pid);
  });

  it('calls an abort by its name, whatever became of the lists of packages', async () => {
    const aborter = new AbortController();
    const [begun = '', go = ''] = ['begun', 'go'].map((name) => path.join(host.folder, name));
    manager('apt-get', `[ "$1" != update ] || { touch '${begun}'; ${waitFor(go)}; }; exit 100`);
    const done = remedy(redis, host.here(), aborter.signal).catch((reason: unknown) => reason);
    while (!fs.existsSync(begun)) await sleep(10);
    aborter.abort(new Error('enough'));
    fs.writeFileSync(go, '');
    expect(await done).to.have.property('message', 'enough');
    expect(host.calls()).to.have.length(2);
  });

  it('lets the package manager end before it heeds an abort', async () => {
    const [begun = '', go = '', ended = ''] = ['begun', 'go', 'ended'].map((name) =>
      path.join(host.folder, name),
    );
    manager(
      'apt-get',
      `touch '${begun}'; ${waitFor(go)}; touch '${ended}'; ${bring('redis-server', REDIS_7)}`,
    );
    const aborter = new AbortController();
    const told: string[] = [];
    const lack = english(await serverLack(redis, undefined, host.here()));
    const done = lack.remedy
      ?.run({ onProgress: (said) => void told.push(inEnglish(said)), signal: aborter.signal })
      .catch((reason: unknown) => reason);
    while (!fs.existsSync(begun)) await sleep(10);
    aborter.abort(new Error('enough'));
    while (told.at(-1) !== 'apt-get is at work: ending when it has') await sleep(10);
    expect(fs.existsSync(ended)).to.equal(false);
    fs.writeFileSync(go, '');
    expect(await done).to.have.property('message', 'enough');
    expect(fs.existsSync(ended)).to.equal(true);
    expect(host.calls()).to.have.length(1);
  });
});
