/** docs/rules.md, made from the rules of `check`. */
import { isMendable } from '../lib/redis-conf/fixes/mend.js';
import {
  RULE_CODES,
  RULES,
  type RuleCode,
  SEVERITIES,
  type Severity,
} from '../lib/redis-conf/rules/finding.js';
import { textsOf } from '../lib/render/texts.js';
import { rulePage } from '../lib/report/rule-page.js';

/** What each group is, for somebody who reads no source. */
const GROUPS: Readonly<Record<Severity, string>> = {
  fatal: 'The server does not start, or ends at once.',
  'fatal-at-restart': 'The server starts, and does not start a second time.',
  misread: 'The server starts and takes something else than what was meant.',
  failover: 'All is well until a master is lost; then nobody takes over, or nobody can write.',
  unsafe: 'Others can get in, or data can get lost.',
  hint: 'Nothing bad by itself. `check` ends with 0 where there are only hints.',
};

const INTRO = `# What check finds

Made from the rules by \`npm run docs:rules\`; do not edit it.

\`redis-lab check\` compares a redis.conf, a sentinel.conf, an aclfile or a systemd unit with these rules. Each has a code, which stays the same
whatever the texts say. \`redis-lab check --explain CODE\` prints the page of one rule, with \`--lang id\` in Indonesian. Every example is given to real
servers by the tests: what is called fatal stops them, and what is right does not.

A rule with a tool (🔧) is mended by \`redis-lab check --fix\` where only one meaning is left: see [engineer.md](engineer.md#commands).`;

export function rulesPage(): string {
  const names = textsOf('check', 'en').severity;
  const groups = SEVERITIES.map((severity) => ({
    title: `${names[severity][0]?.toUpperCase()}${names[severity].slice(1)}`,
    severity,
    codes: RULE_CODES.filter((code) => RULES[code].severity === severity),
  }));
  const contents = groups.map(({ title, codes }) =>
    [`- [${title}](#${anchor(title)}) (${codes.length})`, ...codes.map(entry)].join('\n'),
  );
  const chapters = groups.flatMap(({ title, severity, codes }) => [
    `## ${title}`,
    GROUPS[severity],
    ...codes.map((code) => rulePage(code, 'en', { heading: '###', block: 'conf' })),
  ]);
  return `${[INTRO, '## Contents', contents.join('\n'), ...chapters].join('\n\n')}\n`;
}

function entry(code: RuleCode): string {
  return `  - [${code}](#${anchor(code)})${isMendable(code) ? ' 🔧' : ''}`;
}

/** As GitHub makes it of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
