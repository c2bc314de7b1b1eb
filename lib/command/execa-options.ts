import type { Options } from 'execa';
import type { Invocation } from './call.js';

/** Where and as what a program runs, in execa's words. In a file of its own, so that no public type needs execa's. */
export function execaOptions({ cwd, env, argv0 }: Invocation): Options {
  return {
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(argv0 === undefined ? {} : { argv0 }),
  };
}
