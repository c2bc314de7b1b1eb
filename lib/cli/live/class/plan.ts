/** What machines and minutes a class takes, from the command line. No server is asked. */
import { classSettings } from '../../../class/labs.js';
import { type ClassPlan, planOf, type Way } from '../../../class/plan.js';
import { readClass } from '../../../class/roster.js';
import { EXIT } from '../../../errors.js';
import { say } from '../../../render/texts.js';
import { table } from '../../../report/layout.js';
import { type Speech, speechIn } from '../../../report/speech.js';
import { MOST, readText } from '../../../workspace/named-file.js';
import { labOf } from '../../load.js';
import { printJson, printResult } from '../../output.js';
import { styleFor } from '../../style.js';
import { wholeNumber } from '../../usage.js';

/** What is beyond these, nobody has measured anything like. */
const MOST_STUDENTS = 100_000;
const MOST_MEMBERS = 1000;

export async function classPlan(argv: Record<string, unknown>): Promise<number> {
  const { model } = await labOf(argv);
  const set = [
    ...[argv['set'] ?? []].flat().map(String),
    ...classSettings(model).map((pair) => pair.join('=')),
  ];
  const { model: lab } = await labOf({ ...argv, set });
  const number = (option: string, most: number) =>
    argv[option] === undefined ? undefined : wholeNumber(option, argv[option], 1, most);
  const plan = planOf(lab, {
    students: await studentsOf(argv),
    members: number('members', MOST_MEMBERS),
    processors: number('processors', MOST_MEMBERS),
  });
  if (argv['json']) printJson({ class: lab.name, ...plan });
  else printResult(planText(plan, speechIn(lab.language)));
  return EXIT.ok;
}

async function studentsOf({ students, roster }: Record<string, unknown>): Promise<number> {
  if (students !== undefined) return wholeNumber('students', students, 1, MOST_STUDENTS);
  const file = String(roster);
  return readClass(await readText(file, MOST.class), file).length;
}

/** What is rounded up is not too little. */
const gb = (mb: number) => String(Math.ceil(mb / 1024));

function planText(plan: ClassPlan, speech: Speech): string {
  const t = speech.t.class.plan;
  const { width } = styleFor(process.stdout);
  const columns = (titles: readonly string[]) => titles.map((title) => ({ title }));
  const minutes = (value: number) => String(Math.max(1, Math.ceil(value)));
  const ways = table(
    columns([t.members, t.labs, t.memory, t.disk, t.full, t.processors, t.up, t.failover]),
    plan.ways.flatMap(({ members, labs, memoryMb, diskMb, fullDiskMb, times }) =>
      times.map(({ processors, upMinutes, failoverMinutes }, at) => [
        ...(at > 0
          ? ['', '', '', '', '']
          : [String(members), String(labs), gb(memoryMb), gb(diskMb), gb(fullDiskMb)]),
        String(processors),
        minutes(upMinutes),
        minutes(failoverMinutes),
      ]),
    ),
    width,
  );
  const figures = table(
    columns([t.figure, t.value, t.from]),
    plan.figures.map(({ name, value, by, where }) => [
      t.figures[name],
      String(value),
      `${t.by[by]}: ${where}`,
    ]),
    width,
  );
  const limits = table(
    columns([t.limit, t.takes, t.most, t.from]),
    plan.limits.map(({ name, takes, most, where }) => [
      t.limits[name],
      String(takes),
      String(most),
      where,
    ]),
    width,
  );
  const { students, containers } = plan;
  return [
    say(t.intro, { students, containers }),
    '',
    ...ways,
    '',
    t.settings,
    ...plan.ways.map((way) => `  ${settingsText(way, t.each)}`),
    '',
    ...limits,
    '',
    ...figures,
    '',
    t.check,
  ].join('\n');
}

function settingsText({ members, settings }: Way, each: string): string {
  return `${say(each, { members })} ${settings.map(({ name, value }) => `${name}=${value}`).join(' ')}`;
}
