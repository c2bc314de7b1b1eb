/** The run report in a real browser. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { reportPage } from '../../lib/report/page/page.js';
import type { VerifyResult } from '../../lib/report/types.generated.js';
import { ofLargerLab, saved } from '../report/support/saved.js';
import {
  barriers,
  collisions,
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

const PAGES = {
  plain: reportPage(saved('plain')),
  'repeated, in Indonesian': reportPage(saved('repeat3'), { lang: 'id' }),
  failed: reportPage(saved('failed')),
  'of a larger lab': reportPage(ofLargerLab()),
  'of several scenarios, in Indonesian': reportPage(saved('several'), { lang: 'id' }),
  'of stories with findings of the oracle': reportPage(storiesOf('partition', 'quorum-lost')),
};

function storiesOf(...names: readonly string[]): VerifyResult {
  const stories = saved('stories');
  return { ...stories, scenarios: stories.scenarios.filter(({ name }) => names.includes(name)) };
}

describe('the run report in a browser', () => {
  let browser: TestBrowser;

  before(async function () {
    browser = await TestBrowser.start(this);
  });
  after(async () => browser?.close());

  for (const [name, html] of Object.entries(PAGES)) {
    describe(`is whole: ${name}`, () => {
      let visit: Visit | undefined;
      after(async () => visit?.page.close());
      const openAll = (page: Page, open: boolean) =>
        page.evaluate(`document.querySelectorAll('details').forEach(d => { d.open = ${open} })`);

      for (const scheme of SCHEMES) {
        for (const width of WIDTHS) {
          it(`${scheme}, ${width} px`, async () => {
            visit ??= await browser.open(html, { width, scheme });
            const { page, complaints, requests } = visit;
            await view(page, { width, scheme });
            expect(await overflow(page)).to.equal(0);
            expect(await collisions(page)).to.deep.equal([]);
            await openAll(page, true);
            expect(await overflow(page)).to.equal(0);
            for (const what of judgedIn({ width, scheme })) {
              expect(await barriers(page, what)).to.deep.equal([]);
            }
            await openAll(page, false);
            expect(complaints).to.deep.equal([]);
            expect(requests).to.deep.equal([]);
          });
        }
      }
    });
  }

  it('shows the figures of the result', async () => {
    const { page } = await browser.open(PAGES.plain, { width: 1280, scheme: 'light' });
    const failover = saved('plain').scenarios.find(({ name }) => name === 'failover');
    const read = (selector: string, name: string) =>
      page.$$eval(selector, (found, key) => found.map((each) => each.getAttribute(key)), name);
    expect((await read('#phases svg.wide [data-prediction]', 'data-ms')).map(Number)).to.deep.equal(
      failover?.phases.map(({ ms }) => ms),
    );
    expect((await read('[data-fact=outage]', 'data-value')).map(Number)).to.deep.equal([
      failover?.outageMs,
    ]);
    expect(await page.locator('svg.phone').first().isVisible()).to.equal(false);
    await page.close();
  });

  it('prints, with the short tables', async () => {
    const { page } = await browser.open(PAGES.plain, { width: 1280, scheme: 'dark' });
    expect(pagesOf(await printed(page))).to.be.within(3, 8);
    const table = (id: string) => page.locator(`#${id} table`).isVisible();
    expect(await table('phases')).to.equal(false);
    await page.emulateMedia({ media: 'print' });
    expect(await table('phases')).to.equal(true);
    expect(await table('timeline')).to.equal(false);
    await page.close();
  });
});
