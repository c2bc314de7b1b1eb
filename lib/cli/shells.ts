/** Shells that can complete our command lines; for each there is a script in `templates/terminal/`. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
