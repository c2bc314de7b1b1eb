/** What a lab lacks on this machine, for people. */
import { NotReadyHereError } from '../../errors.js';
import { say } from '../../render/texts.js';
import { sentenceIn } from '../../report/messages.js';
import { type Speech, speechIn } from '../../report/speech.js';

interface ToldLack {
  readonly what: string;
  readonly seen: string;
  readonly fix: string;
  readonly remedy: string | undefined;
}

export function lacksIn(speech: Speech, { lacks }: NotReadyHereError): readonly ToldLack[] {
  return lacks.map(({ told, what, seen, fix, remedy }) => ({
    what: sentenceIn(speech, told?.what ?? what),
    seen: sentenceIn(speech, told?.seen ?? seen),
    fix: sentenceIn(speech, told?.fix ?? fix),
    remedy: remedy && sentenceIn(speech, told?.remedy ?? remedy),
  }));
}

/** As the message of the error has it. */
export function lacksText(speech: Speech, error: NotReadyHereError): string {
  const lines = lacksIn(speech, error).map(
    ({ what, seen, fix }) => `  ${what}: ${seen}\n      ${fix.replaceAll('\n', '\n      ')}`,
  );
  return [speech.t.lacks.title, ...lines].join('\n');
}

/** An error as it is, but for a lack, which the command shows in the language of the lab. */
export function shownIn(language: string, error: unknown): unknown {
  if (!(error instanceof NotReadyHereError)) return error;
  return new NotReadyHereError(error.lacks, lacksText(speechIn(language), error));
}

/** The same, with the command that mends all of it. */
export function letUs(speech: Speech, error: NotReadyHereError, up: string): string {
  return `${lacksText(speech, error)}\n${say(speech.t.lacks.letUs, { up })}`;
}
