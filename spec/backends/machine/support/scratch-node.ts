/**
 * A node in a folder: the very scripts of a node, with their absolute paths below that folder, and in place of what
 * belongs to a whole machine (systemd, dpkg, apt) programs that do nothing. Redis is a script that says its version.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { buildLab, type Lab } from '../../../../lib/lab/lab.js';
import { type MachineModel, machinesOf } from '../../../../lib/model/model.js';
import { kitFiles } from '../../../../lib/render/node-files.js';
import { type Entry, manifest, sha256, tarOf } from '../../../cache/support/builds.js';
import { type Need, program, systemPython } from '../../../readers/support/readers.js';

/** What the scripts need of this machine. */
export const NEEDS: readonly Need[] = [
  ...['bash', 'curl', 'sha256sum', 'timeout'].map(program),
  systemPython,
  () => (process.platform === 'linux' ? undefined : 'Linux'),
];

export const LAB: Lab = buildLab({ nodes: [{ role: 'master' }, {}, {}, { role: 'client' }] });
const { redis } = LAB.model;
export const SERVER = `${redis.engine}-server`;

/** As the scripts find it out. */
const osRelease = (key: string) => {
  const text = fs.existsSync('/etc/os-release') ? fs.readFileSync('/etc/os-release', 'utf8') : '';
  return new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
};
const HERE = {
  distribution: `${osRelease('ID')}-${osRelease('VERSION_ID')}`,
  architecture: os.machine(),
};

/** What a node here calls a finished build. */
export const BUILD = `${redis.engine}-${redis.version}-${HERE.distribution}-${HERE.architecture}.build.tar.gz`;

/** What a build says of itself that fits this machine. */
export const MANIFEST: Entry = manifest(redis, HERE);

/** The programs of a build; its server says who made it. */
export function programsBy(maker: string): Entry[] {
  const script = `#!/bin/sh\n# ${maker}\necho 'Redis server v=${redis.version} sha=0'\n`;
  return [
    { name: 'bin/', type: '5' },
    { name: `bin/${redis.engine}-cli`, content: '#!/bin/sh\n' },
    { name: `bin/${redis.engine}-sentinel`, type: '2', target: SERVER },
    { name: `bin/${SERVER}`, content: script },
  ];
}

export function packed(...entries: readonly Entry[]): Buffer {
  return gzipSync(tarOf(...entries));
}

export function buildBy(maker: string): Buffer {
  return packed(MANIFEST, ...programsBy(maker));
}

/** Programs of a whole machine that a node in a folder has no use for. */
const IDLE: Readonly<Record<string, string>> = {
  'apt-get': 'echo "E: no network here"; exit 100',
  blkid: 'exit 2',
  'dpkg-query': 'echo installed',
  ldd: 'echo libsystemd.so.0',
  mountpoint: 'exit 1',
  systemctl: 'exit 0',
};

export interface Ended {
  readonly code: number | undefined;
  /** What it said, to both. */
  readonly said: string;
}

export class ScratchNode {
  readonly root: string;
  readonly #env: Readonly<Record<string, string>>;

  /** @param changes to `lab.env` */
  constructor(folder: string, name: string, changes: Readonly<Record<string, string | number>>) {
    this.root = path.join(folder, name);
    const machine = machinesOf(LAB.model).find((each) => each.name === name) as MachineModel;
    for (const { path: file, content, mode } of kitFiles(LAB.model, machine)) {
      this.write(`opt/redis-lab/${file}`, this.#moved(content), mode);
    }
    for (const [key, value] of Object.entries(changes)) {
      const env = this.read('opt/redis-lab/lab.env');
      this.write(
        'opt/redis-lab/lab.env',
        env.replace(new RegExp(`^${key}=.*$`, 'm'), `${key}='${value}'`),
      );
    }
    for (const [each, text] of Object.entries(IDLE)) this.stub(each, text);
    fs.mkdirSync(this.path('usr/local/bin'), { recursive: true });
    this.#env = { HOME: folder, TMPDIR: folder };
  }

  path(file: string): string {
    return path.join(this.root, file);
  }

  write(file: string, content: string | Buffer, mode = 0o644): void {
    fs.mkdirSync(path.dirname(this.path(file)), { recursive: true });
    fs.writeFileSync(this.path(file), content, { mode });
  }

  read(file: string): string {
    return fs.readFileSync(this.path(file), 'utf8');
  }

  /** A program of the machine that only does what these lines of shell do. */
  stub(name: string, lines: string): void {
    this.write(`stub/${name}`, `#!/bin/sh\n${lines}\n`, 0o755);
  }

  /** The key of the lab, as it comes with the user-data. */
  giveKey(key: string): void {
    this.write('opt/redis-lab/share.key', `${key}\n`, 0o600);
  }

  givePayload(build: Buffer, digest = sha256(build)): void {
    this.write(`opt/redis-lab/payload/${BUILD}`, build);
    this.write(`opt/redis-lab/payload/${BUILD}.sha256`, `${digest}  ${BUILD}\n`);
  }

  /** Runs a script of its kit to its end. @param onSaid told of all that it has said so far, each time it says something */
  async run(
    script: string,
    env: Readonly<Record<string, string>> = {},
    onSaid: (said: string) => void = () => undefined,
  ): Promise<Ended> {
    const running = execa('bash', [this.path(`opt/redis-lab/${script}`)], {
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: 200_000,
      extendEnv: false,
      env: { ...this.#env, PATH: process.env['PATH'] ?? '', ...env },
    });
    let heard = '';
    running.all.on('data', (piece) => {
      heard += String(piece);
      onSaid(heard);
    });
    const ran = await running;
    return { code: ran.exitCode, said: String(ran.all) };
  }

  /** Who made the server that is installed; undefined if there is none. */
  serverBy(): string | undefined {
    const file = this.path(`usr/local/bin/${SERVER}`);
    return fs.existsSync(file) ? /^# (.*)$/m.exec(fs.readFileSync(file, 'utf8'))?.[1] : undefined;
  }

  #moved(text: string): string {
    const moved = text
      .replaceAll(/\/(?:opt|etc|run|var\/lib)\/redis-lab\b/g, (place) => this.root + place)
      .replaceAll('/etc/default/ufw', `${this.root}/ufw`)
      .replaceAll('/etc/hosts', `${this.root}/hosts`)
      .replaceAll('/usr/local/bin/', `${this.root}/usr/local/bin/`)
      .replaceAll(/\/etc\/(?:environment|resolv\.conf)\b/g, (place) => this.root + place)
      .replaceAll(
        /\/run\/(?:systemd|NetworkManager)\/|\/var\/lib\/dhcp\//g,
        (place) => this.root + place,
      )
      .replaceAll('/proc/', `${this.root}/proc/`)
      .replaceAll('/sys/class/', `${this.root}/sys/class/`)
      .replaceAll('/var/log/', `${this.root}/var-log-`)
      .replaceAll('/dev/disk/by-label', `${this.root}/by-label`)
      .replaceAll('BIN_DIR=/usr/bin;', `BIN_DIR=${this.root}/usr/bin;`)
      .replaceAll('=/usr/local/bin;', `=${this.root}/usr/local/bin;`)
      .replaceAll('else BIN_DIR=/usr/local/bin', `else BIN_DIR=${this.root}/usr/local/bin`)
      .replaceAll('/usr/sbin/policy-rc.d', `${this.root}/policy-rc.d`);
    return moved.replaceAll('PATH=/usr/local/sbin', `PATH=${this.root}/stub:/usr/local/sbin`);
  }
}
