/** Stubs of a few lines of sh, in a PATH with nothing else. */
import fs from 'node:fs';
import path from 'node:path';

/** An Incus with a pool and the image, which makes nothing: requests to make something are logged in `$LOG`. */
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

/** The clients of Incus and LXD if no daemon runs. */
export const NO_DAEMON = `
echo 'Error: Get "http://unix.socket/1.0": dial unix /var/lib/incus/unix.socket: connect: no such file or directory' >&2
exit 1`;

/** A Vagrant with neither plugin nor box; all other requests are logged in `$LOG`. */
export const VAGRANT = `
case "$*" in
  --version) echo 'Vagrant 2.4.9' ;;
  'plugin list --machine-readable'|'box list --machine-readable') ;;
  *) echo "vagrant $*" >>"$LOG"; exit 9 ;;
esac`;

/** A Vagrant that fails to start. */
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

  /** Logged requests, by line. */
  get made(): string[] {
    return fs.readFileSync(this.#log, 'utf8').split('\n').slice(0, -1);
  }

  /** @param more folders of real programs */
  env(more: readonly string[] = []): Record<string, string> {
    return { PATH: [this.folder, ...more].join(path.delimiter), LOG: this.#log };
  }
}
