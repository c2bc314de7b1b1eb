import { duration } from '../../report/layout.js';
import type { ScenarioResult } from '../../report/result.js';

/** `passed in 8.42 s, writable 5.41 s, outage 6.32 s` */
export function outcome({ verdict, ms, outageMs, writableMs, reason }: ScenarioResult): string {
  return [
    `${verdict} in ${duration(ms)}`,
    ...(writableMs === null ? [] : [`writable ${duration(writableMs)}`]),
    ...(outageMs === null ? [] : [`outage ${duration(outageMs)}`]),
    ...(verdict === 'passed' || reason === null ? [] : [reason]),
  ].join(', ');
}

/** ` 3/50` where there are many runs. */
export function ofRuns({ run, runs }: { readonly run: number; readonly runs: number }): string {
  return runs > 1 ? ` ${run}/${runs}` : '';
}
