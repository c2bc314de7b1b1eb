/**
 * What the commands of a running lab do. A bundle of its own, an ES module that shares its code with
 * the library; the command proper loads it only when such a command is run.
 */
type Run = (argv: Record<string, unknown>, signal: AbortSignal) => Promise<number>;

const COMMANDS = {
  up: async () => (await import('./live/up.js')).up,
  doctor: async () => (await import('./live/doctor.js')).doctor,
  list: async () => (await import('./live/list.js')).list,
  status: async () => (await import('./live/status.js')).status,
  verify: async () => (await import('./live/verify.js')).verify,
  report: async () => (await import('./live/report.js')).report,
  fault: async () => (await import('./live/fault.js')).fault,
  heal: async () => (await import('./live/heal.js')).heal,
  logs: async () => (await import('./live/logs.js')).logs,
  exec: async () => (await import('./live/exec.js')).exec,
  ssh: async () => (await import('./live/exec.js')).ssh,
  connect: async () => (await import('./live/connect.js')).connect,
  stop: async () => (await import('./live/end.js')).stop,
  down: async () => (await import('./live/end.js')).down,
  cache: async () => (await import('./live/cache.js')).cache,
  handout: async () => (await import('./live/handout.js')).handout,
} satisfies Record<string, () => Promise<Run>>;

export type LiveName = keyof typeof COMMANDS;

/** Runs one of them; gives the exit code. */
export async function runLive(
  name: LiveName,
  argv: Record<string, unknown>,
  signal: AbortSignal,
): Promise<number> {
  const run: Run = await COMMANDS[name]();
  return run(argv, signal);
}
