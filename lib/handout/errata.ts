import { data } from './errata.generated.js';

/** The old page's lines that were wrong, as they stood there. Why is in the texts, under the same ids. */
export const ERRATA = data.said;

export type ErratumId = keyof typeof ERRATA;

/** Those that students find and mend: commands and lines of configurations. */
export const TO_MEND: readonly ErratumId[] = data.toMend;
