import type { Options } from 'execa';
import type { Invocation } from './call.js';

/** An {@link Invocation} as options of execa. In a file of its own, so that no public type needs execa's. */
export function execaOptions({ cwd, env, argv0 }: Invocation): Options {
  return {
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(argv0 === undefined ? {} : { argv0 }),
  };
}
