/** The tools of this suite see what they are to see. */
import { expect } from 'chai';
import {
  barriers,
  collisions,
  overflow,
  pagesOf,
  printed,
  TestBrowser,
} from './support/browser.js';

const BAD = `<!doctype html><html><head><title>x</title></head><body>
<img src="nowhere.png"><div style="width:900px;height:3000px">wide</div>
<svg width="100" height="40"><text x="5" y="20">over</text><text x="9" y="22">under</text>
<text x="80" y="38">outside</text></svg>
<script>console.error('loud'); throw new Error('thrown')</script></body></html>`;

const GOOD = `<!doctype html><html lang="en"><head><title>x</title></head>
<body><main><h1>x</h1></main></body></html>`;

const VIEW = { width: 360, scheme: 'light' } as const;

describe('the browser of these tests', () => {
  let browser: TestBrowser | undefined;

  before(async function () {
    browser = await TestBrowser.start(this);
  });
  after(async () => browser?.close());

  it('sees complaints, requests, overflow, barriers and pages', async () => {
    const visit = await browser?.open(BAD, VIEW);
    if (!visit) throw new Error('no page');
    const { page, complaints, requests } = visit;
    expect(complaints).to.include.members(['loud', 'thrown']);
    expect(requests).to.have.lengthOf(1);
    expect(requests[0]).to.match(/nowhere\.png$/);
    expect(await overflow(page)).to.be.greaterThan(500);
    expect((await barriers(page)).join('\n'))
      .to.include('image-alt')
      .and.to.include('html-has-lang');
    expect(await collisions(page)).to.deep.equal(['outside is cut off', 'over lies over under']);
    expect(pagesOf(await printed(page))).to.be.within(2, 5);
    await page.close();
  });

  it('finds nothing where nothing is', async () => {
    const visit = await browser?.open(GOOD, { width: 1920, scheme: 'dark' });
    if (!visit) throw new Error('no page');
    const { page, complaints, requests } = visit;
    expect(complaints).to.deep.equal([]);
    expect(requests).to.deep.equal([]);
    expect(await overflow(page)).to.equal(0);
    expect(await barriers(page)).to.deep.equal([]);
    expect(pagesOf(await printed(page))).to.equal(1);
    expect(await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")).to.equal(
      true,
    );
  });
});
