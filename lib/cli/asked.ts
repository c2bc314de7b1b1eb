import { BACKEND_NAMES, type BackendName } from '../backends/registry.js';
import { UsageError } from './usage.js';

const CHOICES = ['auto', ...BACKEND_NAMES] as const;

export interface Asked {
  /** By --backend. */
  readonly named: BackendName | undefined;
  /** By the environment, for labs that no backend has yet. */
  readonly usual: BackendName | undefined;
}

/** Which backend a command line asks for. */
export function askedIn(argv: Record<string, unknown>): Asked {
  const option = argv['backend'] as (typeof CHOICES)[number] | undefined;
  const variable = process.env['REDIS_LAB_BACKEND'] || 'auto';
  const usual = CHOICES.find((each) => each === variable);
  if (usual === undefined) {
    throw new UsageError(
      `REDIS_LAB_BACKEND is one of ${CHOICES.join(', ')}, not ${JSON.stringify(variable)}.`,
    );
  }
  return {
    named: option === 'auto' ? undefined : option,
    usual: option === 'auto' || usual === 'auto' ? undefined : usual,
  };
}
