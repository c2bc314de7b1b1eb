/** What the handout and the documentation say of time and order, held against real runs. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { textsOf } from '../../lib/render/texts.js';
import { IN_DOCS, IN_HANDOUT, named } from './support/statements.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What such a statement is known by. */
const TIMED =
  /(?:\d|\}|\b(?:one|two|three|four|five|six|eight|ten|twelve|some|few|half a|a))`? (?:s|ms|seconds?|minutes?)\b|\b(?:at once|order in which|leader's order|every second)\b/i;

function leaves(value: unknown, at = ''): [key: string, text: string][] {
  if (typeof value === 'string') return [[at, value]];
  return Object.entries(value as object).flatMap(([key, child]) =>
    leaves(child, at === '' ? key : `${at}.${key}`),
  );
}

describe('statements about time and order', () => {
  const english = leaves(textsOf('handout', 'en')).filter(([, text]) => TIMED.test(text));

  it('of the handout are all known', () => {
    expect(english.map(([key]) => key).sort()).to.deep.equal(Object.keys(IN_HANDOUT).sort());
  });

  for (const [key, evidence] of Object.entries(IN_HANDOUT)) {
    if (typeof evidence === 'function') it(`of the handout are so: ${key}`, evidence);
  }

  it('have the same numbers in Indonesian', () => {
    const indonesian = new Map(leaves(textsOf('handout', 'id')));
    const numbers = (text = '') => (text.match(/\d+/g) ?? []).sort();
    for (const [key, text] of english) {
      expect(numbers(indonesian.get(key)), key).to.deep.equal(numbers(text));
    }
  });

  it('of the documentation are all known, and so', () => {
    const files = [
      'README.md',
      ...readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`),
    ];
    const lines = files
      // What rules say is held against servers: spec/readers/check.thorough.spec.ts.
      .filter((file) => file.endsWith('.md') && file !== 'docs/rules.md')
      .flatMap((file) =>
        // What is shown as typed or printed is compared with real runs: spec/docs/support/blocks.ts.
        readFileSync(path.join(ROOT, file), 'utf8')
          .replace(/^```.*?^```$/gms, '')
          .split('\n')
          .filter((line) => TIMED.test(line))
          .map((line) => `${file}: ${line}`),
      );
    const known = Object.entries(IN_DOCS);
    const covers = (name: string, line: string) => {
      const [, file = '', words = ''] = /^([^:]+): (.*)$/.exec(name) ?? [];
      return line.startsWith(`${file}: `) && line.includes(words);
    };
    expect(lines.filter((line) => !known.some(([name]) => covers(name, line)))).to.deep.equal([]);
    for (const [name, evidence] of known) {
      expect(
        lines.some((line) => covers(name, line)),
        name,
      ).to.equal(true);
      if (typeof evidence === 'function') evidence();
    }
  });

  it('name the new master from the leader on that has promoted it, then from each other Sentinel', () => {
    named();
    for (const language of ['en', 'id']) {
      const { answer = '' } = textsOf('handout', language).tasks.crash.questions[2] ?? {};
      const at = (event: string) => answer.indexOf(event);
      expect(at('+selected-slave')).to.be.within(0, at('+promoted-slave'));
      expect(at('+promoted-slave')).to.be.lessThan(at('+switch-master'));
      expect(answer).not.to.match(
        /Sentinels name it from `\+switch|Sentinel menyebutnya sejak `\+switch/,
      );
    }
  });
});
