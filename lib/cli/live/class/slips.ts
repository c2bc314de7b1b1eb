/** The papers of a class: how each student gets in, and what is to be done there. */
import type { Entrance } from '../../../backends/entries.js';
import { descriptorOf } from '../../../backends/registry.js';
import { chosenOf } from '../../../class/chosen.js';
import type { StudentLab } from '../../../class/labs.js';
import { Secrets } from '../../../class/secrets.js';
import { EXIT, RedisLabError } from '../../../errors.js';
import { type Slip, slipsOf } from '../../../handout/slips.js';
import type { LabModel } from '../../../model/model.js';
import { checkWritable, writeText } from '../../../workspace/named-file.js';
import { formatOf } from '../../file-format.js';
import { printAside, printRaw } from '../../output.js';
import { UsageError } from '../../usage.js';
import { commandLine } from '../../words.js';
import { printClass } from '../papers.js';
import { printPdf } from '../print-pdf.js';
import { onlyOf, type Work, whoIs } from './work.js';

type PaperFormat = 'md' | 'html' | 'pdf';

/** Only its owner may read what has passwords in it. */
const PRIVATE = 0o600;

export async function slips(work: Work): Promise<number> {
  const { argv, labClass, signal } = work;
  const { file } = argv as { file?: string };
  const format = formatIn(argv);
  if (format === 'pdf' && file === undefined && process.stdout.isTTY) {
    throw new UsageError('A PDF is no text for a terminal: name a file with --file.');
  }
  if (file !== undefined) checkWritable(file);
  const named = addressesIn(argv);
  if (!descriptorOf(labClass.backend)?.classes?.entries) {
    throw new UsageError(
      `Labs on the backend ${labClass.backend} are entered from the machine that has them, and need no slips.`,
    );
  }
  const { name, labs, described } = labClass.model;
  const entrances = new Map((await labClass.entrances(signal)).map((each) => [each.lab, each]));
  const chosen = chosenOf(labs, onlyOf(argv));
  const without = chosen.filter(({ lab }) => !entrances.has(lab.name));
  if (without.length === chosen.length) {
    const roster = ['--roster', String(argv['roster'])];
    throw new RedisLabError(
      `No lab of the class ${name} can be entered yet. Bring the labs up: ${commandLine(argv, 'class', 'up', ...roster)}`,
      { exitCode: EXIT.notReady, code: 'lab.not-up' },
    );
  }
  const secrets = new Secrets();
  const all = chosen.flatMap((each): Slip[] => {
    const entrance = entrances.get(each.lab.name);
    return entrance ? [slipOf(each, entrance, { named, secrets })] : [];
  });
  const text = slipsOf(all, {
    language: languageIn(argv, described),
    format: format === 'md' ? 'md' : 'html',
    class: name,
  });
  const content = format === 'pdf' ? await printPdf(text, signal, all.length) : text;
  if (file !== undefined) {
    await writeText(file, content, PRIVATE);
    const count = all.length === 1 ? '1 slip' : `${all.length} slips`;
    printAside(`${file} is written: ${count}. Only you can read it.`);
  } else if (typeof content === 'string') printRaw(content);
  else process.stdout.write(content);
  for (const each of without) printAside(`${whoIs(each)}: there is no lab to enter.`);
  return without.length === 0 ? EXIT.ok : EXIT.no;
}

export async function handouts(
  argv: Record<string, unknown>,
  lab: LabModel,
  signal: AbortSignal,
): Promise<number> {
  const format = formatIn(argv);
  const options = {
    language: languageIn(argv, lab),
    format: format === 'md' ? 'md' : 'html',
  } as const;
  return printClass({ ...argv, class: argv['roster'] }, { lab, options, format }, signal);
}

function formatIn({ format, file }: Record<string, unknown>): PaperFormat {
  return (format ?? formatOf(file) ?? 'md') as PaperFormat;
}

function languageIn({ lang }: Record<string, unknown>, { language }: LabModel): string {
  return String(lang ?? language);
}

function slipOf(
  { student, lab }: StudentLab,
  { port, hostKey, member, address, client }: Entrance,
  { named, secrets }: { readonly named: Addresses; readonly secrets: Secrets },
): Slip {
  const password = secrets.kept(lab.name, 'password');
  const token = secrets.kept(lab.name, 'token');
  const by = student.key !== '' ? 'key' : password === undefined ? 'elsewhere' : { password };
  return {
    lab,
    owner: student.owner,
    address: named.of.get(member ?? '') ?? named.usual ?? address,
    port,
    hostKey,
    by,
    ...(token === undefined ? {} : { token: { token, ...client } }),
  };
}

interface Addresses {
  /** For members of a cluster, by name. */
  readonly of: ReadonlyMap<string, string>;
  /** For all others. */
  readonly usual: string | undefined;
}

/** `ADDRESS` or `MEMBER=ADDRESS`. @throws UsageError for anything else, which would be markup on paper */
function addressesIn({ address = [] }: Record<string, unknown>): Addresses {
  const words = [address].flat().map(String);
  const wrong = words.filter((word) => !/^(?:[\w.-]+=)?[\w.:-]+$/.test(word));
  if (wrong.length > 0) {
    throw new UsageError(
      `--address is a host name or an address, or MEMBER=ADDRESS, not ${wrong.map((word) => JSON.stringify(word)).join(', ')}.`,
    );
  }
  const pairs = words.map((word) => word.split('=') as [string, string?]);
  return {
    of: new Map(pairs.flatMap(([member, at]) => (at === undefined ? [] : [[member, at]]))),
    usual: pairs.findLast(([, at]) => at === undefined)?.[0],
  };
}
