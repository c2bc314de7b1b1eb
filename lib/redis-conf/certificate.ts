/** Certificates and keys that a configuration names, as servers and clients read them. Pure. */
import { createPrivateKey, X509Certificate } from 'node:crypto';

export interface Certificate {
  /** Names and addresses that it is for. */
  readonly names: readonly string[];
  /** Days, as `2027-01-31`. */
  readonly from: string;
  readonly to: string;
  isValidAt(epochMs: number): boolean;
  /** Whether a client that knows a server by this name or address takes it for the server's. */
  isFor(host: string): boolean;
  /** Whether servers take it for a client's, as a replica or a Sentinel shows it. */
  readonly isClients: boolean;
  /** Whether a key belongs to it; undefined for what is no key, or has a passphrase. */
  fits(key: string): boolean | undefined;
}

/** What a certificate or a key begins with; what stands in front of it is a comment. */
const PEM = /^-----BEGIN [A-Z0-9 ]+-----\r?$/m;

export function isPem(text: string): boolean {
  return PEM.test(text);
}

/** The first one of a text; undefined where a server would find none. */
export function readCertificate(text: string): Certificate | undefined {
  const read = parsed(text);
  if (!read) return undefined;
  const from = new Date(read.validFrom);
  const to = new Date(read.validTo);
  const usages: readonly string[] | undefined = read.keyUsage;
  return {
    names: [...(read.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(
      ([, name = '']) => name,
    ),
    from: dayOf(from),
    to: dayOf(to),
    isValidAt: (epochMs) => from.getTime() <= epochMs && epochMs <= to.getTime(),
    isFor(host) {
      try {
        return read.checkIP(host.split('%')[0] ?? '') !== undefined;
      } catch {
        // No address. Of a NUL the other one would throw, too.
        return !host.includes('\0') && read.checkHost(host, { subject: 'never' }) !== undefined;
      }
    },
    isClients: usages === undefined || usages.some((usage) => FOR_CLIENTS.has(usage)),
    fits(key) {
      if (!isPem(key)) return false;
      try {
        return read.checkPrivateKey(createPrivateKey(key));
      } catch {
        return undefined;
      }
    },
  };
}

/** `clientAuth`, and any. */
const FOR_CLIENTS: ReadonlySet<string> = new Set(['1.3.6.1.5.5.7.3.2', '2.5.29.37.0']);

function parsed(text: string): X509Certificate | undefined {
  try {
    return isPem(text) ? new X509Certificate(text) : undefined;
  } catch {
    return undefined;
  }
}

function dayOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? '?' : date.toISOString().slice(0, 10);
}
