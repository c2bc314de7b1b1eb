/** Everything that the checks ask of a machine. Tests give recorded answers. */
import type { Lack } from '../backends/backend.js';
import type { ClassGround } from '../backends/class-ground.js';
import type { Editing } from '../backends/edited.js';
import type { BackendName } from '../backends/registry.js';
import type { Foreign } from '../cache/foreign.js';
import type { Sentence } from '../coded.js';
import { EXIT, RedisLabError } from '../errors.js';
import type { LabModel } from '../model/model.js';
import { inEnglish, message } from '../report/messages.js';

export interface Host {
  readonly platform: NodeJS.Platform;
  /** As Node calls it: `x64`, `arm64`. */
  readonly arch: string;
  /** Of the system's kernel: `6.12.3-amd64`. */
  readonly release: string;
  /** `v20.20.0` */
  readonly nodeVersion: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This user's folder. */
  readonly home: string;
  /** Whether {@link asRoot} can work: as root, or with sudo. */
  readonly canBeRoot: boolean;
  /** Megabytes; what is available is undefined where the system does not tell. */
  memory(): { readonly totalMb: number; readonly availableMb: number | undefined };
  interfaces(): readonly Range[];
  /** Undefined where there is none, or it may not be read. */
  read(file: string): string | undefined;
  /** Why a file cannot be opened for reading and writing; undefined if it can. */
  whyNotUsable(file: string): 'absent' | 'denied' | undefined;
  /** Megabytes left where a folder is, or would be made. */
  freeMb(folder: string): number | undefined;
  /** Absolute path; undefined if there is none on the PATH or in these folders. */
  program(name: string, folders?: readonly string[]): string | undefined;
  /** Throws nothing but the reason of the signal that the host was made with. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<Answer>;
  /** The same, as root. */
  asRoot(program: string, args: readonly string[], options?: RunOptions): Promise<Answer>;
  /** Asks a web server for the head of an address, whatever it answers. */
  reach(url: string): Promise<Reached>;
  /** Those TCP ports of loopback that nobody listens on and this user may. */
  freePorts(ports: readonly number[]): Promise<readonly number[]>;
  /** Whether anybody answers at one of these TCP ports of an address in a network of this machine, within a second. */
  answers(address: string, ports: readonly number[]): Promise<boolean>;
  /** Whether a backend has this lab, up or not; also where that cannot be told. */
  has(backend: BackendName, lab: LabModel): Promise<boolean>;
  /** Milliseconds since 1970. */
  epochMs(): number;
  /** What a backend itself says that it lacks; it has 15 seconds. */
  lacks(backend: BackendName, lab: LabModel): Promise<readonly Lack[] | Silent>;
  /** What the server of a backend has for a class; it has 15 seconds. */
  ground(backend: BackendName, lab: LabModel): Promise<ClassGround | Silent>;
  /** The Redis server that processes of this machine would be. */
  server(lab: LabModel): Promise<Server | undefined | Silent>;
  /** Programs that compiling needs and that are missing. */
  missingTools(lab: LabModel): readonly string[];
  /** What installs them, to be typed by hand; undefined where nobody knows the system's package manager. */
  installTools(): string | undefined;
  /** What the cache has of the described release; undefined if nothing. */
  kept(lab: LabModel): Promise<Sentence | undefined>;
  /** What the cache has for the lab and does not use, because somebody else could have put it there. */
  foreign(lab: LabModel): readonly Foreign[];
  /** What somebody changed in the configurations of a backend's lab; undefined if there is none, or its machines do not run. */
  edited(backend: BackendName, lab: LabModel): Promise<Editing | undefined | Silent>;
  /** Where labs of this machine have their data. */
  stateFolder(): string;
}

export interface Range {
  /** `eth0` */
  readonly name: string;
  /** IPv4, `192.168.56.1/24`. */
  readonly cidr: string;
}

export interface RunOptions {
  /** Milliseconds. Default 8000. */
  readonly deadlineMs?: number;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
  /** Instead of the host's own, which ends with the examination: a remedy gives its caller's. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of a program. */
export type Answer =
  | {
      readonly ended: true;
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
    }
  | ({ readonly ended: false } & Silent);

/** Something that gave no answer, and why. */
export interface Silent {
  readonly silent: Sentence;
  /** The deadline passed: it may work all the same. */
  readonly late?: true;
}

export type Reached =
  | { readonly reached: true; readonly dateMs: number | undefined }
  | {
      readonly reached: false;
      readonly failure: Sentence;
      /** As Node calls it, `ENOTFOUND`; undefined where it does not say. */
      readonly code: string | undefined;
    };

export interface Server {
  readonly engine: string;
  readonly version: string;
  readonly program: string;
}

/** What a program said, on one line; or why it said nothing. */
export function saidBy(answer: Answer): Sentence {
  if (!answer.ended) return answer.silent;
  const lines = `${answer.stderr}\n${answer.stdout}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const error = lines.find((line) => /error|fail|denied|cannot/i.test(line)) ?? lines[0];
  return error ?? message('asked.nothing', { code: answer.code });
}

/** @throws RedisLabError (4) with what it said, for a program that did not end well */
export function requireSuccess(command: string, answer: Answer, hint = ''): void {
  if (outputOf(answer) !== undefined) return;
  throw new RedisLabError(`${command}: ${inEnglish(saidBy(answer))}${hint}`, {
    exitCode: EXIT.program,
  });
}

/** Standard output of a program that ended well; undefined otherwise. */
export function outputOf(answer: Answer): string | undefined {
  return answer.ended && answer.code === 0 ? answer.stdout : undefined;
}
