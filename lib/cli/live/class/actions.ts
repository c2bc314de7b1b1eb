/** What is done to each lab, and what is shown of it. */
import { faultNamed } from '../../../backends/registry.js';
import type { ClassCall, StudentOutcome } from '../../../class/class.js';
import type { EntryOptions } from '../../../class/entries.js';
import { allFaults } from '../../../faults/registry.js';
import { say } from '../../../render/texts.js';
import { clean } from '../../../report/layout.js';
import { type Speech, timeOf } from '../../../report/speech.js';
import type { LabStatus, VerifyResult } from '../../../report/types.generated.js';
import { IN_UP, SCENARIO_NAMES } from '../../../scenarios/names.js';
import { oneOf, UsageError } from '../../usage.js';
import { firstProblem } from './board-text.js';
import type { Work } from './work.js';

/** What was seen or done of one lab, for the table and for JSON. */
interface Seen {
  /** Whether the answer is yes. */
  readonly ok: boolean;
  /** Cells behind number and name. */
  readonly cells: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Told {
  readonly outcome: StudentOutcome<unknown>;
  /** Undefined where it failed, or was not begun. */
  readonly seen: Seen | undefined;
}

/** @throws UsageError for words that the action does not take */
export async function doneTo(work: Work, call: ClassCall & EntryOptions): Promise<readonly Told[]> {
  const { action, argv, labClass, speech } = work;
  const words = [argv['word'] ?? []].flat().map(String);
  switch (action) {
    case 'up':
      return told(await labClass.up(call), (running) => ({
        ok: true,
        cells: [
          running.readyMs === null
            ? speech.t.class.wasUp
            : say(speech.t.class.ready, { time: timeOf(speech, running.readyMs) }),
        ],
        json: { started: running.started, readyMs: running.readyMs },
      }));
    case 'status':
      return told(await labClass.status(call), (status) => statusSeen(status, speech));
    case 'verify': {
      const names = words.map((word) => oneOf('scenario', word, SCENARIO_NAMES));
      const results = await labClass.verify(names.length > 0 ? names : IN_UP, {}, call);
      return told(results, (result) => verdictSeen(result, speech));
    }
    case 'fault': {
      const kinds = allFaults().map(({ kind }) => kind);
      const [word, node = '@master', ...more] = words;
      if (word === undefined || more.length > 0) {
        throw new UsageError('class fault takes a fault and a node: class fault crash @master');
      }
      const kind = oneOf('fault', word, kinds);
      faultNamed(kind, labClass.backend);
      const done = { ok: true, cells: [], json: {} };
      return told(await labClass.inject(kind, node.split(','), {}, call), () => done);
    }
    case 'heal':
      return told(await labClass.heal(call), (mended) => ({
        ok: true,
        cells: [mended.length === 0 ? speech.t.class.nothing : mended.join(' ')],
        json: { mended },
      }));
    case 'exec': {
      const command = ((argv['--'] as string[] | undefined) ?? []).map(String);
      const [node = '@master', ...rest] = words;
      const all = [...rest, ...command];
      if (all.length === 0) {
        throw new UsageError('class exec needs a command: class exec @master -- redis-cli PING');
      }
      return told(await labClass.exec(node, all, call), ({ exitCode, stdout, stderr }) => ({
        ok: exitCode === 0,
        cells: [String(exitCode), clean(`${stdout}${stderr}`.trim())],
        json: { exitCode, stdout, stderr },
      }));
    }
    case 'stop':
      return told(await labClass.stop(call), (ended) => ({
        ok: true,
        cells: [ended.length === 0 ? speech.t.class.nothing : speech.t.class.stopped],
        json: { ended },
      }));
    default:
      throw new Error(`${action} is not done to each lab`);
  }
}

function told<Value>(
  outcomes: readonly StudentOutcome<Value>[],
  see: (value: Value) => Seen,
): readonly Told[] {
  return outcomes.map((outcome) => ({
    outcome,
    seen:
      'value' in outcome && outcome.error === undefined ? see(outcome.value as Value) : undefined,
  }));
}

function statusSeen(status: LabStatus, speech: Speech): Seen {
  const { t } = speech;
  const { state, ready, master, problems } = status;
  const states: Readonly<Record<string, string>> = t.class.states;
  const more = problems.length > 1 ? say(t.class.more, { count: problems.length - 1 }) : '';
  return {
    ok: ready,
    cells: [
      ready ? t.class.isReady : (states[state] ?? state),
      master ?? '–',
      `${clean(firstProblem(status, speech))}${more}`,
    ],
    json: { status },
  };
}

function verdictSeen(result: VerifyResult, { t }: Speech): Seen {
  const { verdict, scenarios } = result;
  const failed = scenarios.find((each) => each.verdict === 'failed');
  return {
    ok: verdict !== 'failed',
    cells: [
      verdict === 'failed' ? t.class.no : t.class.yes,
      clean(failed ? `${failed.name}: ${failed.reason ?? ''}` : ''),
    ],
    json: { verify: result },
  };
}
