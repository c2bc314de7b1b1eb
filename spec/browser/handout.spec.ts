/** The handout's page in a real Chromium. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { handout } from '../../lib/handout/index.js';
import { buildLab } from '../../lib/lab.js';
import {
  barriers,
  overflow,
  pagesOf,
  printed,
  SCHEMES,
  TestBrowser,
  WIDTHS,
} from './support/browser.js';

const lab = buildLab();
/** A4 pages: fewer would mean that something is missing, more that something broke apart. */
const PAGES = { student: [14, 20], instructor: [18, 26] } as const;

describe('the page of the handout', function () {
  this.timeout(120_000);
  let browser: TestBrowser;

  before(async function () {
    browser = await TestBrowser.start(this);
  });
  after(async () => browser?.close());

  for (const edition of ['student', 'instructor'] as const) {
    const html = handout(lab, {
      edition,
      format: 'html',
      language: edition === 'student' ? 'id' : 'en',
    });

    for (const width of WIDTHS) {
      for (const scheme of SCHEMES) {
        it(`of the ${edition} fits ${width} px, ${scheme}, without a complaint or a request`, async () => {
          const { page, complaints, requests } = await browser.open(html, { width, scheme });
          expect(await overflow(page)).to.equal(0);
          expect(await barriers(page)).to.deep.equal([]);
          expect({ complaints, requests }).to.deep.equal({ complaints: [], requests: [] });
          await page.close();
        });
      }
    }

    it(`of the ${edition} prints on as many pages as it should, with every heading`, async () => {
      const { page } = await browser.open(html, { width: 1280, scheme: 'dark' });
      const pdf = await printed(page);
      const [least, most] = PAGES[edition];
      expect(pagesOf(pdf)).to.be.within(least, most);
      const headings = await page.locator('h2').allInnerTexts();
      expect(headings.length).to.be.within(6, 8);
      await page.close();
      const folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-handout-'));
      try {
        const file = path.join(folder, 'a.pdf');
        writeFileSync(file, pdf);
        const { stdout } = await execa('pdftotext', ['-layout', file, '-'], { timeout: 180_000 });
        const flat = stdout.replaceAll(/\s+/g, ' ');
        for (const heading of headings) expect(flat).to.include(heading.replaceAll(/\s+/g, ' '));
        expect(flat).to.match(/\b1 \/ \d+/);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
