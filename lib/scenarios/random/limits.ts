/** Seeds that there are: from 0. */
export const MOST_SEED = 2 ** 32 - 1;
/** A week. */
export const MOST_MINUTES = 10_080;
