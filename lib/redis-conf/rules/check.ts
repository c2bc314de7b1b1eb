/** All rules over a configuration. Pure. */
import { aclRules } from './acl.js';
import type { Conf, Configuration } from './configuration.js';
import { type Context, type FileRule, Findings, type LabRule, signaturesFor } from './context.js';
import {
  type Found,
  placeOf,
  placeOfFile,
  type RuleCode,
  SEVERITIES,
  type Target,
} from './finding.js';
import { groupRules } from './group.js';
import { labOf } from './lab.js';
import { misreadLine, twice } from './meaning.js';
import { passwordsTogether } from './passwords.js';
import { refusedLine } from './refused.js';
import { rightsRules } from './rights.js';
import { sentinelRules } from './sentinel.js';
import { sentinelsTogether } from './sentinels.js';
import { serverRules } from './server.js';
import { tlsRules } from './tls.js';
import { unitRules } from './units.js';

const ABOUT_FILES: readonly FileRule[] = [
  whatItIs,
  lineByLine,
  twice,
  sentinelRules,
  serverRules,
  tlsRules,
  aclRules,
  unitRules,
  rightsRules,
];

const ABOUT_LABS: readonly LabRule[] = [sentinelsTogether, passwordsTogether, groupRules];

export interface Checked {
  /** By node, the worst first. */
  readonly findings: readonly Found[];
  /** How many more there are, by file. */
  readonly more: ReadonlyMap<string, number>;
}

export function checkLab(configuration: Configuration, targets: readonly Target[]): Checked {
  const findings = new Findings(targets);
  const signatures = signaturesFor(targets);
  const context = { configuration, lab: labOf(configuration), targets, signatures, findings };
  for (const conf of configuration.files) for (const rule of ABOUT_FILES) rule(conf, context);
  for (const rule of ABOUT_LABS) rule(context);
  return { findings: inOrder(once(findings.found)), more: findings.more };
}

function whatItIs(conf: Conf, { findings }: Context): void {
  if (conf.kind === 'foreign') findings.add('file.foreign', conf, placeOfFile(conf.name));
  const first = conf.template && conf.lines.find((line) => line.isTemplate);
  if (first) findings.add('file.template', conf, placeOf(first));
}

function lineByLine(conf: Conf, context: Context): void {
  if (conf.kind !== 'redis' && conf.kind !== 'sentinel') return;
  const told = new Set<RuleCode>();
  for (const line of conf.judged) {
    if (!refusedLine(conf, line, told, context)) misreadLine(conf, line, context);
  }
}

/** What several rules see in one place is told once. */
function once(found: readonly Found[]): Found[] {
  const seen = new Set<string>();
  return found.filter(({ code, place: { file, line, column } }) => {
    const key = `${code} ${file} ${line} ${column}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function inOrder(found: readonly Found[]): Found[] {
  const rank = ({ severity }: Found) => SEVERITIES.indexOf(severity);
  return found.toSorted(
    (a, b) =>
      Number(a.node > b.node) - Number(a.node < b.node) ||
      rank(a) - rank(b) ||
      Number(a.place.file > b.place.file) - Number(a.place.file < b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column,
  );
}
