import path from 'node:path';
import { EXIT } from '../errors.js';
import type { Lab } from '../lab/lab.js';
import { notesOf } from '../lab/notes.js';
import { machinesOf } from '../model/model.js';
import { labFiles } from '../render/lab-files.js';
import { type EarlyTexts, earlyTexts } from '../render/languages.js';
import { say } from '../render/say.js';
import { type Changes, type Difference, writeFiles } from '../workspace/generate.js';
import { type Command, specOptions } from './command.js';
import { noFolder } from './file-format.js';
import { labOf } from './load.js';
import { printAside, printJson, printResult } from './output.js';
import { commandLine } from './words.js';

export const generate: Command = {
  name: 'generate',
  describe: 'Write the files of the lab',
  options: {
    ...specOptions,
    out: {
      type: 'string',
      requiresArg: true,
      default: 'generated',
      completes: 'folders',
      describe: 'The folder',
    },
    check: { type: 'boolean', describe: 'Write nothing; exit 1 with the first difference' },
    'dry-run': { type: 'boolean', describe: 'Write nothing; say what would change' },
    force: { type: 'boolean', describe: 'Also replace files that redis-lab did not write' },
    json: { type: 'boolean', describe: 'The result as JSON' },
  },
  pointless: ({ out, check, force, 'dry-run': dryRun }) => [
    noFolder('out', out, 'the files of the lab'),
    [
      Boolean(check && dryRun),
      '--check and --dry-run both write nothing: take --check for whether anything differs, --dry-run for all that would change.',
    ],
    [
      Boolean(check && force),
      '--check writes nothing, so that --force has no effect. Leave one out.',
    ],
  ],
  async run(argv, signal) {
    const lab = await labOf(argv, { forFiles: true });
    const out = argv['out'] as string;
    const t = earlyTexts(lab.model.language);
    if (argv['check']) {
      const difference = await lab.check(out);
      if (argv['json']) printJson({ upToDate: !difference, difference: difference ?? null });
      else if (!difference) printResult(say(t.upToDate, { out }));
      else {
        const mend = say(t.mend, { command: mending(argv) });
        printResult(`${describeDifference(difference, out, t)}\n${mend}`);
      }
      return difference ? EXIT.no : EXIT.ok;
    }
    const dryRun = Boolean(argv['dry-run']);
    const notes = await notesOf(lab.model);
    const how = { dryRun, force: Boolean(argv['force']), signal };
    const changes = await writeFiles(out, labFiles(lab.model), how);
    if (argv['json']) printJson({ dryRun, ...changes, notes: notes.map(({ message }) => message) });
    else printResult(describeChanges(changes, lab, out, dryRun));
    for (const { shown } of notes) printAside(shown);
    return EXIT.ok;
  },
};

function describeChanges(changes: Changes, lab: Lab, out: string, dryRun: boolean): string {
  const t = earlyTexts(lab.model.language);
  const each = (names: readonly string[], text: string) => names.map((name) => say(text, { name }));
  const lines = dryRun
    ? [
        ...each(changes.created, t.wouldCreate),
        ...each(changes.updated, t.wouldUpdate),
        ...each(changes.removed, t.wouldRemove),
      ]
    : each(changes.removed, t.removed);
  const counts = COUNTED.flatMap((kind) => {
    const count = changes[kind].length;
    return count > 0 ? [say(t.counts[kind], { count })] : [];
  }).join(', ');
  return [
    ...lines,
    ...each(changes.kept, t.kept),
    `${out}: ${counts}${dryRun ? t.dryRun : ''}`,
    ...outdatedText(changes, lab, out, t),
  ].join('\n');
}

const COUNTED = ['created', 'updated', 'removed', 'unchanged'] as const;

/** About machines that plain Vagrant made here before. */
function outdatedText({ outdated }: Changes, lab: Lab, out: string, t: EarlyTexts): string[] {
  const isLeft = (name: string) => !machinesOf(lab.model).some((machine) => machine.name === name);
  const left = outdated.filter(isLeft);
  const changed = outdated.filter((name) => !isLeft(name));
  return [
    ...(changed.length === 0 ? [] : [say(t.outdated, { names: changed.join(', '), out })]),
    ...(left.length === 0 ? [] : [say(t.left, { names: left.join(', '), words: left.join(' ') })]),
  ];
}

function describeDifference(difference: Difference, out: string, t: EarlyTexts): string {
  const file = path.join(out, difference.path);
  if (difference.kind !== 'differs') return say(t[difference.kind], { file });
  const { byte, line = 0 } = difference;
  if (byte !== undefined) return say(t.byte, { file, byte });
  const expected = JSON.stringify(difference.expected);
  const found = JSON.stringify(difference.found);
  return say(t.line, { file, line, expected, found }).trimEnd();
}

/** The command that writes what was checked. */
function mending(argv: Record<string, unknown>): string {
  const out = argv['out'] as string;
  return commandLine(argv, 'generate', ...(out === 'generated' ? [] : ['--out', out]));
}
