/** Whatever a result, a status or a recording says, nothing of it speaks to a terminal, hides in a page or turns a line round. */
import { expect } from 'chai';
import { jsonText, visible, visibleLines } from '../../lib/errors.js';
import { handout } from '../../lib/handout/index.js';
import { buildLab } from '../../lib/lab/lab.js';
import { documentFile } from '../../lib/render/documents.js';
import { reportDrawings } from '../../lib/report/drawings.js';
import { junitReport } from '../../lib/report/junit.js';
import { reportPage } from '../../lib/report/page/page.js';
import { statusReport } from '../../lib/report/status-text.js';
import { textReport } from '../../lib/report/text.js';
import type { LabStatus, VerifyResult } from '../../lib/report/types.generated.js';
import { SAVED, saved } from './support/saved.js';
import { status } from './support/status.js';

/** C0, DEL, C1 (CSI in one byte), each bidirectional mark, line and paragraph separators, tags beyond the plane. */
const UNSEEN =
  '\u0000\u0007\b\u001b[2J\u001b]0;title\u0007\r\u007f\u009b31m\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u2028\u2029\u{e0041}';
const LINES = `x\n# heading\n- item\n| cell |\n\`\`\`\`\n<script>document.title = 'taken'</script><img src="http://127.0.0.1:9/x">\n${UNSEEN}`;

/** Where only one of some words can stand, nobody else's text can. */
const WORDS = new Set([
  'verdict',
  'outcome',
  'state',
  'role',
  'startedAt',
  'flags',
  'link',
  'engine',
]);

/** The same with the nasty text at the end of every text. */
function spoiled<T>(value: T, key = ''): T {
  if (typeof value === 'string') return (WORDS.has(key) ? value : `${value}${LINES}`) as T;
  if (Array.isArray(value)) return value.map((each) => spoiled(each, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      // A phase has one of four names.
      name === 'name' && 'predicted' in value ? each : spoiled(each, name),
    ]),
  ) as T;
}

function expectClean(text: string, what: string): void {
  const found = /[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/u.exec(text);
  const around =
    found && JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 5));
  expect(around, what).to.equal(null);
}

describe('what others wrote', () => {
  it('is shown by its number where it could not be seen', () => {
    expect(visible('a\u001bb\u202ec\n\t\u{e0041}')).to.equal(
      'a\\u001bb\\u202ec\\u000a\\u0009\\u{e0041}',
    );
    expect(visibleLines('a\r\nb\tc\rd\u009b')).to.equal('a\nb\tc\\u000dd\\u009b');
    expectClean(visible(LINES), 'visible');
    expectClean(visibleLines(LINES), 'visibleLines');
  });

  it('is the same value in JSON, and clean text', () => {
    const value = { [LINES]: [LINES, { a: LINES }], b: '\ud83d\ude00' };
    for (const indent of [undefined, 2]) {
      expect(JSON.parse(jsonText(value, indent))).to.deep.equal(value);
      expectClean(jsonText(value, indent), 'JSON');
    }
  });

  for (const name of SAVED) {
    it(`is clean in every way of telling a result: ${name}`, () => {
      const result = spoiled<VerifyResult>(saved(name));
      expectClean(textReport(result), 'text');
      expectClean(junitReport(result), 'JUnit');
      const page = reportPage(result);
      expectClean(page, 'page');
      expect(page).to.not.include('<script').and.not.include('<img');
      for (const [file, drawing] of Object.entries(reportDrawings(result))) {
        expectClean(drawing, file);
        // A reference is the character itself to whoever draws it.
        expect(drawing).to.not.match(/&#\d/);
      }
    });
  }

  it('is clean in a status', () => {
    expectClean(statusReport(spoiled<LabStatus>(status({ problems: ['one'] }))), 'status');
  });

  for (const format of ['html', 'md'] as const) {
    it(`stays an output in a handout: ${format}`, () => {
      const course = JSON.parse(documentFile('handout/recorded.json')) as {
        outputs: Record<string, { output: string }>;
      };
      const fence = '`'.repeat(20);
      for (const each of Object.values(course.outputs)) each.output += `${LINES}\n${fence}\n<b>`;
      const recorded = JSON.stringify(course);
      for (const edition of ['student', 'instructor'] as const) {
        const text = handout(buildLab(), { format, edition, recorded });
        expectClean(text, edition);
        expect(text).to.include('\\u202e').and.include('\\u001b[2J');
        if (format === 'html') expect(text).to.not.include('<script').and.not.include('<img');
        else expect(outsideFences(text)).to.not.match(/<script|<img|^# heading$/m);
      }
    });
  }

  for (const [what, change] of Object.entries({
    'the version of its server': { server: { engine: 'redis', version: `8.2.8${LINES}` } },
    'the version of redis-lab': { redisLab: '0.1.0 [here](https://example.org)' },
    'a letter': { outputs: { x: { output: '', afterSeconds: null, letters: { A: LINES } } } },
  })) {
    it(`is refused in a recording as ${what}`, () => {
      const course = JSON.parse(documentFile('handout/recorded.json'));
      const recorded = JSON.stringify({ ...course, ...change });
      expect(() => handout(buildLab(), { recorded })).to.throw('the recording has 1 problem');
    });
  }
});

/** What a reader of Markdown takes for text and not for code. */
function outsideFences(text: string): string {
  const out: string[] = [];
  let fence = '';
  for (const line of text.split('\n')) {
    const [, run = ''] = /^ {0,3}(`{3,})/.exec(line) ?? [];
    if (fence === '' && run !== '') fence = run;
    else if (fence !== '' && run.length >= fence.length && line.trim() === run) fence = '';
    else if (fence === '') out.push(line);
  }
  expect(fence, 'a fence that does not end').to.equal('');
  return out.join('\n');
}
