/** Vagrant, which never reaches the network, and a VirtualBox that only says its version. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { type Ran, run, SEARCHED, said } from './run.js';
import { scratch, writeBelow } from './scratch.js';

export interface Stub {
  readonly folder: string;
  /** What it was called with so far. */
  calls(): string[];
}

/** Vagrant only reads the block of a provider that it finds usable. */
export function virtualBoxStub(): Stub {
  const folder = scratch('virtualbox');
  const script = [
    '#!/bin/sh',
    'echo "$*" >>"$0.calls"',
    'case $1 in --version) echo 7.0.10r158379 ;; esac',
    '',
  ];
  writeBelow(folder, 'VBoxManage', script.join('\n'), 0o755);
  const log = path.join(folder, 'VBoxManage.calls');
  return {
    folder,
    calls: () => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trimEnd().split('\n') : []),
  };
}

type Provider = 'libvirt' | 'virtualbox';

interface VagrantOptions {
  readonly provider: Provider;
  readonly stub?: Pick<Stub, 'folder'>;
  /** Instead of what it would have otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  readonly seconds?: number;
}

let home: string | undefined;

/** What Vagrant is told, so that it finds nothing of this machine's user, and never the network. */
export function environment(
  provider: Provider,
  stub: Pick<Stub, 'folder'>,
): Record<string, string> {
  home ??= scratch('vagrant-home');
  return {
    PATH: [stub.folder, ...SEARCHED].join(':'),
    VAGRANT_HOME: home,
    // Vagrant keeps notes beside the Vagrantfile, and the lab's folder is not for that.
    VAGRANT_DOTFILE_PATH: scratch('vagrant-dotfiles'),
    VAGRANT_DEFAULT_PROVIDER: provider,
    // VirtualBox's provider is Vagrant's own: what others would add takes a fifth of the time to load.
    ...(provider === 'virtualbox' ? { VAGRANT_NO_PLUGINS: '1' } : {}),
    VAGRANT_CHECKPOINT_DISABLE: '1',
    // Before 2.4.0 disks are ignored without it.
    VAGRANT_EXPERIMENTAL: 'disks',
    // Nobody listens there: what would go to the network ends at once.
    VAGRANT_SERVER_URL: NOWHERE,
    http_proxy: NOWHERE,
    https_proxy: NOWHERE,
  };
}

const NOWHERE = 'http://127.0.0.1:9';

export async function vagrant(
  folder: string,
  args: readonly string[],
  { provider, stub = virtualBoxStub(), env = {}, seconds = 220 }: VagrantOptions,
): Promise<Ran> {
  return run('vagrant', ['--no-tty', ...args], {
    cwd: folder,
    env: { ...environment(provider, stub), ...env },
    seconds,
  });
}

/** A newer one would not refuse, but download a box. */
export function vagrantOlderThan244(): string | undefined {
  const { stdout } = spawnSync('vagrant', ['--version'], { encoding: 'utf8', timeout: 180_000 });
  const [, ...parts] = /(\d+)\.(\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  const [major = 0, minor = 0, patch = 0] = parts.map(Number);
  const older = (major * 1000 + minor) * 1000 + patch < 2_004_004;
  return older ? undefined : 'a Vagrant before 2.4.4';
}

/** Vagrant brings VirtualBox's provider, which the stub satisfies; libvirt's is a plugin. */
export function provides(provider: Provider): () => string | undefined {
  return () => {
    if (provider === 'virtualbox') return undefined;
    const { stdout } = spawnSync('vagrant', ['plugin', 'list'], {
      encoding: 'utf8',
      timeout: 180_000,
      env: environment('libvirt', virtualBoxStub()),
    });
    return stdout?.includes('vagrant-libvirt') ? undefined : 'the plugin vagrant-libvirt';
  };
}

/** Where Ruby itself finds Vagrant as a library: in Debian's packages, not in HashiCorp's. */
export function vagrantLibrary(): string | undefined {
  const { status } = spawnSync('ruby', ['-e', 'gem "vagrant"'], { timeout: 180_000 });
  return status === 0 ? undefined : 'a Vagrant that is a library of Ruby';
}

export interface SeenMachine {
  readonly name: string;
}

/** The machines that Vagrant knows after it has read the Vagrantfile in `folder`. */
export async function seenByVagrant(folder: string, provider: Provider): Promise<SeenMachine[]> {
  const probe = path.join(import.meta.dirname, 'vagrant-probe.rb');
  const ran = await run('ruby', [probe, folder, provider], {
    env: environment(provider, virtualBoxStub()),
  });
  expect(ran.code, said(ran)).to.equal(0);
  return JSON.parse(ran.stdout) as SeenMachine[];
}
