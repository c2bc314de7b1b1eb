import path from 'node:path';
import { EXIT } from '../errors.js';
import type { Lab } from '../lab/lab.js';
import type { Changes, Difference } from '../workspace/generate.js';
import { type Command, specOptions } from './command.js';
import { labOf } from './load.js';
import { printJson, printResult } from './output.js';
import { commandLine } from './words.js';

export const generate: Command = {
  name: 'generate',
  describe: 'Write the files of the lab',
  options: {
    ...specOptions,
    out: { type: 'string', requiresArg: true, default: 'generated', describe: 'The folder' },
    check: { type: 'boolean', describe: 'Write nothing; exit 1 with the first difference' },
    'dry-run': { type: 'boolean', describe: 'Write nothing; say what would change' },
    force: { type: 'boolean', describe: 'Also replace files that redis-lab did not write' },
    json: { type: 'boolean', describe: 'The result as JSON' },
  },
  pointless: ({ check, force, 'dry-run': dryRun }) => [
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
    if (argv['check']) {
      const difference = await lab.check(out);
      if (argv['json']) printJson({ upToDate: !difference, difference: difference ?? null });
      else if (!difference) printResult(`${out} is up to date`);
      else printResult(`${describeDifference(difference, out)}\nTo mend it: ${mending(argv)}`);
      return difference ? EXIT.no : EXIT.ok;
    }
    const dryRun = Boolean(argv['dry-run']);
    const changes = await lab.write(out, { dryRun, force: Boolean(argv['force']), signal });
    if (argv['json']) printJson({ dryRun, ...changes });
    else printResult(describeChanges(changes, lab, out, dryRun));
    return EXIT.ok;
  },
};

function describeChanges(changes: Changes, lab: Lab, out: string, dryRun: boolean): string {
  const lines = [
    ...(dryRun
      ? [
          ...changes.created.map((name) => `would create ${name}`),
          ...changes.updated.map((name) => `would update ${name}`),
          ...changes.removed.map((name) => `would remove ${name}`),
        ]
      : changes.removed.map((name) => `removed ${name}, which is no longer part of the lab`)),
    ...changes.kept.map(
      (name) => `kept ${name}: no longer part of the lab, but edited since it was generated`,
    ),
  ];
  const count = (names: readonly string[], what: string) =>
    names.length > 0 ? [`${names.length} ${what}`] : [];
  const counts = [
    ...count(changes.created, 'created'),
    ...count(changes.updated, 'updated'),
    ...count(changes.removed, 'removed'),
    ...count(changes.unchanged, 'unchanged'),
  ].join(', ');
  return [
    ...lines,
    `${out}: ${counts}${dryRun ? ' (dry run, nothing was written)' : ''}`,
    ...outdatedText(changes, lab, out),
  ].join('\n');
}

/** About machines that plain Vagrant made here before. */
function outdatedText({ outdated }: Changes, lab: Lab, out: string): string[] {
  const isLeft = (name: string) => !lab.model.nodes.some((node) => node.name === name);
  const left = outdated.filter(isLeft);
  const changed = outdated.filter((name) => !isLeft(name));
  return [
    ...(changed.length === 0
      ? []
      : [
          `Machines made from an earlier description: ${changed.join(', ')}. What changed is set up at a first boot only. To make them anew, without their data: cd ${out}, vagrant destroy -f, vagrant up`,
        ]),
    ...(left.length === 0
      ? []
      : [
          `Machines that are no longer part of the lab: ${left.join(', ')}. To remove them, generate again from the earlier description, vagrant destroy -f ${left.join(' ')}, and generate from this one`,
        ]),
  ];
}

function describeDifference(difference: Difference, out: string): string {
  const file = path.join(out, difference.path);
  return {
    missing: `${file} is missing`,
    mode: `${file} has other permission bits`,
    obsolete: `${file} is no longer part of the lab`,
    differs:
      difference.byte === undefined
        ? `${file}:${difference.line} differs\n  expected ${JSON.stringify(difference.expected)}\n  found    ${JSON.stringify(difference.found)}`
        : `${file} differs from byte ${difference.byte} on`,
  }[difference.kind];
}

/** The command that writes what was checked. */
function mending(argv: Record<string, unknown>): string {
  const out = argv['out'] as string;
  return commandLine(argv, 'generate', ...(out === 'generated' ? [] : ['--out', out]));
}
