/** What a check found, as SARIF 2.1.0: what editors and code hosts show beside the lines. Pure. */
import {
  PAGES,
  RULES,
  type RuleCode,
  SEVERITIES,
  type Severity,
} from '../redis-conf/rules/finding.js';
import { version } from '../version.js';
import { plainTexts } from './check.js';
import type { CheckResult, Finding, FindingEdit } from './types.generated.js';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  fatal: 'error',
  'fatal-at-restart': 'error',
  misread: 'error',
  failover: 'error',
  unsafe: 'warning',
  hint: 'note',
};

/** GitHub shows no more of one run. */
const MOST_RESULTS = 5_000;

export function sarifOf({ findings }: CheckResult, language = 'en'): object {
  const told = worst(findings);
  const codes = [...new Set(told.map(({ code }) => code as RuleCode))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'redis-lab',
            version,
            rules: codes.map((code) => rule(code, language)),
          },
        },
        language,
        columnKind: 'utf16CodeUnits',
        results: told.map((each) => result(each, codes)),
      },
    ],
  };
}

/** As they are where all are shown. */
function worst(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MOST_RESULTS) return findings;
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
  return findings.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_RESULTS);
}

function rule(code: RuleCode, language: string) {
  const { says, effect, fix } = plainTexts(code, language);
  return {
    id: code,
    shortDescription: { text: says },
    fullDescription: { text: effect },
    help: { text: fix },
    helpUri: PAGES[RULES[code].link],
    defaultConfiguration: { level: LEVELS[RULES[code].severity] },
  };
}

function result(found: Finding, codes: readonly RuleCode[]) {
  const { code, severity, file, line, column, length, says, effect, fix, edits } = found;
  const region =
    line === 0
      ? { startLine: 1 }
      : { startLine: line, startColumn: column, endColumn: column + Math.max(1, length) };
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code as RuleCode),
    level: LEVELS[severity],
    message: { text: `${says} ${effect} ${fix}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } }],
    partialFingerprints: { 'redisLab/v1': `${code}:${file}:${line}:${column}` },
    ...(edits && { fixes: [fixOf(file, fix, edits)] }),
  };
}

function fixOf(file: string, text: string, edits: readonly FindingEdit[]) {
  const replacements = edits.map((edit) => ({
    deletedRegion: {
      startLine: edit.line,
      startColumn: edit.column,
      endColumn: edit.column + edit.length,
    },
    insertedContent: { text: edit.text },
  }));
  return {
    description: { text },
    artifactChanges: [{ artifactLocation: { uri: uriOf(file) }, replacements }],
  };
}

/** Relative where it is; what is piped in has a name of its own. */
function uriOf(file: string): string {
  if (file === '-') return 'stdin';
  return file.split('/').map(encodeURIComponent).join('/');
}
