/** What a server said, from its log file. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Folder } from '../../workspace/folder.js';
import type { LogOptions } from '../backend.js';

const CHUNK = 65_536;
const POLL_MS = 100;
const NEWLINE = 0x0a;

/** The lines of a file, and with `follow` those that come, also when it is cut or made anew. */
export async function* logLines(
  folder: Folder,
  name: string,
  { follow = false, signal, tail }: LogOptions,
): AsyncGenerator<string> {
  let position = tail === undefined ? 0 : tailPosition(folder, name, tail);
  let identity = folder.readPart(name, 0, 0)?.identity;
  let rest: Buffer = Buffer.alloc(0);
  while (!signal?.aborted) {
    const part = folder.readPart(name, position, CHUNK);
    if (part && (part.identity !== identity || part.size < position)) {
      ({ identity } = part);
      position = 0;
      rest = Buffer.alloc(0);
      continue;
    }
    if (part && part.bytes.length > 0) {
      position += part.bytes.length;
      rest = Buffer.concat([rest, part.bytes]);
      for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
        yield rest.subarray(0, at).toString('utf8');
        if (signal?.aborted) return;
        rest = rest.subarray(at + 1);
      }
      continue;
    }
    if (!follow) break;
    await wait(POLL_MS, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
  if (!follow && rest.length > 0) yield rest.toString('utf8');
}

/** Where the last so many lines begin, looked for from the end. */
function tailPosition(folder: Folder, name: string, lines: number): number {
  const size = folder.readPart(name, 0, 0)?.size ?? 0;
  let missing = lines;
  for (let end = size; end > 0; ) {
    const begin = Math.max(0, end - CHUNK);
    const bytes = folder.readPart(name, begin, end - begin)?.bytes ?? Buffer.alloc(0);
    for (let at = bytes.length - 1; at >= 0; at--) {
      // The newline at the very end ends the last line and begins none.
      if (bytes[at] !== NEWLINE || begin + at === size - 1) continue;
      missing -= 1;
      if (missing <= 0) return lines <= 0 ? size : begin + at + 1;
    }
    end = begin;
  }
  return lines <= 0 ? size : 0;
}
