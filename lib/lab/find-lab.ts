/** Looking at a lab before it is verified. */

import type { Backend, BackendStatus } from '../backends/backend.js';
import { RedisLabError } from '../errors.js';
import { type Message, message } from '../report/messages.js';
import { flawsFound } from '../verify/found.js';
import { mend } from '../verify/mend.js';
import type { VerifyOptions } from '../verify/options.js';
import type { Found } from '../verify/run.js';
import { untilReady } from './bring-up.js';

/**
 * The state of a lab before it is verified. With `heal`, a lab that goes on as it is gets mended.
 * @param goesOn whether the scenarios run on the lab as it is
 * @param scenario the first one, which waits for what is still settling
 */
export async function findLab(
  backend: Backend,
  before: BackendStatus,
  goesOn: boolean,
  scenario: string,
  { fresh = false, heal = false, onProgress, signal }: VerifyOptions,
): Promise<Found> {
  const { lab, state } = before;
  const runs = state === 'running' || state === 'partial';
  const onWaiting = ({ code, values, text }: Message) =>
    onProgress?.({ kind: 'waiting', scenario, code, values, text });
  const flaws =
    lab && runs ? await flawsFound(backend, lab, before, { signal, onWaiting }) : undefined;
  const isBroken = flaws !== undefined && flaws.length > 0;
  const found = { state, flaws, mended: [], asFound: goesOn && isBroken };
  if (isBroken && fresh) return { ...found, mended: [message('mended.anew')] };
  if (!lab || !found.asFound || !heal) return found;
  const mended = await mend(backend, { signal, onWaiting });
  if (mended.length === 0) return found;
  try {
    await untilReady(lab, { backend, onProgress, signal }, () => message('ready.mended'));
  } catch (error) {
    // If it is not ready, the claims will say why.
    if (!(error instanceof RedisLabError)) throw error;
  }
  return { ...found, mended, asFound: false };
}
