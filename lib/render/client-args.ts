/** How redis-cli and valkey-cli are told where a server is, and how they get in: the one place that knows their options. */
import type { Tls } from '../model/reach.js';
import { shellQuote } from './shell-quote.js';

export interface ClientTarget {
  /** Absent: the client runs where the server does. */
  readonly host?: string;
  readonly port: number;
  readonly auth?: { readonly user?: string | undefined };
  readonly tls?: Tls;
}

/** For a command line, which every user of a machine can read: the password is not among them. */
export function clientArgs({ host, port, auth, tls }: ClientTarget): string[] {
  const options = {
    '-h': host,
    '-p': String(port),
    '--user': auth?.user,
    '--cacert': tls?.ca,
    '--cert': tls?.cert,
    '--key': tls?.key,
  };
  return [
    ...Object.entries(options).flatMap(([name, value]) =>
      value === undefined ? [] : [name, value],
    ),
    ...(tls ? ['--tls'] : []),
  ];
}

const PLAIN = /^[\w./:-]+$/;

/** A line for a shell that calls the client; the password comes from a file to the client alone. */
export function clientLine(target: ClientTarget, passwordFile: string | null): string {
  const auth = passwordFile === null ? '' : `REDISCLI_AUTH="$(cat ${shellQuote(passwordFile)})" `;
  const words = clientArgs(target).map((word) => (PLAIN.test(word) ? word : shellQuote(word)));
  return `${auth}redis-cli ${words.join(' ')}`;
}
