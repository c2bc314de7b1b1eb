/** Tokens by which a student's own client of the server gets into one project. They go by the name of the lab. */
import * as v from 'valibot';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import type { Client } from './client.js';

/** Before this version LXD lets whoever has a token be root of the server, see {@link checkTokens}. */
const FIRST_LXD = 5.1;

interface ApiServer {
  readonly environment: { readonly server_version: string };
}

/**
 * An instance that was exported elsewhere and is imported into a project is not held to the restrictions of that project by LXD 5.0
 * (canonical/lxd#11958).
 * @throws RedisLabError (3) on such a server
 */
export async function checkTokens(client: Client, signal?: AbortSignal): Promise<void> {
  const { server_version: version = '' } =
    (await client.query<ApiServer>('/1.0', { signal }))?.environment ?? {};
  if (client.kind !== 'lxc' || Number.parseFloat(version) >= FIRST_LXD) return;
  throw new RedisLabError(
    `Whoever has a token of LXD ${visible(version)} can be root of the server (canonical/lxd#11958). Leave --tokens out: students enter by ssh. Incus, and a newer LXD, give tokens that can be handed out.`,
    { exitCode: EXIT.notReady },
  );
}

/** Go's zero of a time. */
const NEVER = '0001-01-01T00:00:00Z';

/** What the server says of a token that it has made. */
const made = v.object({
  metadata: v.object({
    addresses: v.array(v.string()),
    fingerprint: v.string(),
    secret: v.string(),
    expiresAt: v.optional(v.string(), NEVER),
  }),
});

/**
 * A token for the project of a lab. It is good for one client. (LXD's `config trust add` makes none on a server that is not the
 * client's default one, so it is put together here, as the client does.)
 */
export async function newToken(client: Client, lab: string): Promise<string> {
  await revokeTokens(client, lab);
  const request = { type: 'client', name: lab, token: true, restricted: true, projects: [lab] };
  const path = client.at('/1.0/certificates');
  const words = ['query', '--request', 'POST', '--data', JSON.stringify(request), path];
  const told = v.safeParse(made, parsed(await client.ofServer(words)));
  if (told.success) {
    const { addresses, fingerprint, secret, expiresAt } = told.output.metadata;
    const token = {
      client_name: lab,
      fingerprint,
      addresses,
      secret,
      expires_at: expiresAt,
    };
    return Buffer.from(JSON.stringify(token)).toString('base64');
  }
  // What it said instead is not shown: it may be a secret all the same.
  throw new RedisLabError(
    `The server gave no token for ${lab} that can be understood. Make one: ${client.kind} config trust add --help`,
    { exitCode: EXIT.program },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface ApiCertificate {
  readonly name: string;
  readonly fingerprint: string;
  readonly restricted: boolean;
  readonly projects: readonly string[] | null;
}

/** More tokens of one name than this were not made here. */
const MOST = 20;

/** Removes what the server trusts for the sake of a lab: tokens that nobody has used, and the clients that used one. */
export async function revokeTokens(client: Client, lab: string): Promise<void> {
  const path = '/1.0/certificates?recursion=1';
  const all = (await client.query<readonly ApiCertificate[]>(path, { ofServer: true })) ?? [];
  for (const { name, fingerprint, restricted, projects } of all) {
    if (name !== lab || !restricted || projects?.join() !== lab) continue;
    await client.ofServer(['config', 'trust', 'remove', client.at(fingerprint)]);
  }
  for (let left = MOST; left > 0; left--) {
    const ran = await client.attempt(['config', 'trust', 'revoke-token', client.at(lab)]);
    if (ran.code === 0) continue;
    if (/no certificate add token/i.test(ran.stderr)) return;
    throw client.failure(ran);
  }
}
