/** Languages that a description may name. Texts in each are in `templates/`, a file `LANG.yaml` in each folder that has one. */
export const LANGUAGES = ['en', 'id'] as const;

/** A language that a description may name. */
export type Language = (typeof LANGUAGES)[number];
