/** What more than one check wants to know, asked once. */
import path from 'node:path';
import type { ClassGround } from '../backends/class-ground.js';
import type { Sentence } from '../coded.js';
import type { LabModel } from '../model/model.js';
import { compareVersions } from '../model/releases.js';
import { message } from '../report/messages.js';
import { type Answer, type Host, outputOf, type Silent, saidBy } from './host.js';
import { type Provider, providerOf } from './provider.js';

/**
 * Ruby, and a cold disk on Windows, are slow. What is asked after the provider is known still ends within the deadline of
 * a check.
 */
const VAGRANT_MS = 10_000;

/** Vagrant must not look for a newer version of itself. */
const QUIET = { VAGRANT_CHECKPOINT_DISABLE: '1' };

export interface Version {
  /** `x.y.z` */
  readonly version: string;
  /** All that it said, on lines. */
  readonly said: string;
}

/** Why there is no answer. */
export interface Flaw {
  readonly flaw: Sentence;
  /** The deadline passed: it may work all the same. */
  readonly late?: true;
}

export type Asked = Version | Flaw;

export interface Box {
  readonly name: string;
  readonly provider: string;
  readonly version: string;
  /** `amd64`, `arm64`; undefined where Vagrant does not tell. */
  readonly architecture: string | undefined;
}

export class Facts {
  readonly host: Host;
  readonly lab: LabModel;
  /** How many labs of a class there are to be; undefined: there is no class. */
  readonly labs: number | undefined;
  readonly #asked = new Map<string, Promise<unknown>>();

  constructor(host: Host, lab: LabModel, labs?: number | undefined) {
    this.host = host;
    this.lab = lab;
    this.labs = labs;
  }

  /** What the server has for a class. */
  async ground(): Promise<ClassGround | Silent> {
    return this.#once('ground', () => this.host.ground('incus', this.lab));
  }

  get vagrantProgram(): string | undefined {
    return this.host.program('vagrant');
  }

  /** Where Vagrant keeps its boxes. */
  get vagrantHome(): string {
    const { env, home, platform } = this.host;
    const { join } = platform === 'win32' ? path.win32 : path.posix;
    return env['VAGRANT_HOME'] || join(home, '.vagrant.d');
  }

  /** VirtualBox's own command, which is not on the PATH of Windows. */
  get vboxProgram(): string | undefined {
    const { VBOX_MSI_INSTALL_PATH, VBOX_INSTALL_PATH } = this.host.env;
    const folders = [VBOX_MSI_INSTALL_PATH, VBOX_INSTALL_PATH].flatMap((each) => each ?? []);
    return this.host.program('VBoxManage', folders);
  }

