import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { LANGUAGES } from '../../lib/model/languages.js';
import { type DocumentName, languagesOf } from '../../lib/render/languages.js';
import { texts } from '../../lib/render/texts.generated.js';
import { say, textsOf } from '../../lib/render/texts.js';

const TEMPLATES = path.resolve(import.meta.dirname, '../../templates');
const DOCUMENTS = Object.keys(texts) as DocumentName[];

/** Each text with its path, and each empty group, so that a list that is shorter is seen. */
function leaves(value: unknown, at: string): [path: string, text: unknown][] {
  if (typeof value !== 'object' || value === null) return [[at, value]];
  const inner = Object.entries(value).flatMap(([key, child]) => leaves(child, `${at}.${key}`));
  return inner.length > 0 ? inner : [[at, value]];
}

const places = (text: unknown) => [...String(text).matchAll(/\{\w+\}/g)].map(String).sort();

describe('texts of documents', () => {
  it('are there', () => {
    expect(DOCUMENTS).to.include('report');
  });

  for (const document of DOCUMENTS) {
    const english = new Map(leaves(textsOf(document, 'en'), document));

    it(`are English first, then every other file of templates/${document}`, () => {
      const files = readdirSync(path.join(TEMPLATES, document))
        .flatMap((file) => /^([a-z]{2})\.yaml$/.exec(file)?.[1] ?? [])
        .sort();
      expect(languagesOf(document)[0]).to.equal('en');
      expect([...languagesOf(document)].sort()).to.deep.equal(files);
    });

    it('are in every language that a description may name', () => {
      expect([...languagesOf(document)].sort()).to.deep.equal([...LANGUAGES].sort());
    });

    for (const language of languagesOf(document)) {
      describe(`${document}, ${language}`, () => {
        const found = new Map(leaves(textsOf(document, language), document));

        it('has every key, and no other', () => {
          expect([...found.keys()].sort()).to.deep.equal([...english.keys()].sort());
        });

        it('has a text under each', () => {
          for (const [key, text] of found) {
            expect(text, key).to.be.a('string');
            expect(String(text).trim(), key).not.to.equal('');
          }
        });

        it('has the same places to fill', () => {
          for (const [key, text] of found) {
            expect(places(text), key).to.deep.equal(places(english.get(key)));
          }
        });
      });
    }
  }

  it('in English are right for one thing as well, unless there are always more', () => {
    // A lab has three machines and eight claims at least; a row of writes, repeats, and minutes or hours that are told, are many.
    // What is left of a disk is told with its unit.
    const ALWAYS_MANY =
      /many$|better-many|memory\.machines|whole\.servers|clock\.|ledger\.rows|ledger\.description|proveOften|facts\.|room\./;
    const plural =
      /\{(?:count|left|runs|min|free)\} (?:[a-z]+s\b|(?:are|have|were)\b)|\{(?:count|left|runs)\}[^.;:,({]* (?:are|have|were) /;
    for (const document of DOCUMENTS) {
      for (const [key, text] of leaves(textsOf(document, 'en'), document)) {
        if (!ALWAYS_MANY.test(key)) expect(String(text), key).not.to.match(plural);
      }
    }
  });

  it('are all there in the same languages: those of a lab', () => {
    for (const document of DOCUMENTS) {
      expect(languagesOf(document), document).to.deep.equal(languagesOf('report'));
    }
  });

  it('are not there in a language that nobody wrote', () => {
    expect(() => textsOf('report', 'xx')).to.throw(
      'There is no report in the language "xx"; there is en',
    );
    expect(() => textsOf('report', 'constructor')).to.throw('There is no report');
  });

  it('have their places filled, or fail', () => {
    expect(say('{a} of {b}, {a}', { a: 1, b: 'two {a}' })).to.equal('1 of two {a}, 1');
    expect(() => say('{a} of {b}', { a: 1 })).to.throw('"b" has no value');
    expect(() => say('{constructor}', {})).to.throw('"constructor" has no value');
  });
});
