/** Programs of a few lines of sh, in a PATH that has nothing else. */
import fs from 'node:fs';
import path from 'node:path';

/** An Incus that answers, with a pool and the image, and makes nothing: what it was asked to make is in `$LOG`. */
export const INCUS = `
case "$*" in
  'project --project default list '*) echo default ;;
  'query local:/1.0/projects/default'*) echo '{}' ;;
  'query local:/1.0/profiles/default'*)
    echo '{"devices":{"root":{"type":"disk","path":"/","pool":"default"}}}' ;;
  'query local:/1.0/'*'recursion=1'*) echo '[]' ;;
  'query '*) echo 'Error: not found' >&2; exit 1 ;;
  'image --project default info '*) echo 'Type: container' ;;
  *) echo "incus $*" >>"$LOG"; echo 'Error: no space left' >&2; exit 1 ;;
esac`;

/** Those of Incus and LXD where no daemon runs. */
export const NO_DAEMON = `
echo 'Error: Get "http://unix.socket/1.0": dial unix /var/lib/incus/unix.socket: connect: no such file or directory' >&2
exit 1`;

/** A Vagrant that is there, with neither plugin nor box; what it was asked to do besides is in `$LOG`. */
export const VAGRANT = `
case "$*" in
  --version) echo 'Vagrant 2.4.9' ;;
  'plugin list --machine-readable'|'box list --machine-readable') ;;
  *) echo "vagrant $*" >>"$LOG"; exit 9 ;;
esac`;

/** A Vagrant that does not run, whatever others this machine has. */
export const BROKEN = `echo 'ruby: not found' >&2; exit 127`;

/** A folder of programs. */
export class Programs {
  readonly folder: string;
  readonly #log: string;

  constructor(parent: string) {
    this.folder = path.join(parent, 'bin');
    this.#log = path.join(parent, 'made');
    fs.mkdirSync(this.folder);
    fs.writeFileSync(this.#log, '');
  }

  add(name: string, body: string): void {
    fs.writeFileSync(path.join(this.folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  /** What was asked for that changes something, by line. */
  get made(): string[] {
    return fs.readFileSync(this.#log, 'utf8').split('\n').slice(0, -1);
  }

  /** `more`: folders of programs that are really here. */
  env(more: readonly string[] = []): Record<string, string> {
    return { PATH: [this.folder, ...more].join(path.delimiter), LOG: this.#log };
  }
}
