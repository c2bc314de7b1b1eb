/** Whether a cluster is whole. */
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import { type Facts, isNew } from '../facts.js';
import { steps } from '../install-hints.js';
import { classFacts } from './ground.js';

const SERVER = subject('class.server', ['incus']);
const MEMBERS = subject('class.members', ['incus']);
const QUORUM = subject('class.quorum', ['incus']);
const IMAGES = subject('class.images', ['incus']);

/** What is asked, and how many labs it is to have. */
export async function server(facts: Facts): Promise<Check[]> {
  const { labs } = facts;
  if (labs === undefined) return [];
  const ground = await facts.ground();
  if ('silent' in ground) {
    const seen = message('asked.silent', { said: ground.silent });
    return [SERVER.bad(seen, message('incus.silent.fix'))];
  }
  const there = [...ground.labs.values()].reduce((sum, count) => sum + count, 0);
  return [SERVER.good(message('class.server.seen', { server: ground.server, there, labs }))];
}

export async function members(facts: Facts): Promise<Check[]> {
  const { ground, online } = (await classFacts(facts)) ?? {};
  if (!ground?.clustered || !online) return [];
  const names = online.map(({ name }) => name).join(', ');
  const others = ground.members.filter(({ state }) => state !== 'online');
  if (others.length === 0) return [MEMBERS.good(message('class.members.all', { names }))];
  const each = others.map(({ name, said }) => ({ name, said }));
  const { client, remote } = ground;
  const fix = steps('class.members.fix', [
    `${client} cluster list ${remote}`,
    ...others.flatMap(({ name, state }) =>
      state === 'maintenance' ? [`${client} cluster restore ${remote}${name}`] : [],
    ),
  ]);
  return online.length === 0
    ? [MEMBERS.bad(message('class.members.none', { each }), fix)]
    : [MEMBERS.poor(message('class.members.some', { names, each }), fix)];
}

const TOKENS = subject('class.tokens', ['incus']);

/** The first that asks a project before it takes in what somebody exported elsewhere (canonical/lxd#11958). */
const ASKS = '5.16.0';

/** Whether limits of a project hold for those who have a token of it. */
export async function tokens(facts: Facts): Promise<Check[]> {
  const { ground } = (await classFacts(facts)) ?? {};
  const [, version = '', patch = ''] = /^LXD (\d+\.\d+)(\.\d+)?/.exec(ground?.server ?? '') ?? [];
  if (!ground || version === '' || isNew(`${version}${patch || '.0'}`, ASKS)) return [];
  const seen = message('class.tokens.open', { server: ground.server });
  return [TOKENS.poor(seen, message('class.tokens.fix'))];
}

const ENFORCED = subject('class.limits', ['incus']);

/** Whether one lab can take what is everybody's. */
export async function enforced(facts: Facts): Promise<Check[]> {
  const { ground } = (await classFacts(facts)) ?? {};
  // Virtual machines are limited by what they are made with.
  if (!ground || facts.lab.incus.vm) return [];
  if (ground.unlimited.length === 0) return [ENFORCED.good(message('class.limits.enforced'))];
  const seen = message('class.limits.ignored', { said: ground.unlimited.join('; ') });
  return [ENFORCED.poor(seen, message('class.limits.fix'))];
}

/** Whether the database outlives the loss of a member. */
export async function quorum(facts: Facts): Promise<Check[]> {
  const { ground } = (await classFacts(facts)) ?? {};
  if (!ground?.clustered) return [];
  const all = ground.members.filter(({ votes }) => votes);
  const names = all.map(({ name }) => name).join(', ');
  const there = all.filter(({ state }) => state !== 'away').length;
  // More than half of all who vote must be there.
  const spare = there - (Math.floor(all.length / 2) + 1);
  if (spare > 0) return [QUORUM.good(message('class.quorum.spare', { names, spare }))];
  const { client, remote } = ground;
  const few = ground.members.length < 3;
  const fix = few
    ? message('class.quorum.few.fix')
    : steps('class.quorum.fix', [`${client} cluster list ${remote}`]);
  return [QUORUM.poor(message('class.quorum.none', { names }), fix)];
}

/** Whether each member has the image before its first lab wants it. */
export async function images(facts: Facts): Promise<Check[]> {
  const { ground } = (await classFacts(facts)) ?? {};
  if (!ground?.clustered) return [];
  const { imageCopies: copies, members: all, client, remote } = ground;
  if (copies === -1 || copies >= all.length) return [IMAGES.good(message('class.images.all'))];
  const seen = message('class.images.some', { copies, members: all.length });
  const command = `${client} config set ${remote === 'local:' ? '' : `${remote} `}cluster.images_minimal_replica=-1`;
  return [IMAGES.poor(seen, steps('class.images.fix', [command]))];
}
