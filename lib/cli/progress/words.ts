import type { ProgressEvent } from '../../progress.js';
import { say } from '../../render/texts.js';
import { claimIn, claimTexts, reasonIn } from '../../report/claims.js';
import { textOf, toldIn } from '../../report/messages.js';
import { type Speech, timeOf } from '../../report/speech.js';
import type { ScenarioResult } from '../../report/types.generated.js';

/** `passed in 8.42 s, writable 5.41 s, outage 6.32 s` */
export function outcome(result: ScenarioResult, speech: Speech): string {
  const { verdict, ms, outageMs, writableMs, reason } = result;
  const { progress, verdicts } = speech.t;
  const time = (each: number) => timeOf(speech, each);
  return [
    say(progress.outcome, { verdict: verdicts[verdict], time: time(ms) }),
    ...(writableMs === null ? [] : [say(progress.writable, { time: time(writableMs) })]),
    ...(outageMs === null ? [] : [say(progress.outage, { time: time(outageMs) })]),
    ...(verdict === 'passed' || reason === null ? [] : [textOf(reasonIn(result, speech))]),
  ].join(', ');
}

/** ` 3/50` where there are many runs. */
export function ofRuns({ run, runs }: { readonly run: number; readonly runs: number }): string {
  return runs > 1 ? ` ${run}/${runs}` : '';
}

type Event<K extends ProgressEvent['kind']> = Extract<ProgressEvent, { readonly kind: K }>;

/** What a phase does, or what came of it; what a note says. */
export function toldText({ text, codes }: Event<'phase' | 'note'>, speech: Speech): string {
  return textOf(toldIn(speech, text, codes));
}

/** The claim that is waited for, or what is wrong and on its way to being right. */
export function waitingText({ code, values, text }: Event<'waiting'>, speech: Speech): string {
  if (!claimTexts(code, 'en')) return textOf(toldIn(speech, text, [{ code, values }]));
  return textOf(claimIn({ code, values, claim: text }, speech));
}

/** What a call is at, in few words; undefined for what changes nothing about that. */
export function stepOf(event: ProgressEvent, speech: Speech): string | undefined {
  switch (event.kind) {
    case 'phase': {
      const phase = speech.t.progress.phases[event.phase];
      const told = toldText(event, speech);
      return told === '' ? phase : `${phase}: ${told}`;
    }
    case 'note':
      return undefined;
    case 'scenario':
      return event.state === 'begun'
        ? `${event.name}${ofRuns(event)}`
        : `${event.name}: ${outcome(event.result, speech)}`;
    case 'waiting':
      return `${event.scenario}: ${waitingText(event, speech)}`;
    case 'assertion':
      return `${event.scenario}: ${textOf(claimIn(event.assertion, speech))}`;
  }
}
