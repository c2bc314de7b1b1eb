/** A page as a PDF, by a browser of this machine. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findProgram, searchPath } from '../../command/programs.js';
import { run } from '../../command/run.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { temporaryFolder } from '../../workspace/folder.js';
import { isProgram } from '../../workspace/inspect.js';

const PRINTED_WITHIN_MS = 90_000;
/** Of a thousand papers, bytes. */
const MOST_PDF = 2_000_000_000;
/** For each further paper. */
const EACH_MORE_MS = 10_000;

/** Options of a Chromium that asks no questions. */
export const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'chrome.exe',
  'msedge.exe',
];

/** Where browsers are besides PATH. */
function usualPlaces(): string[] {
  const { ProgramFiles, LOCALAPPDATA } = process.env;
  const windows = [ProgramFiles, process.env['ProgramFiles(x86)'], LOCALAPPDATA].flatMap((base) =>
    base === undefined
      ? []
      : [
          path.join(base, 'Google/Chrome/Application/chrome.exe'),
          path.join(base, 'Microsoft/Edge/Application/msedge.exe'),
          path.join(base, 'Chromium/Application/chrome.exe'),
        ],
  );
  const mac = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  );
  return process.platform === 'win32' ? windows : process.platform === 'darwin' ? mac : [];
}

/**
 * @param papers how many the page has
 * @throws RedisLabError (3) where there is no browser, (4) when it does not print, (5) when it does not end
 */
export async function printPdf(html: string, signal: AbortSignal, papers = 1): Promise<Uint8Array> {
  const browser =
    NAMES.map((name) => findProgram(name, searchPath())).find((found) => found !== undefined) ??
    usualPlaces().find(isProgram);
  if (browser === undefined) {
    throw new RedisLabError(
      'There is no Chromium, Chrome or Edge here to print the PDF with.\nInstall one of them, or take --format html and print that from any browser.',
      { exitCode: EXIT.notReady },
    );
  }
  const place = temporaryFolder('redis-lab-print-');
  try {
    place.replace('handout.html', html, 0o600);
    const at = (name: string) => path.join(place.root, name);
    const { code, stderr } = await run(
      {
        program: browser,
        args: [
          '--headless',
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
          ...QUIET,
          `--user-data-dir=${at('profile')}`,
          '--no-pdf-header-footer',
          `--print-to-pdf=${at('handout.pdf')}`,
          pathToFileURL(at('handout.html')).href,
        ],
      },
      {
        deadlineMs: PRINTED_WITHIN_MS + (papers - 1) * EACH_MORE_MS,
        signal,
        detached: true,
      },
    );
    const pdf = place.read('handout.pdf', MOST_PDF)?.content;
    if (code === 0 && pdf?.subarray(0, 5).toString('latin1') === '%PDF-') return pdf;
    throw new RedisLabError(
      `${browser} did not print the handout (it ended with ${code}):\n${stderr.trim().split('\n').slice(-5).join('\n')}\nTake --format html, and print that from a browser.`,
      { exitCode: EXIT.program },
    );
  } finally {
    for (const name of place.list('')) place.removeTree(name);
    place.removeEmptyRoot();
  }
}
