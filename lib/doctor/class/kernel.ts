/** The kernel's limits that all containers of a machine share. */
import { FIGURES, type Figure } from '../../backends/incus/figures.js';
import { message } from '../../report/messages.js';
import { type Check, type CheckCode, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { steps } from '../install-hints.js';
import { type ClassFacts, classFacts } from './ground.js';
import { raised, raising, SETTINGS, type Setting, setting, typed } from './sysctl.js';

interface Limit {
  readonly code: CheckCode;
  /** `fs.inotify.max_user_instances` */
  readonly name: string;
  /** What each container takes. */
  readonly each: Figure;
  /** What the machine itself takes. */
  readonly besides: number;
  /** What the kernel takes at most. Default: anything. */
  readonly most?: number;
  /** Whether a node that meets it stands still or fails, or only works worse. */
  readonly state: 'bad' | 'poor';
}

const { node } = FIGURES;

/** Containers of one id map are one user for the kernel. */
export const LIMITS: readonly Limit[] = [
  {
    code: 'class.inotify-instances',
    name: 'fs.inotify.max_user_instances',
    each: node.inotifyInstances,
    besides: 0,
    state: 'bad',
  },
  {
    code: 'class.inotify-watches',
    name: 'fs.inotify.max_user_watches',
    each: node.inotifyWatches,
    besides: 0,
    state: 'bad',
  },
  {
    code: 'class.keys',
    name: 'kernel.keys.maxkeys',
    each: node.keys,
    besides: 0,
    state: 'poor',
  },
  {
    code: 'class.key-bytes',
    name: 'kernel.keys.maxbytes',
    each: node.keyBytes,
    besides: 0,
    state: 'poor',
  },
  {
    code: 'class.neighbours',
    name: 'net.ipv4.neigh.default.gc_thresh3',
    each: node.neighbours,
    besides: 64,
    state: 'bad',
  },
  {
    code: 'class.processes',
    name: 'kernel.pid_max',
    each: node.processes,
    besides: 1000,
    most: 2 ** 22,
    state: 'bad',
  },
  {
    code: 'class.files',
    name: 'fs.file-max',
    each: node.files,
    besides: 10_000,
    state: 'bad',
  },
];

/** One check for each limit, on the machine that we run on. */
export async function kernel(facts: Facts): Promise<Check[]> {
  const found = await classFacts(facts);
  const here = found?.ground.here;
  if (!found || here === undefined) return [];
  return LIMITS.map((limit): Check => {
    const say = subject(limit.code, ['incus']);
    const { name } = limit;
    const need = needOf(limit, found, here);
    const file = fileOf(name);
    const text = facts.host.read(file);
    if (text === undefined) {
      const seen = message('class.kernel.unread', { name, file, need: String(need) });
      return say.poor(
        seen,
        message('asked.see', { command: `sudo nsenter -t 1 -n sysctl ${name}` }),
      );
    }
    const value = Number(text.trim());
    const containers = containersOn(found, here);
    const values = { name, value: text.trim(), need: String(need), containers };
    if (value >= need) return say.good(message('class.kernel.enough', values));
    const to = valueFor(limit, need);
    const { settings } = SETTINGS;
    const fix = steps('class.kernel.fix', setting({ name, value: to }));
    const remedy = facts.host.canBeRoot
      ? raising(facts.host, { name, before: text.trim(), value: to })
      : undefined;
    const seen = message('class.kernel.short', { ...values, settings });
    return limit.state === 'bad' ? say.bad(seen, fix, remedy) : say.poor(seen, fix, remedy);
  });
}

const ELSEWHERE = subject('class.kernel', ['incus']);

/** What cannot be looked at from here. */
export async function kernelsElsewhere(facts: Facts): Promise<Check[]> {
  const found = await classFacts(facts);
  if (!found) return [];
  const others = found.online.filter(({ name }) => name !== found.ground.here);
  if (others.length === 0) return [];
  const names = others.map(({ name }) => name).join(', ');
  const needs = LIMITS.map((limit) => ({
    name: limit.name,
    value: valueFor(limit, Math.max(...others.map(({ name }) => needOf(limit, found, name)))),
  }));
  const seen = message('class.kernel.elsewhere', { names });
  return [ELSEWHERE.poor(seen, steps('class.kernel.elsewhere.fix', typed(needs)))];
}

const FILES = subject('class.open-files', ['incus']);

/** Files that the daemon may open. */
export async function openFiles(facts: Facts): Promise<Check[]> {
  const found = await classFacts(facts);
  if (!found) return [];
  const { here, daemonPid, client } = found.ground;
  if (here === undefined || daemonPid === undefined) return [];
  const need = 1000 + containersOn(found, here) * node.daemonFiles.value;
  const text = facts.host.read(`/proc/${daemonPid}/limits`) ?? '';
  const [, soft] = /^Max open files\s+(\S+)/m.exec(text) ?? [];
  const service = client === 'lxc' ? 'lxd' : 'incus';
  const folder = `/etc/systemd/system/${service}.service.d`;
  const fix = steps('class.open-files.fix', [
    `sudo mkdir -p ${folder}`,
    `printf '[Service]\\nLimitNOFILE=1048576\\n' | sudo tee ${folder}/redis-lab.conf`,
    `sudo systemctl daemon-reload && sudo systemctl restart ${service}`,
  ]);
  if (soft === undefined) {
    const command = `grep "open files" /proc/${daemonPid}/limits`;
    return [FILES.poor(message('class.open-files.unread'), message('asked.see', { command }))];
  }
  const values = { soft, need: String(need) };
  const enough = soft === 'unlimited' || Number(soft) >= need;
  return enough
    ? [FILES.good(message('class.open-files.enough', values))]
    : [FILES.bad(message('class.open-files.short', values), fix)];
}

function fileOf(name: string): string {
  return `/proc/sys/${name.replaceAll('.', '/')}`;
}

/** Containers that will be on a member, of whomever. */
function containersOn({ ground, nodes, spread, online, toCome }: ClassFacts, name: string): number {
  const there = ground.members.find((each) => each.name === name)?.instances ?? 0;
  // Where there is not room for all, it is told what they would need.
  const share = spread.of.get(name) ?? 0;
  const over = Math.ceil(spread.over / Math.max(1, online.length));
  return there + Math.min(toCome, share + over) * nodes;
}

/** What each limit is to be at least on a machine with so many containers, with room above. */
export function settingsFor(containers: number): readonly Setting[] {
  return LIMITS.map((limit) => ({
    name: limit.name,
    value: valueFor(limit, limit.besides + containers * limit.each.value),
  }));
}

function valueFor({ most = Number.POSITIVE_INFINITY }: Limit, need: number): number {
  return Math.min(most, raised(need));
}

function needOf({ each, besides }: Limit, found: ClassFacts, member: string): number {
  return besides + containersOn(found, member) * each.value;
}
