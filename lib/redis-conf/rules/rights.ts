/** Who may read and write a file, where servers read it: in a project it may be anybody's. */
import type { Conf } from './configuration.js';
import type { Context } from './context.js';
import { type Line, placeOf, placeOfFile } from './finding.js';
import { userOn } from './units.js';

export function rightsRules(conf: Conf, { configuration, findings }: Context): void {
  const { rights } = conf;
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
