/**
 * Makes modules of templates: `.hbs` is precompiled to functions, texts are parsed, other files are taken verbatim. Reports
 * and handouts get modules of their own, because `generate` must not load them. The table of directives becomes a text without
 * comments. Data beside the code that uses it, `NAME.yaml`, becomes `data` in `NAME.generated.ts`.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import { load } from 'js-yaml';

/** The texts that `generate` itself prints. */
const EARLY = 'files';

/** Programs that write to a lab; `generate` must not load them either. */
const WORKLOAD = 'workload';

export function writeTemplates(): void {
  const names = listFiles('templates');
  // A document is a folder of `templates/` that has `LANG.yaml`; English comes first.
  const texts: Record<string, Record<string, unknown>> = {};
  const isText = (name: string) => /^templates\/[^/]+\/[a-z]{2}\.yaml$/.test(name);
  const byLanguage = (a: string, b: string) => Number(isEnglish(b)) - Number(isEnglish(a));
  for (const name of names.filter(isText).sort(byLanguage)) {
    texts[folderOf(name)] ??= {};
    Object.assign(texts[folderOf(name)] ?? {}, {
      [path.basename(name, '.yaml')]: load(read(name)),
    });
  }
  const languages = Object.entries(texts).map(([name, each]) => [name, Object.keys(each)]);
  const others = names.filter((name) => !isText(name));
  const ofDocument = (name: string) =>
    Object.hasOwn(texts, folderOf(name)) || folderOf(name) === WORKLOAD;
  writeModule('lib/render/templates.generated.ts', [
    ...sources(['Vagrantfile.hbs', ...others.filter((name) => !ofDocument(name))]),
    `export const early = ${JSON.stringify(texts[EARLY], null, 2)};`,
  ]);
  writeModule('lib/render/documents.generated.ts', sources(others.filter(ofDocument)));
  writeModule('lib/render/languages.generated.ts', [
    `export const languages = ${JSON.stringify(Object.fromEntries(languages), null, 2)};`,
  ]);
  // For types and tests; what is run has each as a text, of which the one or two that a call needs are parsed.
  writeModule('lib/render/texts.generated.ts', [
    `export const texts = ${JSON.stringify(texts, null, 2)};`,
  ]);
  const asText = (languages: object) =>
    Object.fromEntries(
      Object.entries(languages).map(([name, each]) => [name, JSON.stringify(each)]),
    );
  for (const [name, each] of Object.entries(texts)) {
    writeModule(`lib/render/texts/${name}.generated.ts`, [
      `export const json = ${JSON.stringify(asText(each), null, 2)};`,
    ]);
  }
  writeModule('lib/render/texts/all.generated.ts', [
    ...Object.keys(texts).map(
      (name) => `import { json as ${name} } from './${name}.generated.js';`,
    ),
    `export const all = { ${Object.keys(texts).join(', ')} };`,
  ]);
  const table = read('lib/redis-conf/directives.txt').replace(/^#.*\n|\n(?=\n)/gm, '');
  writeModule('lib/redis-conf/directives.generated.ts', [
    `export const table = ${JSON.stringify(table.replace(/ {2,}/g, '  '))};`,
  ]);
  for (const name of listFiles('lib').filter((each) => each.endsWith('.yaml'))) {
    const data = name === RULES ? writeExamples(load(read(name)) as Rules) : load(read(name));
    writeModule(name.replace(/yaml$/, 'generated.ts'), [
      `export const data = ${JSON.stringify(data, null, 2)} as const;`,
    ]);
  }
}

const RULES = 'lib/redis-conf/rules/rules.yaml';

type Rules = Readonly<Record<string, { readonly example: unknown; readonly silent: unknown }>>;

/** Examples of rules get a module of their own, which a check does not load; what is left of the rules. */
function writeExamples(rules: Rules): object {
  const each = Object.entries(rules).map(([code, { example, silent, ...rule }]) => ({
    example: [code, { example, silent }] as const,
    rule: [code, rule] as const,
  }));
  const examples = Object.fromEntries(each.map(({ example }) => example));
  writeModule('lib/redis-conf/rules/examples.generated.ts', [
    `export const examples = ${JSON.stringify(examples, null, 2)};`,
  ]);
  return Object.fromEntries(each.map(({ rule }) => rule));
}

function isEnglish(name: string): boolean {
  return name.endsWith('/en.yaml');
}

function folderOf(name: string): string {
  return name.split('/')[1] ?? '';
}

/** Values are escaped in templates of HTML only. */
function sources(names: readonly string[]): string[] {
  const compiled = names.filter((name) => name.endsWith('.hbs'));
  const plain = names.filter((name) => !name.endsWith('.hbs'));
  const precompiled = (name: string) =>
    Handlebars.precompile(read(name), {
      strict: true,
      noEscape: !name.endsWith('.html.hbs'),
      knownHelpersOnly: true,
    });
  return [
    `export type TemplateName = ${union(compiled)};`,
    `export type FileName = ${union(plain)};`,
    'export const templates: Readonly<Record<TemplateName, any>> = {',
    ...compiled.map((name) => `${keyOf(name)}: ${precompiled(name)},`),
    '};',
    'export const files: Readonly<Record<FileName, string>> = {',
    ...plain.map((name) => `${keyOf(name)}: ${JSON.stringify(verbatim(name))},`),
    '};',
  ];
}

/** Data without blanks: the package carries it more than once. */
function verbatim(name: string): string {
  return name.endsWith('.json') ? JSON.stringify(JSON.parse(read(name))) : read(name);
}

function union(names: readonly string[]): string {
  return names.map(keyOf).join(' | ') || 'never';
}

function keyOf(name: string): string {
  return JSON.stringify(name.replace(/^templates\//, '').replace(/\.hbs$/, ''));
}

function writeModule(file: string, lines: readonly string[]): void {
  const head =
    '// Made from templates/, Vagrantfile.hbs or a text beside it by `npm run build`; not committed.';
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, ['// @ts-nocheck', head, ...lines, ''].join('\n'));
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.posix.join(...entry.parentPath.split(path.sep), entry.name))
    .sort();
}

function read(name: string): string {
  return readFileSync(name, 'utf8').replaceAll('\r\n', '\n');
}
