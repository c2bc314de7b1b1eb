/** The runs as a table that every program reads: RFC 4180, a header, one row each. */
import { errorsText } from '../report/clients-text.js';
import type { ExperimentCell, ExperimentRun } from './types.generated.js';

type Value = string | number | null | undefined;

export function csvOf(
  cells: readonly ExperimentCell[],
  varied: readonly string[],
  runs: readonly ExperimentRun[],
): string {
  const names = [...new Set(runs.flatMap(({ phases }) => phases.map(({ name }) => name)))];
  const header = [
    ...[
      'cell',
      'run',
      'started_at',
      'scenario',
      'engine',
      'version',
      ...varied,
      'verdict',
      'claim',
    ],
    ...['outage_ms', 'predicted_min_ms', 'predicted_max_ms', 'writable_ms'],
    ...names.map((name) => `${name}_ms`),
    ...['attempted', 'acknowledged', 'lost', 'refused', 'unknown', 'late_acknowledged', 'late_ms'],
    ...['appends_acknowledged', 'appends_lost', 'two_masters_ms', 'paused_ms'],
    'reason',
  ];
  const rows = runs.map((run) => {
    const cell = cells.find((each) => each.cell === run.cell);
    const { server, predicted, writes, late, history } = run;
    return [
      ...[run.cell, run.run, run.startedAt, cell?.scenario, server?.engine, server?.version],
      ...varied.map((path) => cell?.settings[path]),
      ...[run.verdict, run.claim, run.outageMs, predicted?.minMs, predicted?.maxMs, run.writableMs],
      ...names.map((name) => run.phases.find((each) => each.name === name)?.ms),
      ...[writes?.attempted, writes?.acknowledged, writes?.lost, writes?.refused, writes?.unknown],
      ...[late?.acknowledged, late?.ms],
      ...[history?.acknowledged, history?.lost, history?.twoMastersMs, run.pausedMs],
      run.reason,
    ];
  });
  return textOf([header, ...rows]);
}

/** What each client of a library met in each run. */
export function clientsCsvOf(
  cells: readonly ExperimentCell[],
  varied: readonly string[],
  runs: readonly ExperimentRun[],
): string {
  const header = [
    ...['cell', 'run', 'scenario', 'engine', 'version', ...varied, 'verdict'],
    ...[
      'client',
      'library',
      'library_version',
      'settings',
      'again_ms',
      'outage_ms',
      'stuck',
      'attempted',
    ],
    ...['acknowledged', 'lost', 'failed', 'unanswered', 'failed_kept', 'twice', 'errors', 'ended'],
  ];
  const rows = runs.flatMap((run) => {
    const cell = cells.find((each) => each.cell === run.cell);
    const { engine, version } = run.server ?? {};
    return (run.clients ?? []).map((client) => [
      ...[run.cell, run.run, cell?.scenario, engine, version],
      ...varied.map((path) => cell?.settings[path]),
      ...[run.verdict, client.client, client.library, client.version, settingsOf(client)],
      ...[
        client.againMs,
        client.outageMs,
        Number(client.stuck),
        client.attempted,
        client.acknowledged,
        client.lost,
      ],
      ...[
        client.failed,
        client.unanswered,
        client.failedKept,
        client.twice,
        errorsText(client.errors),
      ],
      client.ended,
    ]);
  });
  return textOf([header, ...rows]);
}

/** `failoverDetector=true commandTimeout=500` */
export function settingsOf({
  settings,
}: {
  readonly settings: Readonly<Record<string, string>>;
}): string {
  return Object.entries(settings)
    .map(([path, value]) => `${path}=${value}`)
    .join(' ');
}

function textOf(rows: readonly (readonly Value[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula gets a quotation mark in front. */
function field(value: Value): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
