/** A real Chromium for the pages that redis-lab writes: opened from the disk, looked at, printed. */
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import axe, { type AxeResults, type RunOptions } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { QUIET } from '../../../lib/cli/live/print-pdf.js';
import { needs } from '../../support/skip.js';

/** A phone, a laptop, and a room's projector: the widths that pages are looked at in. */
export const WIDTHS = [360, 1280, 1920] as const;
export const SCHEMES = ['light', 'dark'] as const;

export interface View {
  readonly width: number;
  readonly scheme: (typeof SCHEMES)[number];
}

/** A page that is open. */
export interface Visit {
  readonly page: Page;
  /** What the page complained about: errors of the console, and those that nobody caught. */
  readonly complaints: readonly string[];
  /** What was asked for besides the page itself. */
  readonly requests: readonly string[];
}

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const STARTED_WITHIN_MS = 180_000;

export class TestBrowser {
  readonly #browser: Browser;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-browser-'));
  #pages = 0;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** For a `before`. Where there is no browser, the suite is skipped, and under CI=true fails. */
  static async start(context: Mocha.Context): Promise<TestBrowser> {
    const executablePath = onPath(PROGRAMS);
    needs(context, executablePath === undefined ? 'Chromium or Chrome' : undefined);
    // Its profile is a new folder, which goes when it is closed.
    const browser = await chromium.launch({
      executablePath: String(executablePath),
      // Root has none, nor has an ordinary user where user namespaces are off; all pages are our own.
      chromiumSandbox: false,
      args: [...QUIET],
      timeout: STARTED_WITHIN_MS,
    });
    return new TestBrowser(browser);
  }

  /** Opens a page from a file of its own, until all of it is there; the one that is open is not closed. */
  async open(html: string, { width, scheme }: View): Promise<Visit> {
    this.#pages += 1;
    const file = path.join(this.#folder, `page-${this.#pages}.html`);
    writeFileSync(file, html);
    const address = pathToFileURL(file).href;
    const page = await this.#browser.newPage({
      viewport: sizeOf(width),
      colorScheme: scheme,
    });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== address) requests.push(request.url());
    });
    await page.goto(address, { waitUntil: 'load' });
    return { page, complaints, requests };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** By how many pixels the page is wider than the window; 0 where nobody must scroll sideways. */
export async function overflow(page: Page): Promise<number> {
  // What runs in the page is text: the compiler knows Node's names, not a browser's.
  return page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}

/**
 * Names in drawings that lie over each other or beside their drawing, of what is seen. Two pixels are nothing:
 * letters do not fill their box.
 */
export async function collisions(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(COLLISIONS);
}

const COLLISIONS = `[...document.querySelectorAll('svg')].flatMap((svg) => {
  const whole = svg.getBoundingClientRect();
  const names = [...svg.querySelectorAll('text')]
    .map((each) => ({ text: each.textContent, box: each.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0);
  const outside = names
    .filter(({ box }) => box.left < whole.left - 4 || box.right > whole.right + 4)
    .map(({ text }) => text + ' is cut off');
  const over = names.flatMap((one, i) =>
    names.slice(i + 1)
      .filter(({ box }) =>
        Math.min(one.box.right, box.right) - Math.max(one.box.left, box.left) > 2 &&
        Math.min(one.box.bottom, box.bottom) - Math.max(one.box.top, box.top) > 0.25 * box.height)
      .map(({ text }) => one.text + ' lies over ' + text));
  return [...outside, ...over];
})`;

/** The same page as another reader has it. */
export async function view(page: Page, { width, scheme }: View): Promise<void> {
  await page.setViewportSize(sizeOf(width));
  await page.emulateMedia({ colorScheme: scheme });
}

function sizeOf(width: number): { width: number; height: number } {
  return { width, height: Math.round(Math.max(width * 0.5625, 640)) };
}

/** What axe judges: colours alone are most of its work. */
type Judged = 'all' | 'colours';

/**
 * What axe has to judge in a view: in the dark only colours are others, and above 43rem all is as at 1280 px, since that
 * is where the pages' own rules for widths end.
 */
export function judgedIn({ width, scheme }: View): readonly Judged[] {
  if (width > 1280) return [];
  return [scheme === 'light' ? 'all' : 'colours'];
}

/** What axe finds that is serious or critical: each rule with the places, for people. */
export async function barriers(page: Page, what: Judged = 'all'): Promise<string[]> {
  // As a page's own script it would have to be let in by its policy.
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe.source);
  const options: RunOptions = {
    // Of what is right, which is most of a page, axe then does not describe each place.
    resultTypes: ['violations'],
    ...(what === 'colours' ? { runOnly: ['color-contrast'] } : {}),
  };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target}\n${failureSummary}`),
    );
}

/** The page as printed on A4, as a PDF. */
export async function printed(page: Page): Promise<Buffer> {
  return page.pdf({ format: 'A4', preferCSSPageSize: true });
}

/** How many pages a PDF of this browser has. */
export function pagesOf(pdf: Buffer): number {
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter(path.isAbsolute);
  return names
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
