/** Errors of the file system as messages that say what to do. */
import { WorkspaceError } from '../errors.js';
import { TooLarge } from './regular.js';

/** @throws WorkspaceError `cannot WHAT FILE: …` */
export function attempt<T>(what: string, file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw failed(what, file, error);
  }
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'You do not have the right to; choose another folder, or change its owner.',
  EPERM: 'The system does not permit it; choose another folder.',
  EROFS: 'That disk is read-only; choose another folder.',
  ENOSPC: 'The disk is full; make room and run the same command again.',
  EDQUOT: 'Your quota is used up; make room and run the same command again.',
  ENOTDIR: 'A file stands where a folder is needed; remove it, or choose another folder.',
  EEXIST: 'A file stands where a folder is needed; remove it, or choose another folder.',
  EISDIR: 'A folder stands where a file is needed; remove it, or choose another name.',
  ENOENT: 'There is no such file.',
};

const READING: Readonly<Record<string, string>> = { EISDIR: 'That is a folder; name a file.' };

export function failed(what: string, file: string, error: unknown): WorkspaceError {
  if (error instanceof WorkspaceError) return error;
  if (error instanceof TooLarge) {
    return new WorkspaceError(
      `cannot ${what} ${file}: it ${error.message}. Name another file, or a shorter one.`,
      error,
    );
  }
  const { code = 'unknown error', message } = error as NodeJS.ErrnoException;
  const hint = (what === 'read' ? READING[code] : undefined) ?? HINTS[code] ?? message;
  return new WorkspaceError(`cannot ${what} ${file}: ${code}. ${hint}`, error);
}
