/** Which libraries write beside the client of a scenario, and with which settings: `ioredis`, `ioredis:advised`, `ioredis,commandTimeout=500`. */
import type { Problem } from '../../errors.js';
import { CLIENT_NAMES, LIBRARIES, LIBRARY_NAMES, type LibraryName } from '../../model/libraries.js';
import { overrideText, parseValues } from '../../spec/override.js';

export interface WantedClient {
  /** As it was asked for. */
  readonly name: string;
  readonly library: LibraryName;
  /** Over the library's defaults, by path: `socket_timeout`, `nodeClientOptions.socket.connectTimeout`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Each with what is wrong with it. */
export function wantedClients(names: readonly string[]): {
  readonly clients: readonly WantedClient[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const clients = names.flatMap((name, i) => {
    const told = (message: string, fix: string) => {
      const where = { code: 'clients.name', path: `clients[${i}]`, seen: JSON.stringify(name) };
      problems.push({ ...where, message, fix } as Problem);
      return [];
    };
    if (names.indexOf(name) < i) return told('is there twice', 'leave one out');
    const [, library = '', profile, rest = ''] = /^([a-z-]+)(?::([a-z]+))?(,.*)?$/.exec(name) ?? [];
    const known = LIBRARY_NAMES.find((each) => each === library);
    if (!known || (profile !== undefined && profile !== 'advised')) {
      return told('is no client', `use ${CLIENT_NAMES.join(', ')}`);
    }
    const own = rest === '' ? {} : settingsIn(rest.slice(1));
    if (!own) {
      return told(
        'has settings that are not of the form key=value,key=value',
        `write for example ${library},${example(known)}`,
      );
    }
    const advised = profile === 'advised' ? LIBRARIES[known].advised : {};
    return [{ name, library: known, settings: { ...advised, ...own } }];
  });
  return { clients, problems };
}

/** As they are told: `failoverDetector=true`. */
export function settingsText(settings: WantedClient['settings']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, overrideText(value)]),
  );
}

function settingsIn(text: string): Record<string, unknown> | undefined {
  const pairs = text.split(',').map((each) => /^([A-Za-z][\w.]*)=(.+)$/.exec(each));
  try {
    return Object.fromEntries(
      pairs.map((pair) => {
        const [value, ...more] = parseValues(pair?.[2] ?? '');
        if (!pair || value === undefined || more.length > 0) throw new Error('no value');
        return [String(pair[1]), value];
      }),
    );
  } catch {
    return undefined;
  }
}

function example(library: LibraryName): string {
  const [[key, value] = ['', '']] = Object.entries(LIBRARIES[library].advised);
  return `${key}=${overrideText(value)}`;
}
