/** Tokens by which a student's own client of the server gets into one project. They go by the name of the lab. */
import { EXIT, RedisLabError } from '../../errors.js';
import type { Client } from './client.js';

/** A token for the project of a lab. It is good for one client. */
export async function newToken(client: Client, lab: string): Promise<string> {
  await revokeTokens(client, lab);
  const name = client.kind === 'lxc' ? [client.at(''), '--name', lab] : [client.at(lab)];
  const words = ['config', 'trust', 'add', ...name, '--restricted', '--projects', lab, '--quiet'];
  const said = await client.ofServer(words);
  const token = said.trim().split('\n').at(-1) ?? '';
  if (/^[\w+/=-]{40,}$/.test(token)) return token;
  // What it said instead is not shown: it may be a secret all the same.
  throw new RedisLabError(
    `${client.kind} config trust add gave no token for ${lab}. What it says: ${client.kind} config trust add --help`,
    { exitCode: EXIT.program },
  );
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
