/** What every story ends with: the lab is whole again. */
import type { NodeModel } from '../model/model.js';
import type { ScenarioContext } from '../verify/context.js';
import { agreedMaster, flawsOf } from '../verify/health.js';
import { ASK_ALL_EVERY_MS, type Claim } from '../verify/recorder.js';
import { masterIs, SLACK_MS } from './failover/failover-run.js';

interface WholeAgain {
  /** Milliseconds. Default: three times the slack. */
  readonly withinMs?: number;
  /** Who must be its master. Default: whoever all agree on. */
  readonly master?: NodeModel;
}

/** Waits for it, and gives the master. */
export async function claimWholeAgain(
  { lab, recorder, observer }: Pick<ScenarioContext, 'lab' | 'recorder' | 'observer'>,
  claim: Claim,
  { withinMs = 3 * SLACK_MS, master }: WholeAgain = {},
): Promise<NodeModel> {
  return recorder.eventually(claim, { withinMs, everyMs: ASK_ALL_EVERY_MS }, async () => {
    const seen = await observer.look();
    const flaws = flawsOf(lab, seen);
    const agreed = agreedMaster(lab, seen);
    if (flaws.length === 0 && agreed && (agreed === master || !master)) {
      return { holds: true, seen: { master: agreed.name }, value: agreed };
    }
    return {
      holds: false,
      // Waiting does not mend settings.
      final: flaws.length > 0 && flaws.every(({ aspect }) => aspect === 'settings'),
      seen: flaws.length > 0 ? flaws : [masterIs(agreed)],
    };
  });
}
