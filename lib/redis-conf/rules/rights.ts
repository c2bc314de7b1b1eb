/** Who may read and write a file, where servers read it: in a project it may be anybody's. */
import { type Conf, linesNamed } from './configuration.js';
import { type Context, short } from './context.js';
import { type Line, placeOf, placeOfArgument, placeOfFile, textAt } from './finding.js';
import { userOn } from './units.js';
import { whereIs } from './where.js';

const SCRIPTS = ['sentinel notification-script', 'sentinel client-reconfig-script'];

/** A Sentinel looks for its scripts when it starts. */
function scripts(conf: Conf, { configuration, findings }: Context): void {
  if (conf.kind !== 'sentinel' || whereIs(conf, configuration) !== 'here') return;
  for (const line of SCRIPTS.flatMap((name) => linesNamed(conf, name))) {
    const file = textAt(line, 1);
    const lack = file.startsWith('/') ? conf.disk.lacks(file) : undefined;
    if (lack === undefined) continue;
    const code = lack === 'absent' ? 'sentinel.no-script' : 'sentinel.not-executable';
    findings.add(code, conf, placeOfArgument(line, 1), { values: { value: short(file) } });
  }
}

export function rightsRules(conf: Conf, context: Context): void {
  const { configuration, findings } = context;
  const { rights } = conf;
  scripts(conf, context);
  if (!rights || !OF_SYSTEM.test(rights.path)) return;
  const secret = conf.judged.find(hasSecret);
  if (secret && rights.isReadByAll && secret.file === conf.name) {
    findings.add('rights.read-by-all', conf, placeOf(secret));
  }
  if (conf.kind !== 'sentinel') return;
  const units = configuration.files.filter(({ kind }) => kind === 'unit');
  const user = units.map((unit) => userOn(unit, rights.path)).find((each) => each !== undefined);
  const closed = user === undefined ? undefined : rights.closedTo(user);
  if (user === undefined || closed === undefined) return;
  const code = closed === 'file' ? 'rights.not-writable' : 'rights.folder';
  findings.add(code, conf, placeOfFile(conf.name), { values: { user } });
}

const OF_SYSTEM = /^\/(?:etc|opt|srv|usr|var)\//;
const SECRET = /^(?:requirepass|masterauth|sentinel (?:auth|sentinel)-pass)$/;

function hasSecret({ current, args }: Line): boolean {
  if (current === 'user') return args.some(({ text }) => /^[>#]/.test(text));
  return SECRET.test(current) && args.at(-1)?.text !== '';
}
