/** Writes into docs/engineer.md which scenario runs where. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { listScenarios } from '../lib/lab/lab.js';
import type { ScenarioList } from '../lib/report/types.generated.js';

const FILE = 'docs/engineer.md';
const HEAD = '| runs where | virtual machines | containers | processes |\n|---|---|---|---|\n';

/** The text, with the table that begins with {@link HEAD} anew. */
export function withMatrix(text: string, { scenarios }: ScenarioList): string {
  const rows = scenarios.map(({ name, backends, ownNetwork = [] }) => {
    const cells = ['vagrant', 'incus', 'local'].map((backend) => {
      if (backends.includes(backend)) return 'yes';
      return ownNetwork.includes(backend) ? 'with `--own-network`' : 'no';
    });
    return `| ${name} | ${cells.join(' | ')} |\n`;
  });
  const [before = '', after = ''] = text.split(HEAD);
  return `${before}${HEAD}${rows.join('')}${after.replace(/^(?:\|.*\n)*/, '')}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(FILE, withMatrix(readFileSync(FILE, 'utf8'), await listScenarios()));
}
