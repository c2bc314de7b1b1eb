/** The shape of what `check --json` prints, and `checkConfiguration()` gives. */
import * as v from 'valibot';
import { SEVERITIES } from '../redis-conf/rules/finding.js';
import { called, is, text, whole } from './schema.js';

const target = called(
  'CheckTarget',
  'A server that a configuration is checked for.',
  v.object({
    engine: is(v.picklist(['redis', 'valkey']), 'Which server program.'),
    version: text('Its version, `x.y.z`.'),
  }),
);

const edit = called(
  'FindingEdit',
  'A change inside one line of the file of a finding.',
  v.object({
    line: whole('From 1 on, as are columns, of the file as it was checked.'),
    column: whole('Where it begins.'),
    length: whole('Characters that go.'),
    text: text('What comes in their place; a line feed stands for the line ending of the file.'),
  }),
);

const finding = called(
  'Finding',
  'One thing that is wrong with a configuration.',
  v.object({
    code: text('What it is known by, in every version and language: `line.comment-behind`.'),
    severity: is(
      v.picklist(SEVERITIES),
      'What it does; `hint`: nothing bad by itself. Where it is true for some of the targets only, `hint` as well.',
    ),
    node: text('Whose file it is; empty where the name of the file does not tell.'),
    file: text('The file, as it was named.'),
    line: whole('From 1 on; 0 is the file as a whole.'),
    column: whole('From 1 on; 0 is the file as a whole.'),
    length: whole('Characters that it is about.'),
    says: text('What is wrong, a sentence.'),
    effect: text('What comes of it.'),
    fix: text('What helps.'),
    reads: v.optional(text('What a server reads there instead of what was meant.')),
    targets: v.optional(is(v.array(target), 'Those that it is true for; absent: all of them.')),
    edits: v.optional(
      is(
        v.array(edit),
        'What `--fix` changes to mend it; absent: what was meant is not certain. After them the file is checked again.',
      ),
    ),
    link: text('A page about it.'),
  }),
);

export const checkSchema = called(
  'CheckResult',
  'What is wrong with a configuration.',
  v.object({
    format: is(v.literal(1), 'Of this result.'),
    verdict: is(
      v.picklist(['passed', 'failed']),
      '`failed`: there is something worse than a hint.',
    ),
    targets: is(v.array(target), 'The servers that it was checked for.'),
    files: is(
      v.array(
        called(
          'CheckedFile',
          'A file that was checked.',
          v.object({
            name: text('As it was named.'),
            node: text('Whose it is; empty where its name does not tell.'),
            kind: is(
              v.picklist(['redis', 'sentinel', 'acl', 'unit', 'foreign']),
              'What it is; `foreign`: of no server, and not checked.',
            ),
          }),
        ),
      ),
      'What was checked; what one of them includes is part of it.',
    ),
    findings: is(v.array(finding), 'By node, the worst first.'),
    more: is(
      v.array(
        called(
          'MoreFindings',
          'A file with more findings than are given.',
          v.object({ file: text('The file.'), count: whole('How many more there are.') }),
        ),
      ),
      'Files with more findings than are given.',
    ),
    fixed: v.optional(
      is(
        v.array(
          called(
            'FixedFile',
            'A file that was mended.',
            v.object({ file: text('The file.'), count: whole('How many mistakes were mended.') }),
          ),
        ),
        'Files that `--fix --write` changed; the findings are what is left.',
      ),
    ),
  }),
);
