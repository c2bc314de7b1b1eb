/** What is said of systems on which nothing was run has tests that are there; and how to tell us is a form that GitHub takes. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { ROOT } from '../support/cli.js';

const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** The cells of each line of a table. */
const lines = (file: string) =>
  text(file)
    .split('\n')
    .filter((line) => /^\| (?!---)/.test(line))
    .slice(1)
    .map((line) => line.slice(2, -2).split(' | '));

describe('the documentation of other systems', () => {
  for (const [file, systems] of [
    ['docs/other-systems.md', /win32|[wW]indows|darwin|[mM]ac|taskkill/],
    ['docs/guests.md', /./],
  ] as const) {
    it(`names tests that are there: ${file}`, () => {
      const found = lines(file);
      expect(found.length).to.be.greaterThan(10);
      for (const cells of found) {
        expect(cells.at(-1), cells.join(' | ')).to.match(/^(?:`spec\/|real|–|.*`spec\/)/);
        for (const [, test = ''] of (cells.at(-1) ?? '').matchAll(/`(spec\/[^`]+)`/g)) {
          expect(existsSync(path.join(ROOT, test)), test).to.equal(true);
          expect(text(test), test).to.match(systems);
        }
      }
    });
  }

  it('has a form for those who try it', () => {
    const form = load(text('.github/ISSUE_TEMPLATE/another-system.yml')) as {
      readonly name: string;
      readonly description: string;
      readonly body: readonly {
        readonly type: string;
        readonly id?: string;
        readonly attributes: Readonly<Record<string, unknown>>;
      }[];
    };
    expect(form.name).to.be.a('string');
    expect(form.description).to.be.a('string');
    const ids = form.body.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const { type, attributes } of form.body) {
      expect(['markdown', 'input', 'textarea', 'dropdown', 'checkboxes']).to.include(type);
      expect(attributes).to.have.property(type === 'markdown' ? 'value' : 'label');
    }
    expect(text('.github/ISSUE_TEMPLATE/another-system.yml')).to.include('doctor --report');
    expect(text('docs/other-systems.md')).to.include(form.name);
  });
});
