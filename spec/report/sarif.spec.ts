import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import Ajv from 'ajv-draft-04';
import { expect } from 'chai';
import { fixesOf } from '../../lib/redis-conf/fixes/fixes.js';
import { EXAMPLES } from '../../lib/redis-conf/rules/examples.js';
import { RULE_CODES } from '../../lib/redis-conf/rules/finding.js';
import { checkResult } from '../../lib/report/check.js';
import { sarifOf } from '../../lib/report/sarif.js';
import type { CheckResult } from '../../lib/report/types.generated.js';
import { read, TODAY } from '../redis-conf/support/checked.js';

/** What GitHub takes of a run, and what it shows of a text. */
const GITHUB = {
  runs: 20,
  results: 25_000,
  shown: 5_000,
  rules: 25_000,
  locations: 1_000,
  text: 1_024,
  id: 255,
  bytes: 10_000_000,
};

interface Sarif {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly Rule[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly unknown[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}
interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string };
}

describe('a check as SARIF', () => {
  const schema = createRequire(import.meta.url).resolve(
    '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
  );
  const formats = {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': /^[\w.~:/?#[\]@!$&'()*+,;=%-]+$/,
    'date-time': /./,
  };
  const validate = new Ajv.default({ strict: false, unicodeRegExp: false, formats }).compile(
    JSON.parse(readFileSync(schema, 'utf8')),
  );

  function accepted(result: CheckResult, language = 'en'): Sarif {
    const sarif = sarifOf(result, language);
    expect(validate(sarif), JSON.stringify(validate.errors?.slice(0, 3))).to.equal(true);
    return sarif as Sarif;
  }

  for (const language of ['en', 'id']) {
    it(`is accepted by its schema, with each rule, its fix and its place (${language})`, () => {
      for (const code of RULE_CODES) {
        const files = EXAMPLES[code].example;
        const { configuration, found } = read(files);
        const lines = (name: string) => (files[name] ?? '').split('\n');
        const fixes = fixesOf(configuration, found.findings, TODAY, lines);
        const result = checkResult(configuration, found, TODAY, language, fixes);
        const [run] = accepted(result, language).runs;
        for (const { ruleId, ruleIndex, message } of run?.results ?? []) {
          expect(run?.tool.driver.rules[ruleIndex]?.id).to.equal(ruleId);
          expect(message.text).to.have.length.within(1, GITHUB.text);
        }
        for (const rule of run?.tool.driver.rules ?? []) {
          expect(rule.id).to.have.length.below(GITHUB.id);
          for (const { text } of [rule.shortDescription, rule.fullDescription, rule.help]) {
            expect(text, rule.id).to.have.length.within(1, GITHUB.text);
          }
        }
      }
    });
  }

  it('has no more than what is shown of it, and of more the worst', () => {
    const line = (at: number) => (at < 30 ? 'rename-command CONFIG "x"\n' : 'maxmemmory 1mb\n');
    const many = Array.from({ length: 31 }, (_, at) => [
      `n${at}/redis.conf`,
      `port 6379\n${line(at).repeat(200)}`,
    ]);
    const { configuration, found } = read(Object.fromEntries(many));
    const result = checkResult(configuration, found, TODAY);
    expect(result.findings).to.have.length.above(GITHUB.shown);
    const sarif = accepted(result);
    const results = sarif.runs[0]?.results ?? [];
    expect(results).to.have.lengthOf(GITHUB.shown);
    expect(results.filter(({ level }) => level === 'error')).to.have.lengthOf(200);
    expect(gzipSync(JSON.stringify(sarif))).to.have.length.below(GITHUB.bytes);
  });

  it('of all mistakes at once keeps what GitHub takes of one run, and knows each from the others', () => {
    const files = RULE_CODES.flatMap((code) =>
      Object.entries(EXAMPLES[code].example).map(([name, text]) => [`${code}/${name}`, text]),
    );
    const { configuration, found } = read(Object.fromEntries(files));
    const { runs } = accepted(checkResult(configuration, found, TODAY));
    expect(runs).to.have.length.within(1, GITHUB.runs);
    for (const { tool, results } of runs) {
      const ids = tool.driver.rules.map(({ id }) => id);
      expect(ids).to.have.length.within(100, GITHUB.rules);
      expect(new Set(ids).size).to.equal(ids.length);
      expect(results).to.have.length.within(ids.length, GITHUB.results);
      for (const { locations } of results)
        expect(locations).to.have.length.within(1, GITHUB.locations);
      const prints = results.map((each) => Object.values(each.partialFingerprints).join());
      expect(new Set(prints).size).to.equal(prints.length);
    }
  });

  it('names what is piped in, and files with characters that no address has', () => {
    for (const name of ['-', 'a b/redis.conf', 'caf\u00e9%20#1.conf', '/etc/redis/redis.conf']) {
      const { configuration, found } = read({ [name]: 'maxmemmory 1mb\n' });
      accepted(checkResult(configuration, found, TODAY));
    }
  });
});
