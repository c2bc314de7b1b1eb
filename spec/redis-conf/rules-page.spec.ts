import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { rulesPage } from '../../.ci/rules-page.js';
import { RULE_CODES } from '../../lib/redis-conf/rules/finding.js';

const FILE = path.resolve(import.meta.dirname, '../../docs/rules.md');

describe('docs/rules.md', () => {
  it('is as it is made now: npm run docs:rules', () => {
    expect(readFileSync(FILE, 'utf8') === rulesPage(), 'run: npm run docs:rules').to.equal(true);
  });

  it('has each rule once, and a way to it', () => {
    const text = rulesPage();
    const headings = [...text.matchAll(/^### (\S+)$/gm)].map(([, code]) => code);
    expect(headings).to.have.members([...RULE_CODES]);
    const links = [...text.matchAll(/^ {2}- \[(\S+)\]\(#(\S+)\)/gm)];
    expect(links.map(([, code]) => code)).to.deep.equal(headings);
    for (const [, code = '', anchor] of links) expect(anchor).to.equal(code.replaceAll('.', ''));
  });
});
