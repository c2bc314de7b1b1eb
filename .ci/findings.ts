/**
 * Keeps the data sets of `npm run findings` in docs/findings, and writes what they come to into its text: `npm run docs:findings -- FOLDER`; without a folder, the
 * text alone.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import Papa from 'papaparse';
import { clientsCsvOf, csvOf } from '../lib/experiment/csv.js';
import { experimentPage } from '../lib/experiment/page.js';
import { isWithin as isRunWithin } from '../lib/experiment/summary.js';
import type { ExperimentResult } from '../lib/experiment/types.generated.js';
import { statistics } from '../lib/verify/statistics.js';

const TO = 'docs/findings';
const TEXT = `${TO}/README.md`;

type Row = Readonly<Record<string, string>>;

/** Of a folder's experiments: tables and pages, which name no folder of the machine that they come from. */
function keep(from: string): void {
  for (const name of fs.readdirSync(from)) {
    const file = path.join(from, name, 'experiment.json');
    if (!fs.existsSync(file)) continue;
    const text = fs.readFileSync(file, 'utf8').replaceAll(`${path.resolve(from)}/`, '');
    const result = JSON.parse(text) as ExperimentResult;
    const { cells, varied, runs } = result;
    const write = (ending: string, content: string) =>
      fs.writeFileSync(path.join(TO, `${name}${ending}`), content);
    write('.csv', csvOf(cells, varied, runs));
    write('.html', experimentPage(result));
    if (runs.some(({ clients }) => clients))
      write('-clients.csv', clientsCsvOf(cells, varied, runs));
  }
}

/** The text, with each table between `<!-- NAME -->` and a blank line anew. */
export function withTables(text: string, read = rowsOf): string {
  return Object.entries(TABLES).reduce((whole, [name, table]) => {
    const mark = `<!-- ${name} -->\n`;
    const [before, after] = whole.split(mark);
    if (before === undefined || after === undefined) throw new Error(`${TEXT} has no ${mark}`);
    return `${before}${mark}${table(read)}${after.replace(/^(?:\|.*\n)*/, '')}`;
  }, text);
}

/** Of a table of docs/findings. */
export function rowsOf(name: string): readonly Row[] {
  const text = fs.readFileSync(path.join(TO, `${name}.csv`), 'utf8');
  return Papa.parse<Row>(text, { header: true, skipEmptyLines: true }).data;
}

type Read = typeof rowsOf;

