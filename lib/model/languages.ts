/** Languages that a description may name. The texts are in `templates/FOLDER/LANG.yaml`. */
export const LANGUAGES = ['en', 'id'] as const;

/** A language that a description may name. */
export type Language = (typeof LANGUAGES)[number];
