/** Suites that need programs which a machine may lack. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { newerRoot } from './newer.js';
import { canBeRoot } from './root.js';
import { SEARCHED } from './run.js';

/** Says what is missing, and nothing if it is here. */
export type Need = () => string | undefined;

/**
 * A suite of these readers. Without them it is one pending test that says why, and under CI=true,
 * where everything has been installed, one that fails. `limits` are what no package brings: then
 * it is pending everywhere.
 */
export function readers(
  title: string,
  needs: readonly Need[],
  body: () => void,
  limits: readonly Need[] = [],
): void {
  const missing = reasons(needs);
  const limited = missing.length > 0 ? [] : reasons(limits);
  describe(title, () => {
    if (missing.length === 0 && limited.length === 0) {
      body();
    } else if (missing.length > 0 && process.env['CI'] === 'true') {
      it('has its readers', () => {
        throw new Error(`missing: ${missing.join(', ')}; run .ci/prerequisites`);
      });
    } else {
      it(`is skipped: ${[...missing, ...limited].join(', ')}`);
    }
  });
}

function reasons(needs: readonly Need[]): string[] {
  return needs.map((need) => need()).filter((reason) => reason !== undefined);
}

export function program(name: string): Need {
  return () => {
    const here = SEARCHED.some((folder) => fs.existsSync(path.join(folder, name)));
    return here ? undefined : `no ${name} here`;
  };
}

export const root: Need = () =>
  canBeRoot() ? undefined : 'neither root nor sudo without a password';

/** The Debian 13 root, and the right to enter it. */
export const newer: Need = () =>
  fs.existsSync(newerRoot()) ? root() : 'no Debian 13 root in the cache';

/** Python as the distribution has it: another one in the path lacks the distribution's modules. */
export const PYTHON = '/usr/bin/python3';

export const pyYaml: Need = () => {
  const { status } = spawnSync(PYTHON, ['-c', 'import yaml'], { stdio: 'ignore', timeout: 20_000 });
  return status === 0 ? undefined : `no PyYAML for ${PYTHON}`;
};
