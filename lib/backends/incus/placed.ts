/** Where the labs of a class are, and are to be. */
import type { Sentence } from '../../coded.js';
import { EXIT, RedisLabError } from '../../errors.js';
import type { LabModel } from '../../model/model.js';
import { message } from '../../report/messages.js';
import type { Placed } from '../descriptor.js';
import { diskAt } from './class-ground.js';
import type { Client } from './client.js';
import { inMaintenance, type Member, membersOf, notOnline, resourcesAt } from './cluster.js';
import { FIGURES, sizeOf } from './figures.js';
import { instancesOf } from './resources.js';
import { place, type Size, type Space, without } from './spread.js';
import { poolOf } from './storage.js';

/**
 * Each lab with the member of the cluster that is to have it: that of its machines, the described one, else the one with most free memory,
 * those before counted. A lab that no member can take is refused by itself.
 * @throws RedisLabError (3) when the server cannot be asked
 */
export async function placed(
  client: Client,
  labs: readonly LabModel[],
  signal: AbortSignal | undefined,
): Promise<Placed> {
  const [members, there] = await Promise.all([
    membersOf(client, signal),
    instancesOf(client, { everywhere: true, signal }),
  ]);
  const clustered = members.length > 0;
  const located = labs.map((lab) => {
    // What is known of those of a member that is away.
    const own = there.find(({ project }) => project === lab.incus.project);
    return { lab, isThere: own !== undefined, member: own?.location ?? lab.incus.member };
  });
  const isNew = located.some(({ isThere }) => !isThere);
  const sizes = new Map(labs.map((lab) => [lab, sizeOf(lab)]));
  let spaces = isNew ? await spacesOf(client, members, signal) : [];
  const [smallest] = [...sizes.values()];
  const notes = isNew && smallest ? unused(client, members, spaces, smallest) : [];
  const result = located.map(({ lab, isThere, member }) => {
    const state = members.find(({ name }) => name === member);
    if (isThere) {
      if (state?.evacuated) return inMaintenance(client, lab.name, state.name);
      return clustered && member !== undefined ? on(lab, member) : lab;
    }
    if (clustered && member !== undefined && !state?.online) {
      return notOnline(
        client,
        members,
        `The lab ${lab.name} is to be on ${member}, which cannot take it`,
      );
    }
    const size = sizes.get(lab) ?? sizeOf(lab);
    const found = place(
      spaces.filter(({ name }) => member === undefined || name === member),
      size,
    );
    if (!found) return isFull(lab, labs.length, size, members, spaces);
    spaces = spaces.map((each) => found.left.find(({ name }) => name === each.name) ?? each);
    return clustered ? on(lab, found.member) : lab;
  });
  return { labs: result, notes };
}

function on(lab: LabModel, member: string): LabModel {
  return { ...lab, incus: { ...lab.incus, member } };
}

/** What labs may take of each member that is online; of the server where it is alone. */
async function spacesOf(
  client: Client,
  members: readonly Member[],
  signal: AbortSignal | undefined,
): Promise<readonly Space[]> {
  const pool = await poolOf(client);
  const space = async (name: string, freeMb: number, target: string | undefined) => ({
    name,
    memoryMb: freeMb - FIGURES.member.spareMb.value,
    diskMb: pool === undefined ? undefined : await diskAt(client, pool, target, signal),
  });
  if (members.length > 0) {
    const online = members.filter(({ online }) => online);
    return Promise.all(online.map(({ name, freeMb }) => space(name, freeMb, name)));
  }
  const found = await resourcesAt(client, undefined, signal);
  return found ? [await space('', found.freeMb, undefined)] : [];
}

/** A sentence for each member of a cluster that gets no new lab. */
function unused(
  client: Client,
  members: readonly Member[],
  spaces: readonly Space[],
  size: Size,
): readonly Sentence[] {
  return members.flatMap((member) => {
    const { name, state: said } = member;
    const list = `${client.kind} cluster list ${client.at('')}`;
    if (member.evacuated) {
      const command = `${client.kind} cluster restore ${client.at(name)}`;
      return [message('note.member-maintenance', { name, command })];
    }
    if (!member.online) return [message('note.member-away', { name, said, command: list })];
    const space = spaces.find((each) => each.name === name);
    if (space === undefined || without(space, size) !== undefined) return [];
    return [message('note.member-full', { name, left: leftOf(space), ...size })];
  });
}

function leftOf({ memoryMb, diskMb }: Space) {
  const memory = Math.max(0, memoryMb);
  return diskMb === undefined
    ? message('room.memory', { memory })
    : message('room.memory-and-disk', { memory, disk: diskMb });
}

function isFull(
  { name }: LabModel,
  count: number,
  { memoryMb, diskMb }: Size,
  members: readonly Member[],
  spaces: readonly Space[],
): RedisLabError {
  const states = members
    .filter(({ online }) => !online)
    .map((member) => `${member.name}: ${member.evacuated ? 'in maintenance' : 'away'}`);
  const left = spaces.map((space) =>
    [space.name, leftOf(space).text].filter((word) => word !== '').join(': '),
  );
  return new RedisLabError(
    `There is no room for the lab ${name}, which takes some ${memoryMb} MB of memory and ${diskMb} MB of disk. Left is: ${[...left, ...states].join('; ')}. What the server has: redis-lab doctor --backend incus --class ${count}. Take labs down, or add to it.`,
    { exitCode: EXIT.notReady, code: 'backend.full' },
  );
}
