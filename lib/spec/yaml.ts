/** `redis-lab.yaml` as text: its value, and the line that each path stands on. */
import { EVENT_ID, type Event, getScalarValue, load, parseEvents, YAMLException } from 'js-yaml';
import { SpecError } from '../errors.js';
import { formatPath, type Path } from './path.js';

/**
 * The value of a YAML 1.2 document; an empty one is an empty description.
 * @throws SpecError for text that is not one YAML document
 */
export function parseYaml(text: string, filename: string): unknown {
  if (isEmpty(text)) return {};
  try {
    // A description has no use for aliases, and without them it cannot explode.
    return load(text, { filename, maxAliases: 0 }) ?? {};
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark ? `${filename}:${error.mark.line + 1}` : filename;
    throw new SpecError(
      [
        {
          code: 'spec.yaml',
          path: '',
          origin: line,
          message: `is not YAML: ${error.reason}`,
          fix: fixFor(error.reason),
        },
      ],
      filename,
    );
  }
}

function fixFor(reason: string): string {
  if (/duplicate/i.test(reason)) return 'remove one of the two';
  if (/document/i.test(reason)) return 'keep one document: remove the --- between them';
  if (/alias/i.test(reason)) return 'write the value out; a description has no aliases';
  return 'check the indentation, the colons and the quotes on and above this line';
}

/** js-yaml refuses a text without a document; one of comments only is what `init` users start from. */
function isEmpty(text: string): boolean {
  return text.split(/[\r\n]/).every((line) => {
    const word = line.trim();
    return word.startsWith('#') || ['', '---', '...'].includes(word);
  });
}

/** 1-based line of each path in a text that {@link parseYaml} accepts. */
export function linesOf(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  if (isEmpty(text)) return lines;
  const events = parseEvents(text, {});
  let at = 1; // 0 opens the document

  const lineAt = lineFinder(text);

  function value(path: Path, keyOffset: number): void {
    const event = events[at++];
    if (!event) return;
    const offset = keyOffset >= 0 ? keyOffset : startOf(event);
    if (offset >= 0) lines.set(formatPath(path), lineAt(offset));
    if (event.type === EVENT_ID.SEQUENCE) {
      for (let index = 0; !closes(); index++) value([...path, index], -1);
    } else if (event.type === EVENT_ID.MAPPING) {
      while (!closes()) {
        const key = events[at];
        if (key?.type !== EVENT_ID.SCALAR) {
          skip();
          skip();
          continue;
        }
        at++;
        value([...path, getScalarValue(text, key)], key.valueStart);
      }
    }
  }

  function closes(): boolean {
    const event = events[at];
    if (event && event.type !== EVENT_ID.POP) return false;
    at++;
    return true;
  }

  /** Passes over one node with all that it holds. */
  function skip(): void {
    let depth = 0;
    do {
      const event = events[at++];
      if (!event) return;
      if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) depth++;
      else if (event.type === EVENT_ID.POP) depth--;
    } while (depth > 0);
  }

  value([], -1);
  return lines;
}

/** Gives the 1-based line of an offset. */
function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return event.start;
  return -1;
}
