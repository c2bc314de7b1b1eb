/** The distributions that nodes can be made of: `distributions.yaml`. */
import { data } from './distributions.generated.js';
import type { Engine } from './releases.js';

export interface Distribution {
  /** As people call it: `Debian 12`. */
  readonly name: string;
  /** ID and VERSION_ID of its os-release: `debian-12`. */
  readonly id: string;
  /** Versions of its packages. */
  readonly packages: Readonly<Partial<Record<Engine, string>>>;
}

interface Row extends Omit<Distribution, 'id'> {
  readonly called: readonly string[];
}

const UBUNTU: readonly Row[] = data.ubuntu;
const DEBIAN: readonly Row[] = data.debian;

/** Recommended boxes, the default first. */
export const BOXES = data.boxes;
export const [DEFAULT_BOX] = BOXES;

/** Recommended images, the default first, by the client: `lxc` is LXD's. */
export const IMAGES = data.images;

/** Where the firmware of machines of ARM may be, for QEMU on such a processor. */
export const ARM_FIRMWARE = data.armFirmware;

/** What is known of a box by its name. */
export function isKnownBox(name: string, as: keyof typeof data.boxNames): boolean {
  const begins: readonly string[] = data.boxNames[as];
  return begins.some((begin) => name.startsWith(begin));
}

/**
 * The distribution of a box (`cloud-image/debian-13`) or an image (`images:ubuntu/24.04/cloud`), by its name; undefined if the
 * name has no known one.
 */
export function distributionOf(name: string): Distribution | undefined {
  const text = name.toLowerCase();
  const says = (words: readonly string[], family: string) =>
    words.some((word) => {
      const [number, code] = /^\d/.test(word) ? [word.replace('.', '\\.?'), ''] : ['', word];
      return code
        ? new RegExp(`(?:^|[^a-z])${code}(?:64|32)?(?:[^a-z0-9]|$)`).test(text)
        : new RegExp(`${family}[-_/:]?${number}(?:[^0-9.]|\\.(?!\\d{2})|$)`).test(text);
    });
  const row =
    UBUNTU.find(({ called }) => says(called, 'ubuntu')) ??
    DEBIAN.find(({ called }) => says(called, 'debian'));
  return row && whole(row);
}

function whole({ name, packages }: Row): Distribution {
  return { name, id: name.toLowerCase().replace(' ', '-'), packages };
}

/** The distributions that have a package of an engine: first Debian, then Ubuntu, each with the newest last. */
export function distributionsWith(engine: Engine): Distribution[] {
  return [...DEBIAN, ...UBUNTU].map(whole).filter(({ packages }) => packages[engine]);
}

const WITHOUT_APT: Readonly<Record<string, string>> = data.withoutApt;

/** The distribution of a box or an image whose name says that it has no apt, such as `Fedora`; undefined for all others. */
export function withoutApt(name: string): string | undefined {
  if (/debian|ubuntu/i.test(name) || distributionOf(name)) return undefined;
  const words = name.toLowerCase().split(/[^a-z]+/);
  const word = words.find((each) => Object.hasOwn(WITHOUT_APT, each));
  return word === undefined ? undefined : WITHOUT_APT[word];
}
