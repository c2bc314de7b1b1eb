/** What `check` says of the configurations that a description comes to. */
import type { Coded } from '../coded.js';
import { usage } from '../errors.js';
import type { LabModel } from '../model/model.js';
import { checkLab } from '../redis-conf/rules/check.js';
import { type Conf, readConfiguration } from '../redis-conf/rules/configuration.js';
import type { Found } from '../redis-conf/rules/finding.js';
import type { RenderedConf } from '../render/configurations.js';
import type { Message } from '../report/messages.js';

/** What is told of a description. */
export interface DescribedNote {
  readonly message: Message;
  /** In the language of the lab. */
  readonly shown: string;
}

/**
 * What is worse than a hint, each with the path in the description that it comes from.
 * @param files the lab's, or those of its first nodes: then only what single lines say is told
 * @throws RedisLabError (2) with all that servers would surely refuse
 */
export async function notesOfDescription(
  lab: LabModel,
  files: readonly RenderedConf[],
): Promise<readonly DescribedNote[]> {
  const told = foundIn(lab, files);
  if (told.length === 0) return [];
  // Loaded here: it brings all texts, and most descriptions have nothing to be told of.
  const { ENGLISH, messageOf, sentenceIn } = await import('../report/messages.js');
  const language = { ...ENGLISH, lang: lab.language };
  const notes = told.map(({ coded }) => ({
    message: messageOf(coded),
    shown: sentenceIn(language, coded),
  }));
  const refused = notes.filter((_, at) => told[at]?.isRefused);
  if (refused.length === 0) return notes;
  const problem = (texts: readonly string[]) =>
    `The servers would not start with this description:\n  ${texts.join('\n  ')}`;
  throw usage(problem(refused.map(({ message }) => message.text)), 'spec.invalid');
}

interface ToldOf {
  readonly coded: Coded;
  readonly isRefused: boolean;
}

/** The same on every node is told once. */
function foundIn(lab: LabModel, files: readonly RenderedConf[]): ToldOf[] {
  const isWhole = lab.nodes.every(({ name }) => files.some(({ node }) => node === name));
  const configuration = readConfiguration(files, () => undefined);
  const { findings } = checkLab(configuration, [lab.redis]);
  const told = new Map<string, ToldOf>();
  for (const found of findings) {
    const conf = configuration.files.find(({ name }) => name === found.place.file);
    if (found.severity === 'hint' || !conf) continue;
    const own = ownLine(lab, conf, found);
    // A line of the description may stand behind one of ours, to count in its place. What other nodes have is not seen of a part.
    const isOurs = found.code === 'line.twice' || (!isWhole && found.code !== 'enable.debug');
    if (own === undefined && isOurs) continue;
    const path = own ?? pathOf(conf, found);
    if (told.has(`${found.code} ${path}`)) continue;
    // Of a package the version is known only where it is installed.
    const isRefused = found.severity.startsWith('fatal') && lab.redis.install === 'source';
    told.set(`${found.code} ${path}`, { coded: coded(path, found), isRefused });
  }
  return [...told.values()];
}

/** The path of a further line that somebody wrote into the description. */
function ownLine(
  { redis, sentinel }: LabModel,
  { kind, lines }: Conf,
  { place }: Found,
): string | undefined {
  const line = lines.find((each) => each.line === place.line);
  const own = kind === 'redis' ? redis.config : (sentinel.config ?? []);
  const at = own.findIndex((each) => each.trim() === line?.text);
  return at < 0 ? undefined : `${kind}.config[${at}]`;
}

/** Keys of the description, by the directive that they become. */
const KEYS: Readonly<Record<string, string>> = {
  'min-replicas-to-write': 'redis.minReplicasToWrite',
  'enable-debug-command': 'redis.debugCommand',
  'replica-priority': 'nodes',
  port: 'redis.port',
  'sentinel monitor': 'sentinel.quorum',
  save: 'redis.persistence',
};

function pathOf({ lines }: Conf, { place }: Found): string {
  const line = lines.find((each) => each.line === place.line);
  return KEYS[line?.name ?? ''] ?? place.file;
}

function coded(path: string, { code, values }: Found): Coded {
  const texts = Object.entries(values).map(([name, value]) => [name, String(value)]);
  const finding = { code: `check.${code}`, values: Object.fromEntries(texts) };
  return { code: 'note.configuration', values: { path, finding } };
}
