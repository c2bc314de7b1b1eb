/** The package as others get it: packed, and installed into an empty project. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa, type Options } from 'execa';
import { ROOT } from '../../support/cli.js';

export const MINUTE = 60_000;

/** What a program said that must end well. */
export async function run(
  file: string,
  args: readonly string[],
  options: Options,
): Promise<string> {
  const { all, exitCode } = await execa(file, [...args], {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: 3 * MINUTE,
    ...options,
  });
  expect(exitCode, `${file} ${args.join(' ')}\n${all}`).to.equal(0);
  return String(all);
}

export interface Installed {
  /** All of it lies in there; {@link remove} takes it away. */
  readonly folder: string;
  readonly project: string;
  readonly tarball: string;
  readonly unpackedSize: number;
  remove(): void;
}

export async function installed(): Promise<Installed> {
  const folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-package-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const { stdout } = await execa('npm', words, { cwd: ROOT, timeout: MINUTE });
    const [packed] = JSON.parse(stdout) as { filename: string; unpackedSize: number }[];
    const project = path.join(folder, 'project');
    const tarball = path.join(folder, packed?.filename ?? '');
    mkdirSync(project);
    writeFileSync(path.join(project, 'package.json'), '{"name":"project","private":true}\n');
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], {
      cwd: project,
    });
    const unpackedSize = packed?.unpackedSize ?? Number.POSITIVE_INFINITY;
    return { folder, project, tarball, unpackedSize, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
