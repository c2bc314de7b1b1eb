import type { BackendName } from '../../backends/registry.js';
import { classSettings } from '../../class/labs.js';
import { readClass } from '../../class/roster.js';
import type { Check } from '../../doctor/check.js';
import { examine } from '../../doctor/examine.js';
import { type Mendable, mendable } from '../../doctor/mendable.js';
import { canRun, reportOf } from '../../doctor/report.js';
import { privateNames, REPORT_TITLE, reportFile } from '../../doctor/report-file.js';
import { thisHost } from '../../doctor/this-host.js';
import { EXIT, RedisLabError, WorkspaceError } from '../../errors.js';
import type { LabModel } from '../../model/model.js';
import { say } from '../../render/texts.js';
import { doctorReport } from '../../report/doctor-text.js';
import { sentenceIn } from '../../report/messages.js';
import { capitalised, type Speech, speechIn } from '../../report/speech.js';
import type { DoctorReport } from '../../report/types.generated.js';
import { readIfAny } from '../../workspace/inspect.js';
import { MOST, readText, writeText } from '../../workspace/named-file.js';
import { ask, canAsk } from '../ask.js';
import { labOf } from '../load.js';
import { printAside, printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';
import { wholeNumber } from '../usage.js';
import { commandLine } from '../words.js';

export async function doctor(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const { model, labs } = await asked(argv);
  const backend = argv['backend'] as BackendName | undefined;
  let checks = await examine(model, { backend, labs, signal });
  if (argv['fix'] && (await mended(argv, model, checks, signal))) {
    checks = await examine(model, { backend, labs, signal });
  }
  const speech = speechIn(model.language);
  if (argv['report']) await writeReport(reportOf(checks, backend), speech);
  if (argv['json']) printJson(reportOf(checks, backend));
  else {
    const report = reportOf(checks, backend, speech);
    printResult(doctorReport(report, styleFor(process.stdout), speech));
  }
  return canRun(checks, backend) ? EXIT.ok : EXIT.notReady;
}

/** The lab to look at: for a class, as each student gets it, and how many of them there are. */
async function asked(argv: Record<string, unknown>): Promise<{ model: LabModel; labs?: number }> {
  const { model } = await labOf(argv);
  const { class: count, roster } = argv as { class?: string; roster?: string };
  if (count === undefined && roster === undefined) return { model };
  const set = [
    ...[argv['set'] ?? []].flat().map(String),
    ...classSettings(model).map((pair) => pair.join('=')),
  ];
  const each = await labOf({ ...argv, set });
  if (roster === undefined) {
    return { model: each.model, labs: wholeNumber('class', count, 1, MOST_LABS) };
  }
  return { model: each.model, labs: readClass(await readText(roster, MOST.class), roster).length };
}

const MOST_LABS = 10_000;

const REPORT = 'redis-lab-report.md';

/** @throws WorkspaceError where a file of this name is not a report of ours */
async function writeReport(report: DoctorReport, { t }: Speech): Promise<void> {
  const there = readIfAny(REPORT) ?? REPORT_TITLE;
  if (!there.startsWith(REPORT_TITLE)) {
    throw new WorkspaceError(
      `${REPORT} is here, and no report of redis-lab doctor. Move it away, or go to another folder.`,
    );
  }
  await writeText(REPORT, reportFile(report, thisHost(), privateNames(process.env)));
  printAside(say(t.doctor.reported, { file: REPORT }));
}

/**
 * Asks about each thing that can be mended, and mends it. Gives whether any was.
 * @throws RedisLabError (3) when nobody can be asked
 */
async function mended(
  argv: Record<string, unknown>,
  lab: LabModel,
  checks: readonly Check[],
  signal: AbortSignal,
): Promise<boolean> {
  const yes = Boolean(argv['yes']);
  const speech = speechIn(lab.language);
  const t = speech.t.doctor;
  const remedies = mendable(checks, argv['backend'] as BackendName | undefined);
  if (remedies.length === 0) {
    printAside(say(t.nothing, { lab: lab.name }));
    return false;
  }
  if (!yes && !canAsk()) {
    const text = (each: Speech) =>
      wouldMend(each, remedies, commandLine(argv, 'doctor', '--fix', '--yes'));
    throw new RedisLabError(text(speechIn('en')), {
      exitCode: EXIT.notReady,
      shown: text(speech),
    });
  }
  let any = false;
  for (const check of remedies) {
    const { seen, remedy } = check;
    const name = titleOf(check, speech);
    const what = sentenceIn(speech, remedy.describe);
    if (!yes) {
      printAside(`${name}: ${sentenceIn(speech, seen)}.`);
      if (!(await ask(`${capitalised(what)}?`, signal, speech))) continue;
    }
    signal.throwIfAborted();
    printAside(`${name}: ${what}`);
    any = true;
    try {
      await remedy.run({
        onProgress: (told) => printAside(`  ${sentenceIn(speech, told)}`),
        signal,
      });
      printAside(`${name}: ${speech.t.done}`);
    } catch (error) {
      signal.throwIfAborted();
      // The others may still help; what remains is told at the end.
      if (!(error instanceof RedisLabError)) throw error;
      printAside(`${name}: ${say(t.failed, { said: error.message })}`);
    }
  }
  return any;
}

/** As in the report, so that the question shows which backend it is for. */
function titleOf({ name, about }: Check, speech: Speech): string {
  return `${sentenceIn(speech, name)} (${about.join(', ')})`;
}

function wouldMend(speech: Speech, remedies: readonly Mendable[], doctor: string): string {
  const { unasked, letUs } = speech.t.doctor;
  const lines = remedies.map(
    (each) => `  ${titleOf(each, speech)}: ${sentenceIn(speech, each.remedy.describe)}`,
  );
  return [unasked, ...lines, say(letUs, { doctor })].join('\n');
}
