/** Suites that need programs which a machine may lack. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { noteSkipped } from '../../support/skip.js';
import { newerRoot } from './newer.js';
import { canBeRoot } from './root.js';
import { SEARCHED } from './run.js';

/** Names what is missing, and nothing if it is here. */
export type Need = () => string | undefined;

/**
 * A suite of these readers. Without them its tests are skipped, and under CI=true, where everything
 * has been installed, it is one that fails. `limits` are what no package brings: then it is skipped everywhere.
 */
export function readers(
  title: string,
  needs: readonly Need[],
  body: () => void,
  limits: readonly Need[] = [],
): void {
  const missing = reasons(needs);
  const limited = missing.length > 0 ? [] : reasons(limits);
  if (missing.length === 0 && limited.length === 0) {
    describe(title, body);
  } else if (missing.length > 0 && process.env['CI'] === 'true') {
    describe(title, () => {
      it('has its readers', () => {
        throw new Error(`missing: ${missing.join(', ')}; run .ci/prerequisites`);
      });
    });
  } else {
    const skipped = describe.skip(title, () => titlesOf(body)) as Mocha.Suite;
    noteSkipped(skipped.total(), [...missing, ...limited].join(', '));
  }
}

/** Some suites ask their readers already when their tests are named. */
function titlesOf(body: () => void): void {
  try {
    body();
  } catch {
    it('and what else the reader itself would tell');
  }
}

function reasons(needs: readonly Need[]): string[] {
  return needs.map((need) => need()).filter((reason) => reason !== undefined);
}

export function program(name: string): Need {
  return () => {
    const here = SEARCHED.some((folder) => fs.existsSync(path.join(folder, name)));
    return here ? undefined : name;
  };
}

export const root: Need = () => (canBeRoot() ? undefined : 'root, or sudo without a password');

/** The Debian 13 root, and the right to enter it. */
export const newer: Need = () => (fs.existsSync(newerRoot()) ? root() : 'the Debian 13 root');

/** Python as the distribution has it: another one in the path lacks the distribution's modules. */
export const PYTHON = '/usr/bin/python3';

export const systemPython: Need = () => (fs.existsSync(PYTHON) ? undefined : PYTHON);

export const pyYaml: Need = () => {
  const { status } = spawnSync(PYTHON, ['-c', 'import yaml'], {
    stdio: 'ignore',
    timeout: 180_000,
  });
  return status === 0 ? undefined : `PyYAML for ${PYTHON}`;
};
