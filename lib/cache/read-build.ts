/** Reading and checking a finished build of a node. */
import { createGunzip } from 'node:zlib';
import type { Engine } from '../model/releases.js';
import type { Origin, Release } from './names.js';
import { ArchiveFlaw, type Member, tarMembers } from './tar-members.js';

/** Its first file, BUILD, which `templates/node/build.sh` writes. */
export interface BuildManifest extends Release, Origin {
  /** Flags of make, with a blank between. */
  readonly flags: string;
}

/** A build has less than 100 MB, even with all debug information. */
const MOST_UNPACKED = 500_000_000;
const MOST_MEMBERS = 100;

/**
 * Reads a `.build.tar.gz` to its end, piece by piece; nothing is unpacked to the disk.
 * @param mostUnpacked bytes; default 500,000,000
 * @throws ArchiveFlaw when it is damaged, too large or no build: a sentence without its subject
 */
export async function readBuild(
  content: Buffer,
  mostUnpacked = MOST_UNPACKED,
): Promise<BuildManifest> {
  let manifest: BuildManifest | undefined;
  let hasServer = false;
  let count = 0;
  for await (const member of tarMembers(unpacked(content, mostUnpacked))) {
    count += 1;
    if (count > MOST_MEMBERS) throw new ArchiveFlaw(`it has more than ${MOST_MEMBERS} members`);
    if (manifest) {
      checkMember(member);
      hasServer ||= member.kind === 'file' && member.name === `bin/${manifest.engine}-server`;
    } else {
      manifest = manifestOf(member);
    }
  }
  if (!manifest) throw new ArchiveFlaw('it is empty');
  if (!hasServer) throw new ArchiveFlaw(`there is no bin/${manifest.engine}-server in it`);
  return manifest;
}

async function* unpacked(content: Buffer, most: number): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  gunzip.end(content);
  let size = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw new ArchiveFlaw(`it unpacks to more than ${most} bytes`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ArchiveFlaw) throw error;
    throw new ArchiveFlaw(`it cannot be unpacked: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * A node unpacks it as root, so it may hold nothing but programs of Redis or Valkey, in one folder, without setuid. The node
 * checks this again (`templates/node/unpack.py`).
 */
function checkMember({ name, kind, target, mode }: Member): void {
  const program = /^(?:bin\/)?(?:redis|valkey)-[a-z0-9]+(?:-[a-z0-9]+)*$/;
  if (!(mode >= 0 && mode <= 0o777)) {
    throw new ArchiveFlaw(`${JSON.stringify(name)} in it has the mode ${mode.toString(8)}`);
  }
  const sound =
    kind === 'folder'
      ? name === 'bin/' || name === 'bin'
      : name.startsWith('bin/') && program.test(name) && (kind === 'file' || program.test(target));
  if (sound) return;
  const to = kind === 'link' ? `, a link to ${JSON.stringify(target)},` : '';
  throw new ArchiveFlaw(`${JSON.stringify(name)}${to} in it is no part of a build`);
}

const VALUES: Readonly<Record<string, RegExp>> = {
  engine: /^(?:redis|valkey)$/,
  version: /^\d+\.\d+\.\d+$/,
  source_sha256: /^[0-9a-f]{64}$/,
  flags: /^[\x20-\x7e]{1,1000}$/,
  distribution: /^[a-z0-9][a-z0-9._-]{0,63}$/,
  architecture: /^[A-Za-z0-9_]{1,32}$/,
};

function manifestOf({ name, kind, content }: Member): BuildManifest {
  if (name !== 'BUILD' || kind !== 'file' || !content) {
    throw new ArchiveFlaw('it does not begin with the file BUILD, which says what it is');
  }
  const values = new Map<string, string>();
  for (const line of content.toString('latin1').split('\n')) {
    const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    values.set(key, value);
  }
  const value = (key: string) => {
    const text = values.get(key) ?? '';
    if (VALUES[key]?.test(text)) return text;
    throw new ArchiveFlaw(`the file BUILD in it says ${key}=${JSON.stringify(text.slice(0, 100))}`);
  };
  return {
    engine: value('engine') as Engine,
    version: value('version'),
    sha256: value('source_sha256'),
    flags: value('flags'),
    distribution: value('distribution'),
    architecture: value('architecture'),
  };
}
