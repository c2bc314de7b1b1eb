/** Reading a server's log file. */
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { Folder } from '../../workspace/folder.js';
import type { LogOptions } from '../backend.js';

/** Bytes that are read at once. A longer line, which no server writes, comes in pieces. */
const CHUNK = 65_536;
const POLL_MS = 100;
const NEWLINE = 0x0a;

/** The lines of a file; with `follow`, also those that are added, even if the file is truncated or replaced. */
export async function* logLines(
  folder: Folder,
  name: string,
  { follow = false, signal, tail }: LogOptions,
): AsyncGenerator<string> {
  let position = tail === undefined ? 0 : await tailPosition(folder, name, tail);
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
      let begin = 0;
      for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE, begin)) {
        yield rest.subarray(begin, at).toString('utf8');
        if (signal?.aborted) return;
        begin = at + 1;
      }
      rest = rest.subarray(begin);
      if (rest.length > CHUNK) {
        yield rest.toString('utf8');
        rest = Buffer.alloc(0);
      }
      // Lets the event loop run, which delivers signals.
      await turn();
      continue;
    }
    if (!follow) break;
    await wait(POLL_MS, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
  if (!follow && rest.length > 0) yield rest.toString('utf8');
}

/** The position at which the last lines begin, searched from the end. */
async function tailPosition(folder: Folder, name: string, lines: number): Promise<number> {
  const size = folder.readPart(name, 0, 0)?.size ?? 0;
  if (lines <= 0) return size;
  const least = Math.max(0, size - lines * CHUNK);
  let missing = lines;
  for (let end = size; end > least; ) {
    const begin = Math.max(least, end - CHUNK);
    const bytes = folder.readPart(name, begin, end - begin)?.bytes ?? Buffer.alloc(0);
    for (let at = bytes.length - 1; at >= 0; at--) {
      // The newline at the very end ends the last line and begins none.
      if (bytes[at] !== NEWLINE || begin + at === size - 1) continue;
      missing -= 1;
      if (missing === 0) return begin + at + 1;
    }
    end = begin;
    await turn();
  }
  return least;
}
