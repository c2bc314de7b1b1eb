import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../../support/cli.js';

/** Runs a program that the documentation shows, in TypeScript; gives what it prints. */
export async function runProgram(
  text: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  // Inside the repository, the package's name means the package itself.
  const scratch = mkdtempSync(path.join(ROOT, '.cache-docs-'));
  try {
    const program = path.join(scratch, 'program.ts');
    writeFileSync(program, text);
    const tsx = import.meta.resolve('tsx');
    const { stdout } = await execa(process.execPath, ['--import', tsx, program], {
      cwd: scratch,
      env,
      timeout: 120_000,
    });
    return `${stdout}\n`;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
