/** Downloading one file from one address. */
import { createHash } from 'node:crypto';
import { visible } from '../errors.js';
import type { Folder } from '../workspace/folder.js';
import { Outgoing } from './outgoing.js';

export interface Limits {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds from one piece of data to the next. */
  readonly silenceMs: number;
  /** Milliseconds for the whole file. */
  readonly deadlineMs: number;
}

/** A release has 4 MB, which takes minutes on a slow line. */
export const LIMITS: Limits = {
  size: 200_000_000,
  silenceMs: 30_000,
  deadlineMs: 900_000,
};

/** Why an address did not give the file. */
export class DownloadFailure extends Error {}

/**
 * Downloads to a new file below `folder`, through the proxy that the environment names, if any; gives its SHA-256. If it
 * fails, the file is removed.
 * @throws DownloadFailure for the address's fault; WorkspaceError for the disk's; the signal's reason
 */
export async function download(
  url: string,
  folder: Folder,
  name: string,
  options: {
    readonly limits: Limits;
    readonly onBytes: (received: number, total: number | undefined) => void;
    readonly signal: AbortSignal | undefined;
  },
): Promise<string> {
  const { limits, onBytes, signal } = options;
  const hash = createHash('sha256');
  using watch = new Watch(limits);
  await using outgoing = new Outgoing();
  const any = signal ? AbortSignal.any([signal, watch.signal]) : watch.signal;

  async function* chunks() {
    const response = await reached(outgoing.fetch(url, { signal: any, headers: AS_IT_IS }));
    if (!response.ok) {
      await response.body?.cancel();
      const { status, statusText } = response;
      throw new DownloadFailure(
        visible(`HTTP ${status} ${statusText || ''}`.trim()) + outgoing.way,
      );
    }
    const total = Number(response.headers.get('content-length')) || undefined;
    let received = 0;
    for await (const chunk of bodyOf(response)) {
      watch.heard();
      received += chunk.length;
      if (Math.max(received, total ?? 0) > limits.size) {
        throw new DownloadFailure(`it is larger than ${limits.size} bytes`);
      }
      hash.update(chunk);
      onBytes(received, total);
      yield chunk;
    }
  }

  async function* bodyOf(response: Response) {
    const reader = response.body?.getReader();
    if (!reader) return;
    try {
      for (;;) {
        const { value } = await reached(reader.read());
        if (!value) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  async function reached<T>(attempt: Promise<T>): Promise<T> {
    try {
      return await attempt;
    } catch (error) {
      signal?.throwIfAborted();
      const why = watch.signal.aborted ? watch.signal.reason : error;
      throw new DownloadFailure(`${causeOf(why)}${outgoing.way}`, { cause: why });
    }
  }

  await folder.writeStream(name, chunks());
  return hash.digest('hex');
}

/** Otherwise fetch would unpack the file if the server sent it as a compressed text. */
const AS_IT_IS = { 'accept-encoding': 'identity' };

/** Aborts its signal when nothing comes for too long, or the whole takes too long. */
class Watch implements Disposable {
  readonly #aborter = new AbortController();
  readonly signal = this.#aborter.signal;
  readonly #deadline: NodeJS.Timeout;
  readonly #silence: NodeJS.Timeout;

  constructor({ deadlineMs, silenceMs }: Limits) {
    const after = (ms: number, why: string) =>
      setTimeout(() => this.#aborter.abort(new DownloadFailure(`${why} ${ms} ms`)), ms);
    this.#deadline = after(deadlineMs, 'it was not complete after');
    this.#silence = after(silenceMs, 'nothing came for');
  }

  heard(): void {
    this.#silence.refresh();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#silence);
  }
}

/** The innermost cause: fetch itself only says `fetch failed`. */
function causeOf(error: unknown): string {
  let deepest = error as Error;
  while (deepest.cause instanceof Error) deepest = deepest.cause;
  const { code } = deepest as NodeJS.ErrnoException;
  return deepest.message || code || String(error);
}
