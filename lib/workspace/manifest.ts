/**
 * `.redis-lab.json` in the output folder: the files that we wrote, and the digest of each. Only those may be removed later.
 */
import { hash } from 'node:crypto';
import { WorkspaceError } from '../errors.js';

export const MANIFEST = '.redis-lab.json';

/** SHA-256 by path, sorted by path. */
export type Manifest = ReadonlyMap<string, string>;

/** SHA-256, 64 hex digits. */
export function digest(content: string | Uint8Array): string {
  return hash('sha256', content);
}

export function formatManifest(manifest: Manifest): string {
  const files = Object.fromEntries([...manifest].sort(([a], [b]) => (a < b ? -1 : 1)));
  const comment = 'Written by redis-lab generate: the files below are its own, nothing else is.';
  return `${JSON.stringify({ comment, files }, null, 2)}\n`;
}

/**
 * @throws WorkspaceError for a text that is no manifest, or that names a path outside the folder: somebody may have changed it to
 * have other files removed
 */
export function parseManifest(text: string, where: string): Manifest {
  const entries = entriesOf(text);
  if (!entries?.every(([path, sha256]) => isOwnPath(path) && typeof sha256 === 'string')) {
    throw new WorkspaceError(
      `${where} is not a list of generated files that redis-lab can trust. Remove it to generate anew: older generated files then stay where they are.`,
    );
  }
  return new Map(entries as [string, string][]);
}

function entriesOf(text: string): [string, unknown][] | undefined {
  try {
    const { files } = JSON.parse(text) as { files?: unknown };
    return typeof files === 'object' && files !== null ? Object.entries(files) : undefined;
  } catch {
    return undefined;
  }
}

/** A relative path of plain names: no `..`, no drive, no other separator. */
function isOwnPath(path: string): boolean {
  return path.split('/').every((name) => /^[A-Za-z0-9._-]+$/.test(name) && !/^\.+$/.test(name));
}
