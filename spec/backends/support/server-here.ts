/** A host made of scripts: they stand for servers and package managers that cannot be had here. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Here } from '../../../lib/backends/local/here.js';

export const REDIS_7 = 'Redis server v=7.0.15 sha=00000000:0 malloc=libc bits=64 build=1';
export const VALKEY_8 = 'Valkey server v=8.1.1 sha=00000000:0 malloc=libc bits=64 build=1';

export class FakeHost {
  readonly folder = fs.mkdtempSync(
    path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-server-spec-'),
  );
  /** What was called, in order, each with its arguments. */
  private readonly log = path.join(this.folder, 'calls');

  here(host: Partial<Here> = {}): Here {
    return {
      platform: 'linux',
      folders: [this.bin()],
      isRoot: true,
      terminal: false,
      cache: path.join(this.folder, 'cache'),
      ...host,
    };
  }

  /** A folder of programs. */
  bin(name = 'bin'): string {
    const bin = path.join(this.folder, name);
    fs.mkdirSync(bin, { recursive: true });
    return bin;
  }

  /** A program in the language of sh. */
  program(name: string, body: string, bin = 'bin'): string {
    const file = path.join(this.bin(bin), name);
    fs.writeFileSync(file, `#!/bin/sh\n${body}\n`);
    fs.chmodSync(file, 0o755);
    return file;
  }

  /** A program that says something when it is asked for its version. */
  server(name: string, says: string, bin = 'bin'): string {
    return this.program(name, `[ "$1" = --version ] && echo '${says}'`, bin);
  }

  cli(name = 'redis-cli', bin = 'bin'): string {
    return this.program(name, 'exit 1', bin);
  }

  /** What makes a program name itself and its arguments in the log, in the language of sh. */
  recording(name: string, more = ''): string {
    return `printf '%s\\n' "${name} $*${more}" >> '${this.log}'`;
  }

  calls(): string[] {
    if (!fs.existsSync(this.log)) return [];
    return fs.readFileSync(this.log, 'utf8').trimEnd().split('\n');
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Whether a process runs; one that has ended and that nobody asked for does not. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
