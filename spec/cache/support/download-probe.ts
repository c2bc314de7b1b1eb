/* biome-ignore-all lint/suspicious/noConsole: its output is what it is for */
/** Downloads an address into a folder and says what came of it: `download-probe.ts URL FOLDER NAME SILENCE_MS`. */
import { DownloadFailure, download } from '../../../lib/cache/download.js';
import { Folder } from '../../../lib/workspace/folder.js';

const [, , url = '', folder = '', name = '', silenceMs = ''] = process.argv;
const limits = { size: 1_000_000, silenceMs: Number(silenceMs), deadlineMs: 60_000 };
try {
  const options = { limits, onBytes: () => undefined, signal: undefined };
  console.log('got', await download(url, new Folder(folder), name, options));
} catch (error) {
  if (!(error instanceof DownloadFailure)) throw error;
  console.log('failed', error.message);
}
