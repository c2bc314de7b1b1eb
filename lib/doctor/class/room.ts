/** Whether the members have memory and disk for the labs of a class. */
import { shares } from '../../backends/incus/spread.js';
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { type ClassFacts, classFacts, spaceOf } from './ground.js';

const MEMORY = subject('class.memory', ['incus']);
const DISK = subject('class.disk', ['incus']);

export async function memoryOfClass(facts: Facts): Promise<Check[]> {
  const found = await classFacts(facts);
  if (!found || found.online.length === 0) return [];
  const { toCome, online, size, labs } = found;
  const spaces = online.map((each) => ({ ...spaceOf(each), diskMb: undefined }));
  const { of, over } = shares(spaces, toCome, size);
  const each = online.map(({ name, freeMb, totalMb }) => ({
    name,
    free: freeMb,
    total: totalMb,
    labs: of.get(name) ?? 0,
  }));
  const values = { toCome, labs, takes: size.memoryMb, each };
  if (over === 0) return [MEMORY.good(message('class.memory.enough', values))];
  const lacks = over * size.memoryMb;
  return [
    MEMORY.bad(
      message('class.memory.short', { ...values, over }),
      message('class.memory.fix', { lacks, fit: toCome - over }),
    ),
  ];
}

export async function diskOfClass(facts: Facts): Promise<Check[]> {
  const found = await classFacts(facts);
  if (!found || found.online.length === 0) return [];
  const { toCome, online, size, labs, ground } = found;
  const pools = `${ground.client} storage list ${ground.remote}`;
  const silent = online.filter(({ diskMb }) => diskMb === undefined);
  if (silent.length > 0) {
    const names = silent.map(({ name }) => name).join(', ');
    const fix = message('asked.see', { command: pools });
    return [DISK.poor(message('class.disk.unknown', { names }), fix)];
  }
  const spaces = online.map((each) => ({ ...spaceOf(each), memoryMb: Number.MAX_SAFE_INTEGER }));
  const { of, over } = sharesOfDisk(found, spaces);
  const each = online.map(({ name, diskMb = 0 }) => ({
    name,
    free: diskMb,
    labs: of.get(name) ?? 0,
  }));
  const values = { toCome, labs, takes: size.diskMb, each };
  if (over > 0) {
    const lacks = over * size.diskMb;
    const seen = message('class.disk.short', { ...values, over });
    return [DISK.bad(seen, message('class.disk.fix', { lacks, pools }))];
  }
  const full = fullMb(facts, found);
  const tight = online.filter(
    ({ name, diskMb = 0 }) => diskMb - (of.get(name) ?? 0) * size.diskMb < full,
  );
  if (tight.length === 0) return [DISK.good(message('class.disk.enough', values))];
  const names = tight.map(({ name }) => name).join(', ');
  return [
    DISK.poor(
      message('class.disk.tight', { ...values, names, full }),
      message('class.disk.fix', { lacks: full, pools }),
    ),
  ];
}

/** Where memory says that labs go, as far as they go anywhere; else where there is most disk. */
function sharesOfDisk({ spread, toCome, size }: ClassFacts, spaces: Parameters<typeof shares>[0]) {
  return spread.over === 0 ? spread : shares(spaces, toCome, size);
}

/** What one student can fill, megabytes. */
function fullMb({ lab }: Facts, { nodes }: ClassFacts): number {
  return (lab.incus.diskGb ?? 0) * 1000 * nodes;
}
