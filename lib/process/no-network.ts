/** Where nobody can have a network of their own, and why. */
import { run } from '../command/run.js';
import { type Message, message } from '../report/messages.js';
import { readIfAny } from '../workspace/inspect.js';
import { inNewNetwork } from './own-network.js';

/** What forbids ordinary users to make namespaces: its file below /proc/sys, what it says then, and what it would have to say. */
const SETTINGS = [
  ['kernel/apparmor_restrict_unprivileged_userns', '1', 0],
  ['kernel/unprivileged_userns_clone', '0', 1],
  ['user/max_user_namespaces', '0', 10_000],
] as const;

/** Milliseconds. */
const TRY_MS = 10_000;

/** Why this user cannot make a network here; undefined: it can. */
export async function whyNoNetwork(): Promise<Message | undefined> {
  if (process.platform !== 'linux') return message('network.not-linux');
  if (process.getuid?.() === 0) return undefined;
  const call = inNewNetwork({ program: 'true', args: [] });
  const { code, stderr } = await run(call, { deadlineMs: TRY_MS });
  if (code === 0) return undefined;
  const found = SETTINGS.find(([file, value]) => readIfAny(`/proc/sys/${file}`)?.trim() === value);
  if (!found) return message('network.refused', { said: stderr.trim() });
  const [file, value, allows] = found;
  return message('network.forbidden', { setting: file.replace('/', '.'), value, allows });
}
