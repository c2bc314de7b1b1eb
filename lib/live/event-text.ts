/** An event as a line of text: where, and what. */
import type { ProgressEvent } from '../progress.js';
import { say, textsOf } from '../render/texts.js';
import { wordIn } from '../report/speech.js';
import type { Happening } from './events.js';

/** Not progress, which is shown differently; not a status, which is a table and has the problems in it. */
type ToldAlone = Exclude<Happening, ProgressEvent | { kind: 'status' | 'problem' }>;

/** `slave1  redis is stopped, it was running` */
export function eventText(event: ToldAlone, language = 'en'): string {
  const place = 'node' in event && event.kind !== 'master' ? event.node : undefined;
  const where = event.kind === 'sentinel' ? `sentinel@${place}` : (place ?? 'lab');
  return `${where}  ${whatIn(event, language)}`;
}

function whatIn(event: ToldAlone, language: string): string {
  const texts = textsOf('events', language);
  switch (event.kind) {
    case 'sentinel':
      return `${event.event} ${event.text}`.trimEnd();
    case 'lab':
    case 'service': {
      const { states } = textsOf('terminal', language).status;
      const state = wordIn(states, event.state);
      return say(texts[event.kind], { ...event, state, before: wordIn(states, event.before) });
    }
    case 'role':
      return say(texts.role, event);
    case 'link': {
      const { links } = textsOf('terminal', language).status;
      const { state, follows } = event;
      return say(texts.link, { state: links[state], follows: follows ?? '–' });
    }
    case 'master':
      return event.node === null ? texts.noMaster : say(texts.master, { node: event.node });
    case 'hearing':
      return texts[event.state];
    case 'unreadable':
    case 'dropped':
      return say(texts[event.kind], event);
    case 'call': {
      const call = [event.call, event.fault ?? ''].join(' ').trimEnd();
      const text = { begun: texts.callBegun, done: texts.callDone, failed: texts.callFailed };
      return say(text[event.state], { call, text: event.text });
    }
  }
}
