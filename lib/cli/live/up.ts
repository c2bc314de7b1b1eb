import type { BackendName } from '../../backends/registry.js';
import type { Chosen } from '../../doctor/auto.js';
import { EXIT, NotReadyHereError, RedisLabError } from '../../errors.js';
import type { Lab } from '../../lab/lab.js';
import type { RunningLab } from '../../lab/running.js';
import { say, textsOf } from '../../render/texts.js';
import { codesOf } from '../../report/messages.js';
import { shortReport } from '../../report/short-text.js';
import { capitalised, listed, type Speech, speechIn, timeOf } from '../../report/speech.js';
import { statusReport } from '../../report/status-text.js';
import { textReport } from '../../report/text.js';
import type { LabStatus, VerifyResult } from '../../report/types.generated.js';
import { IN_UP } from '../../scenarios/names.js';
import { ask, canAsk } from '../ask.js';
import { labOf } from '../load.js';
import { printAside, printJson, printResult } from '../output.js';
import { openProgress, proofSteps, UP_STEPS } from '../progress/open.js';
import { styleFor } from '../style.js';
import { commandLine } from '../words.js';
import { chosenBackend } from './lab.js';
import { lacksIn, letUs, shownIn } from './lacks.js';
import { interrupted } from './left.js';
import { mayWipe } from './wipe.js';

export async function up(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const lab = await labOf(argv);
  const { backend, chosen } = await chosenBackend(argv, lab, signal);
  if (argv['fresh']) await mayWipe(argv, await lab.attach({ backend }), 'up', signal);
  try {
    const running = await broughtUp(lab, backend, argv, signal);
    const proof = running.started && argv['verify'] ? await proven(running, signal) : null;
    const status = await running.status();
    if (argv['json']) printJson(asJson(running, chosen, status, proof));
    else printResult(asText(argv, running, status, proof));
    return proof?.verdict === 'failed' || !status.ready ? EXIT.no : EXIT.ok;
  } catch (error) {
    const { language } = lab.model;
    throw signal.aborted ? await interrupted(lab, backend, argv, error) : shownIn(language, error);
  }
}

async function broughtUp(
  lab: Lab,
  backend: BackendName,
  argv: Record<string, unknown>,
  signal: AbortSignal,
): Promise<RunningLab> {
  const attempt = async (install: boolean) => {
    const progress = openProgress(UP_STEPS, lab.model.language);
    const fresh = Boolean(argv['fresh']);
    const build = Boolean(argv['build']);
    const { onProgress } = progress;
    return progress.around(() => lab.up({ backend, install, build, fresh, onProgress, signal }));
  };
  try {
    return await attempt(Boolean(argv['yes']));
  } catch (error) {
    if (!(error instanceof NotReadyHereError)) throw error;
    const speech = speechIn(lab.model.language);
    const lacks = lacksIn(speech, error);
    const remedies = lacks.flatMap(({ remedy }) => remedy ?? []);
    // If redis-lab cannot mend everything, it mends nothing.
    if (argv['yes'] || remedies.length < lacks.length) throw error;
    if (canAsk()) {
      const names = listed(
        lacks.map(({ what }) => what),
        speech,
      );
      printAside(say(speech.t.lacks.missing, { names }));
      if (await ask(`${capitalised(listed(remedies, speech))}?`, signal, speech))
        return attempt(true);
    }
    const letUsIn = (each: Speech) => letUs(each, error, commandLine(argv, 'up', '--yes'));
    throw new RedisLabError(letUsIn(speechIn('en')), {
      exitCode: EXIT.notReady,
      cause: error,
      shown: letUsIn(speech),
    });
  }
}

async function proven(running: RunningLab, signal: AbortSignal): Promise<VerifyResult> {
  const steps = proofSteps(IN_UP, { repeat: 1, bringsUp: false });
  const progress = openProgress(steps, running.described.language);
  return progress.around(() => running.verify(IN_UP, { onProgress: progress.onProgress, signal }));
}

function asJson(
  running: RunningLab,
  chosen: Chosen | null,
  status: LabStatus,
  verify: VerifyResult | null,
) {
  const { started, readyMs, notes, noteCodes } = running;
  const choice = chosen && {
    backend: chosen.backend,
    why: chosen.why.text,
    whyCodes: codesOf([chosen.why]),
  };
  return { chosen: choice, started, readyMs, notes, noteCodes, status, verify };
}

function asText(
  argv: Record<string, unknown>,
  running: RunningLab,
  status: LabStatus,
  proof: VerifyResult | null,
): string {
  const style = styleFor(process.stdout);
  const { language } = running.described;
  const isShort = !argv['verbose'] && proof?.verdict !== 'failed' && status.ready;
  const report = isShort ? shortReport : textReport;
  const what = whatIsUp(running, status);
  const blocks = [
    ...(proof ? [report(proof, style, language)] : []),
    `${running.started ? style.strong(what) : what}\n${statusReport(status, style, undefined, language)}`,
    nextSteps(argv, language),
  ];
  return blocks.join('\n\n');
}

function whatIsUp({ described, started, readyMs }: RunningLab, { ready }: LabStatus): string {
  const speech = speechIn(described.language);
  const t = speech.t.up;
  const lab = described.name;
  if (!started) return say(t.already, { lab });
  if (readyMs === null) return say(ready ? t.up : t.notReady, { lab });
  return say(ready ? t.upAfter : t.notReadyAfter, { lab, time: timeOf(speech, readyMs) });
}

function nextSteps(argv: Record<string, unknown>, language: string): string {
  const t = textsOf('terminal', language).up.steps;
  const steps = [
    [t.look, commandLine(argv, 'status', '--watch')],
    [t.enter, commandLine(argv, 'exec', '@master', '--', 'redis-cli')],
    [t.break, commandLine(argv, 'fault', 'crash', '@master')],
    [t.mend, commandLine(argv, 'heal')],
    [t.down, commandLine(argv, 'down')],
  ];
  return steps.map(([what = '', how]) => `  ${what.padEnd(11)}${how}`).join('\n');
}
