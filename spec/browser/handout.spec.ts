/** The handout's page in a real Chromium. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { handout } from '../../lib/handout/index.js';
import { buildLab } from '../../lib/lab/lab.js';
import { documentFile } from '../../lib/render/documents.js';
import { languagesOf } from '../../lib/render/languages.js';
import {
  barriers,
  judgedIn,
  overflow,
  pagesOf,
  printed,
  SCHEMES,
  TestBrowser,
  type Visit,
  view,
  WIDTHS,
} from './support/browser.js';

const lab = buildLab();
/** A4 pages: fewer would mean that something is missing, more that something broke apart. */
const PAGES = { student: [18, 27], instructor: [28, 40] } as const;

/** Its smallest letters, and words of commands that go on in another line although one has room for them. */
interface Measured {
  readonly smallest: { readonly pt: number; readonly text: string };
  readonly broken: readonly string[];
  readonly lines: number;
}

const MEASURED = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let smallest = { pt: Infinity, text: '' };
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.getClientRects().length) continue;
    const svg = element.closest('svg');
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    const pt = Math.round(parseFloat(getComputedStyle(element).fontSize) * scale * 750) / 1000;
    if (pt < smallest.pt) smallest = { pt, text: node.textContent };
  }
  const lines = [...document.querySelectorAll('.line')];
  const broken = lines.flatMap((line) => {
    const { paddingLeft, paddingRight, lineHeight } = getComputedStyle(line);
    const room = line.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    return [...line.querySelectorAll('span')]
      .filter((word) => word.offsetHeight > parseFloat(lineHeight) * 1.5 && word.offsetWidth < room - 1)
      .map((word) => word.textContent);
  });
  return { smallest, broken, lines: lines.length };
})()`;

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

    let visit: Visit | undefined;

    for (const width of WIDTHS) {
      for (const scheme of SCHEMES) {
        it(`of the ${edition} fits ${width} px, ${scheme}, without a complaint or a request`, async () => {
          visit ??= await browser.open(html, { width, scheme });
          const { page, complaints, requests } = visit;
          await view(page, { width, scheme });
          expect(await overflow(page)).to.equal(0);
          for (const what of judgedIn({ width, scheme })) {
            expect(await barriers(page, what)).to.deep.equal([]);
          }
          expect({ complaints, requests }).to.deep.equal({ complaints: [], requests: [] });
        });
      }
    }

    it(`of the ${edition} prints on as many pages as it should, with every heading`, async () => {
      await visit?.page.close();
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

  for (const language of languagesOf('handout')) {
    it(`has on paper no letter below 8 pt, and commands that break between words (${language})`, async () => {
      const name = 'a-name-as-long-as-names-may-bexx';
      const nodes = [{ name, role: 'master' as const }, {}, {}, {}, {}];
      for (const of of [lab, buildLab({ nodes })]) {
        const html = handout(of, { edition: 'instructor', format: 'html', language });
        // As wide as A4 without its margins.
        const { page } = await browser.open(html, { width: 673, scheme: 'light' });
        await page.emulateMedia({ media: 'print' });
        const { smallest, broken, lines } = await page.evaluate<Measured>(MEASURED);
        expect(smallest.pt, smallest.text).to.be.at.least(8);
        expect(lines).to.be.greaterThan(100);
        expect(broken).to.deep.equal([]);
        // Each step says which column is for whom.
        const commands = page.locator('.commands');
        expect(await commands.locator('thead').count()).to.equal(await commands.count());
        await page.close();
      }
    });
  }

  it('runs and fetches nothing, whatever a recording says and whoever changes the page', async () => {
    const course = JSON.parse(documentFile('handout/recorded.json')) as {
      outputs: Record<string, { output: string }>;
    };
    let asked = 0;
    const server = createServer((_, answer) => {
      asked += 1;
      answer.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const evil = `</samp></pre><script>document.title = 'taken'</script><img src="http://127.0.0.1:${port}/x" onerror="document.title='taken'">`;
    for (const each of Object.values(course.outputs)) each.output += evil;
    const recorded = JSON.stringify(course);
    const html = handout(lab, { edition: 'instructor', format: 'html', recorded });
    const desk = { width: 1280, scheme: 'light' } as const;
    const { page, complaints, requests } = await browser.open(html, desk);
    expect(await page.title()).to.not.equal('taken');
    expect({ complaints, requests }).to.deep.equal({ complaints: [], requests: [] });
    await page.close();

    // The same as if nothing had been escaped: the policy of the page alone holds it.
    const open = await browser.open(
      html.replace('</main>', () => `${evil}</main>`),
      desk,
    );
    expect(await open.page.title()).to.not.equal('taken');
    expect(asked).to.equal(0);
    expect(open.complaints.join('\n')).to.match(/Content Security Policy/);
    await open.page.close();
    server.close();
  });
});