  /** Undefined: there is none. */
  async vagrant(): Promise<Asked | undefined> {
    return this.#once('vagrant', () =>
      this.#version(this.vagrantProgram, ['--version'], /^Vagrant (\d+\.\d+\.\d+)/m),
    );
  }

  async virtualBox(): Promise<Asked | undefined> {
    return this.#once('VirtualBox', () =>
      this.#version(this.vboxProgram, ['--version'], /^(\d+\.\d+\.\d+)\w*r\d+/m),
    );
  }

  /** Version of a plugin; undefined if it is not installed; a flaw where that is not known. */
  async plugin(name: string): Promise<Asked | undefined> {
    const answer = await this.#vagrantSays('plugin', 'list', '--machine-readable');
    if (answer === undefined) return undefined;
    const text = outputOf(answer);
    if (text === undefined) return flawOf(answer);
    const line = text.split('\n').find((each) => each.includes(`,${name},plugin-version,`));
    if (line === undefined) return undefined;
    const [, version = '0.0.0'] = /,plugin-version,(\d+\.\d+\.\d+)/.exec(line) ?? [];
    return { version, said: line };
  }

  /** The boxes that are here; a flaw where they could not be listed. */
  async boxes(): Promise<readonly Box[] | Flaw> {
    const answer = await this.#vagrantSays('box', 'list', '--machine-readable');
    if (answer === undefined) return { flaw: message('asked.no-program', { program: 'Vagrant' }) };
    const text = outputOf(answer);
    if (text === undefined) return flawOf(answer);
    return boxesIn(text).map((box) => ({
      ...box,
      architecture: box.architecture ?? this.#architectureOf(box),
    }));
  }

  /** What a box says of itself, for a Vagrant that does not ask: before 2.4.0. */
  #architectureOf({ name, version, provider }: Box): string | undefined {
    const folder = `${this.vagrantHome}/boxes/${name.replaceAll('/', '-VAGRANTSLASH-')}`;
    const said = this.host.read(`${folder}/${version}/${provider}/metadata.json`) ?? '';
    return /"architecture"\s*:\s*"(\w+)"/.exec(said)?.[1];
  }

  /** What Vagrant would make the machines with; undefined if nothing is here that could. */
  async provider(): Promise<Provider | undefined> {
    return this.#once('provider', () => providerOf(this));
  }

  /** Output of a program that is called once, however many ask; undefined if there is no such program. */
  async says(
    name: string,
    args: readonly string[],
    deadlineMs?: number,
  ): Promise<Answer | undefined> {
    const program = this.host.program(name);
    if (program === undefined) return undefined;
    const options = deadlineMs === undefined ? {} : { deadlineMs };
    return this.#once(`${name} ${args.join(' ')}`, () => this.host.run(program, args, options));
  }

  /** What VirtualBox's command says to these; undefined if there is no VirtualBox. */
  async virtualBoxSays(...args: readonly string[]): Promise<Answer | undefined> {
    const program = this.vboxProgram;
    if (program === undefined) return undefined;
    const options = { deadlineMs: VAGRANT_MS };
    return this.#once(`VBoxManage ${args.join(' ')}`, () => this.host.run(program, args, options));
  }

  /** Whether Vagrant is there and at least this new. */
  async vagrantIs(oldest: string): Promise<boolean> {
    const vagrant = await this.vagrant();
    return vagrant !== undefined && 'version' in vagrant && isNew(vagrant.version, oldest);
  }

  async #vagrantSays(...args: readonly string[]): Promise<Answer | undefined> {
    const program = this.vagrantProgram;
    if (program === undefined) return undefined;
    const options = { deadlineMs: VAGRANT_MS, env: QUIET };
    return this.#once(`vagrant ${args.join(' ')}`, () => this.host.run(program, args, options));
  }

  async #version(
    program: string | undefined,
    args: readonly string[],
    pattern: RegExp,
  ): Promise<Asked | undefined> {
    if (program === undefined) return undefined;
    const answer = await this.host.run(program, args, { deadlineMs: VAGRANT_MS, env: QUIET });
    if (!answer.ended) return flawOf(answer);
    const [, version] = pattern.exec(answer.stdout) ?? [];
    const said = `${answer.stdout}\n${answer.stderr}`;
    return version === undefined
      ? { flaw: message('asked.says', { said: saidBy(answer) }) }
      : { version, said };
  }

  async #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#asked.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const asked = ask();
    this.#asked.set(key, asked);
    return asked;
  }
}

function flawOf(answer: Answer): Flaw {
  const late = !answer.ended && answer.late === true;
  return { flaw: saidBy(answer), ...(late ? { late } : {}) };
}

/** `true` from this version on. */
export function isNew(version: string, oldest: string): boolean {
  return compareVersions(version, oldest) >= 0;
}

/** Lines `time,target,type,data`; a box begins with its name. */
function boxesIn(text: string): Box[] {
  const boxes: { name: string; provider: string; version: string; architecture?: string }[] = [];
  for (const line of text.split('\n')) {
    const [, , type = '', data = ''] = line.trim().split(',');
    const box = boxes.at(-1);
    if (type === 'box-name') boxes.push({ name: data, provider: '', version: '' });
    else if (box && type === 'box-provider') box.provider = data;
    else if (box && type === 'box-version') box.version = data;
    // It says `n/a` of a box that was added from a file.
    else if (box && type === 'box-architecture' && data !== 'n/a') box.architecture = data;
  }
  return boxes.map(({ architecture, ...box }) => ({ ...box, architecture }));
}
