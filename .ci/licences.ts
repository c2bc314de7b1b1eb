import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Writes the licences of bundled packages, which must accompany the executable; `inputs` are the files that were bundled. */
export function writeLicences(inputs: readonly string[]): void {
  // A package may be in the folder of another one, in a version of its own.
  const folders = inputs.flatMap(
    (input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
  );
  const texts = [...new Set(folders)].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const files = readdirSync(folder).filter((entry) => /^(?:licen[sc]e|notice)/i.test(entry));
    if (!files.some((entry) => /^licen/i.test(entry))) {
      throw new Error(`${name} ${version} has no licence file to pass on`);
    }
    const full = files.sort().map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
    return `${name} ${version} (${license})\n\n${full.join('\n\n')}\n`;
  });
  writeFileSync('dist/THIRD-PARTY-LICENSES.txt', texts.sort().join(`\n${'-'.repeat(72)}\n\n`));
}
