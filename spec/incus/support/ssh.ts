/** The ssh of a student, in a class on the ground's cluster. */
import fs from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';

/** What a slip says of the way in. */
export interface Entry {
  readonly address: string;
  readonly port: number;
  /** Undefined: the key opens. */
  readonly password: string | undefined;
  readonly fingerprint: string;
}

/** What slips in Markdown say, in their order. */
export function entriesIn(text: string): readonly Entry[] {
  return text.split('\n---\n').map((slip) => {
    const find = (pattern: RegExp) => pattern.exec(slip)?.[1];
    return {
      address: find(/student@([\w.]+)/) ?? '',
      port: Number(find(/ssh -p (\d+)/)),
      password: find(/\*\*Password:\*\* `([^`]+)`/),
      fingerprint: find(/(SHA256:[\w+/]+)/) ?? '',
    };
  });
}

/** A student's own computer: a folder with a key, and a program that answers when `ssh` asks for the password. */
export class Ssh {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    fs.writeFileSync(this.#at('answer'), '#!/bin/sh\nprintf "%s\\n" "$STUDENT_PASSWORD"\n', {
      mode: 0o755,
    });
  }

  /** A new key; its public half. */
  async newKey(): Promise<string> {
    const words = ['-q', '-t', 'ed25519', '-N', '', '-C', 'ani', '-f', this.#at('key')];
    await execa('ssh-keygen', words, { timeout: 60_000 });
    return fs.readFileSync(this.#at('key.pub'), 'utf8').trim();
  }

  /** Runs a command where the entry leads: its exit code, and all that it said, below each other. */
  async run({ address, port, password, fingerprint }: Entry, command: string) {
    // The host key is the one whose fingerprint the slip has, or nothing is sent.
    const hosts = this.#at(`hosts-${port}`);
    const seen = await execa(
      'ssh-keyscan',
      ['-T', '30', '-t', 'ed25519', '-p', String(port), address],
      {
        timeout: 60_000,
      },
    );
    fs.writeFileSync(hosts, `${seen.stdout}\n`);
    const { stdout: shown } = await execa('ssh-keygen', ['-l', '-f', hosts], { timeout: 60_000 });
    if (!shown.includes(fingerprint)) return { all: `${shown} is not ${fingerprint}` };
    const options = {
      UserKnownHostsFile: hosts,
      StrictHostKeyChecking: 'yes',
      ConnectTimeout: '30',
      NumberOfPasswordPrompts: '1',
      IdentitiesOnly: 'yes',
      ...(password === undefined
        ? { IdentityFile: this.#at('key'), PasswordAuthentication: 'no' }
        : { PubkeyAuthentication: 'no' }),
    };
    const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const { exitCode, all } = await execa(
      'ssh',
      ['-F', 'none', ...words, '-p', String(port), `student@${address}`, command],
      {
        all: true,
        reject: false,
        stdin: 'ignore',
        timeout: 120_000,
        env: {
          SSH_ASKPASS: this.#at('answer'),
          SSH_ASKPASS_REQUIRE: 'force',
          SSH_AUTH_SOCK: '',
          STUDENT_PASSWORD: password ?? '',
        },
      },
    );
    return { all: `${exitCode}\n${all}` };
  }

  #at(name: string): string {
    return path.join(this.#folder, name);
  }
}