const TABLES: Readonly<Record<string, (read: Read) => string>> = {
  outages: (read) =>
    tableOf(
      [
        'what',
        'D',
        'runs',
        'passed',
        'median',
        '95 % within',
        'longest',
        'predicted',
        'as predicted',
      ],
      groups(read('failovers'), ['scenario', 'sentinel.downAfter']).map(([[what, d], rows]) => {
        const outages = statistics(numbers(rows, 'outage_ms'));
        const within = rows.filter(isWithin).length;
        const [first] = rows;
        return [
          ...[what, d, rows.length, count(rows, passed)],
          ...[inSeconds(outages?.median), inSeconds(outages?.p95), inSeconds(outages?.max)],
          `${inSeconds(Number(first?.['predicted_min_ms']))}–${inSeconds(Number(first?.['predicted_max_ms']))}`,
          `${((100 * within) / rows.length).toFixed(1)} %`,
        ];
      }),
    ),
  servers: (read) =>
    tableOf(
      ['what', 'D', ...names(read('failovers'), server)],
      groups(read('failovers'), ['scenario', 'sentinel.downAfter']).map(([[what, d], rows]) => [
        what,
        d,
        ...names(read('failovers'), server).map((name) =>
          inSeconds(
            statistics(
              numbers(
                rows.filter((row) => server(row) === name),
                'outage_ms',
              ),
            )?.median,
          ),
        ),
      ]),
    ),
  phases: (read) =>
    tableOf(
      ['what', 'D', ...PHASES],
      groups(read('failovers'), ['scenario', 'sentinel.downAfter']).map(([[what, d], rows]) => [
        what,
        d,
        ...PHASES.map((phase) => inSeconds(statistics(numbers(rows, `${phase}_ms`))?.median)),
      ]),
    ),
  lost: (read) =>
    tableOf(
      [
        'min-replicas-to-write',
        'max-lag',
        'D',
        'runs',
        'in vain, median',
        'most',
        'for, median',
        'longest',
      ],
      groups(read('partitions'), [
        'redis.minReplicasToWrite',
        'redis.config',
        'sentinel.downAfter',
      ]).map(([[replicas, config = '', d], rows]) => {
        const late = statistics(numbers(rows, 'late_acknowledged'));
        const time = statistics(numbers(rows, 'late_ms'));
        return [
          ...[replicas, /\d+/.exec(config)?.[0] ?? '', d, rows.length],
          ...[late?.median ?? '–', late?.max ?? '–', inSeconds(time?.median), inSeconds(time?.max)],
        ];
      }),
    ),
  again: (read) =>
    tableOf(
      ['D', 'runs', 'failed over once more'],
      groups(read('again'), ['sentinel.downAfter']).map(([[d], rows]) => [
        d,
        rows.length,
        count(rows, ({ reason = '' }) => reason.includes('failed over once more')),
      ]),
    ),
  clients: (read) =>
    tableOf(
      [
        'client',
        'what',
        'D',
        'runs',
        'writes again after',
        'longest',
        'not by itself',
        'lost, most',
        'written twice, most',
      ],
      groups(read('clients-clients'), ['client', 'scenario', 'sentinel.downAfter']).map(
        ([[client, what, d], rows]) => {
          const again = statistics(numbers(rows, 'again_ms'));
          return [
            ...[client, what, d, rows.length],
            ...[inSeconds(again?.median), inSeconds(again?.max)],
            count(rows, ({ stuck }) => stuck === '1'),
            ...[most(rows, 'lost'), most(rows, 'twice')],
          ];
        },
      ),
    ),
};

const PHASES = ['detection', 'agreement', 'election', 'promotion', 'rediscovery'];

/** Rows that are alike in some columns, in the order in which they come. */
function groups(
  rows: readonly Row[],
  by: readonly string[],
): readonly (readonly [readonly string[], readonly Row[]])[] {
  const found = new Map<string, [readonly string[], Row[]]>();
  for (const row of rows) {
    const key = by.map((column) => row[column] ?? '');
    const group = found.get(key.join('\n')) ?? [key, []];
    group[1].push(row);
    found.set(key.join('\n'), group);
  }
  return [...found.values()];
}

function names(rows: readonly Row[], of: (row: Row) => string): readonly string[] {
  return [...new Set(rows.map(of))];
}

function server({ engine, version }: Row): string {
  return `${engine} ${version}`;
}

function passed({ verdict }: Row): boolean {
  return verdict === 'passed';
}

export function isWithin(row: Row): boolean {
  const [outage, min, max] = [row['outage_ms'], row['predicted_min_ms'], row['predicted_max_ms']];
  const predicted = { minMs: Number(min), maxMs: Number(max) };
  return isRunWithin({ outageMs: outage ? Number(outage) : null, predicted });
}

function numbers(rows: readonly Row[], column: string): number[] {
  return rows.flatMap((row) => (row[column] ? [Number(row[column])] : []));
}

function most(rows: readonly Row[], column: string): number {
  return statistics(numbers(rows, column))?.max ?? 0;
}

function count(rows: readonly Row[], is: (row: Row) => boolean): number {
  return rows.filter(is).length;
}

function inSeconds(ms: number | undefined): string {
  return ms === undefined ? '–' : (ms / 1000).toFixed(2);
}

function tableOf(
  head: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  const line = (cells: readonly (string | number | undefined)[]) => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}${line(head.map(() => '---')).replaceAll(' ', '')}${rows.map(line).join('')}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder] = process.argv.slice(2);
  if (folder !== undefined) keep(folder);
  fs.writeFileSync(TEXT, withTables(fs.readFileSync(TEXT, 'utf8')));
}
