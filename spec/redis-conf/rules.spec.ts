import { expect } from 'chai';
import { parseConf } from '../../lib/redis-conf/parse.js';
import { RULE_CODES, RULES, type Rule, type Target } from '../../lib/redis-conf/rules/finding.js';
import { checked, codesIn, REDIS_7, TODAY } from './support/checked.js';

/** The versions that a rule's example is for. */
function targetsOf({ engine, version }: Rule): readonly Target[] {
  return engine && version ? [{ engine, version }] : TODAY;
}

/** `CODE LINE:COLUMN TEXT`, of what is worse than a hint. */
function told(text: string, name = 'redis.conf', targets: readonly Target[] = TODAY): string[] {
  const lines = text.split('\n');
  return checked({ [name]: text }, targets)
    .findings.filter(({ severity }) => severity !== 'hint')
    .map(({ code, place: { line, column, length } }) => {
      const there = lines[line - 1]?.slice(column - 1, column - 1 + length) ?? '';
      return `${code} ${line}:${column} ${there}`;
    });
}

describe('the rules of check', () => {
  for (const code of RULE_CODES) {
    const rule = RULES[code];

    it(`${code} is found in its example, as bad as it is, and not in what is nearly so`, () => {
      const { findings } = checked(rule.example, targetsOf(rule));
      const own = findings.filter((each) => each.code === code);
      expect(own, findings.map((each) => each.code).join()).to.have.length.above(0);
      expect(own[0]?.severity).to.equal(rule.severity);
      expect(codesIn(rule.silent, targetsOf(rule))).not.to.include(code);
    });

    it(`${code}: its example has no other mistake that is as bad, and what is nearly so has none`, () => {
      const bad = (files: Rule['example']) =>
        checked(files, targetsOf(rule))
          .findings.filter(({ severity }) => /fatal|misread|failover/.test(severity))
          .map((each) => each.code)
          .filter((each) => each !== code);
      expect([...new Set(bad(rule.example))]).to.deep.equal([]);
      expect(bad(rule.silent)).to.deep.equal([]);
    });
  }

  it('are eighty and more, and half of them about what is fatal or read otherwise', () => {
    expect(RULE_CODES).to.have.length.above(80);
  });
  void [told, parseConf, REDIS_7];
});
