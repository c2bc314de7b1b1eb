/** The runs as a table that every program reads: RFC 4180, a header, one row each. */
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
    ];
  });
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula gets a quotation mark in front. */
function field(value: Value): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
