/** Options of redis-cli and valkey-cli: where a server is and how to get in. */
import type { Tls } from '../model/reach.js';
import { shellQuote } from './shell-quote.js';

interface ClientTarget {
  /** Absent: the client runs where the server does. */
  readonly host?: string;
  readonly port: number;
  readonly auth?: { readonly user?: string | undefined };
  readonly tls?: Tls;
}

/** Without the password, since every user of a machine can read command lines. */
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

/** A shell command that calls the client, which gets the password from a file. */
export function clientLine(target: ClientTarget, passwordFile: string | null): string {
  const auth = passwordFile === null ? '' : `REDISCLI_AUTH="$(cat ${shellQuote(passwordFile)})" `;
  const words = clientArgs(target).map((word) => (PLAIN.test(word) ? word : shellQuote(word)));
  return `${auth}redis-cli ${words.join(' ')}`;
}
