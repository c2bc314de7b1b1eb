/**
 * In place of Node's `module` in the executable: yargs wants this of it, and it loads a good part of what `generate` does not
 * need. The executable is CommonJS, whose own `require` is the one that is wanted.
 */
export function createRequire(): NodeJS.Require {
  return require;
}
