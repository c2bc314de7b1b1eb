/** What the machines are made of: whether it is here or can be had, for this processor, with cloud-init. */
import type { Remedy } from '../../backends/backend.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { type Check, subject } from '../check.js';
import type { Box, Facts } from '../facts.js';
import { outputOf, saidBy } from '../host.js';
import { proxies } from './outside.js';

const BOX = subject('box', 'Box', ['vagrant'], 'The machines are copies of it.');

/** Where Vagrant asks for boxes unless it is told otherwise. */
const REGISTRY = 'https://vagrantcloud.com';

export async function box(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const [provider, boxes] = await Promise.all([facts.provider(), facts.boxes()]);
  // What that says is Vagrant's own check.
  if (facts.vagrantProgram === undefined) return [];
  if ('flaw' in boxes) {
    return [BOX.poor(`could not be asked: ${boxes.flaw}`, 'Ask it: vagrant box list')];
  }
  const name = provider?.name ?? 'virtualbox';
  const mine = boxes.filter((each) => isMine(each, facts) && each.provider === name);
  const wanted = wantedArch(host.arch);
  const fits = mine.find(({ architecture }) => fitting(architecture, wanted));
  const title = `${lab.vagrant.box} for ${name}`;
  if (fits) return [BOX.good(`${title}, ${fits.version}`)];
  const add = ['box', 'add', lab.vagrant.box, '--provider', name];
  const exact = exactVersion(lab.vagrant.version);
  const args = exact === undefined ? add : [...add, '--box-version', exact];
  const command = `vagrant ${args.join(' ')}`;
  const [other] = mine;
  if (other) {
    return [
      BOX.bad(
        `${title} is here for ${other.architecture}, and this machine is ${wanted}`,
        `Remove it and take the right one:\n  vagrant box remove ${lab.vagrant.box} --provider ${name} --all\n  ${command}`,
      ),
    ];
  }
  const registry = host.env['VAGRANT_SERVER_URL'] ?? REGISTRY;
  const reached = await host.reach(registry);
  if (reached.reached) {
    const seen = `${title} is not here; the first up downloads it, half a gigabyte`;
    const fix = `To have it beforehand:\n  ${command}`;
    return [BOX.poor(seen, fix, addBox(facts, args))];
  }
  const asFile = `bring this one along as a file:\n  vagrant box add ${lab.vagrant.box} FILE.box`;
  if (proxies(facts).length > 0 || !OFFLINE.test(reached.failure)) {
    const seen = `${title} is not here, and ${registry} could not be asked from here (${reached.failure}); Vagrant will try by itself`;
    const fix = `To know beforehand:\n  ${command}\nOr ${asFile}`;
    return [BOX.poor(seen, fix, addBox(facts, args))];
  }
  return [
    BOX.bad(
      `${title} is not here, and ${registry} cannot be reached (${reached.failure})`,
      `Connect this machine; or name another box (vagrant.box); or ${asFile}`,
    ),
  ];
}

/**
 * Where these are said and there is no proxy, Vagrant gets no further. Else it may: it knows proxies of more kinds
 * than we do, and has certificates of its own.
 */
const OFFLINE = /ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED/;

const CLOUD_INIT = subject(
  'box.cloud-init',
  'cloud-init in the box',
  ['vagrant'],
  'It sets the machine up from what redis-lab describes; without it nothing is there but the system.',
);

/** What is known of boxes that are used much; the description refuses bento and generic itself. */
const WITH = [/^cloud-image\//, /^ubuntu\/(?:focal|jammy)64$/];
const WITHOUT = [/^debian\//, /^generic-\w+\//, /^roboxes\//];

const GOOD = 'cloud-image/ubuntu-24.04';

export async function cloudInit({ lab }: Facts): Promise<Check[]> {
  const { box: name } = lab.vagrant;
  const is = (patterns: readonly RegExp[]) => patterns.some((pattern) => pattern.test(name));
  if (is(WITH)) return [CLOUD_INIT.good(name)];
  const fix = `Take one that is known to have it: --set vagrant.box=${GOOD}`;
  if (is(WITHOUT)) return [CLOUD_INIT.bad(`${name} has none that reads a seed`, fix)];
  return [CLOUD_INIT.poor(`nobody here knows whether ${name} has it`, fix)];
}

const ARCHITECTURE = subject(
  'box.arm',
  'Box for ARM',
  ['vagrant'],
  'On an ARM processor (Apple Silicon) only machines of ARM run.',
);

/** Boxes that are published for ARM as well. */
const ON_ARM = [/^cloud-image\//, /^bento\//];

export async function onArm(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  if (host.arch !== 'arm64') return [];
  const { box: name } = lab.vagrant;
  if (ON_ARM.some((pattern) => pattern.test(name))) {
    return [ARCHITECTURE.good(`${name} is published for it`)];
  }
  const boxes = await facts.boxes();
  const here = 'flaw' in boxes ? [] : boxes.filter((each) => isMine(each, facts));
  if (here.some(({ architecture }) => architecture === 'arm64')) {
    return [ARCHITECTURE.good(`${name} is here for it`)];
  }
  const fix = `Take one that is: --set vagrant.box=${GOOD}`;
  if (/^ubuntu\//.test(name)) {
    return [ARCHITECTURE.bad(`${name} is published for Intel and AMD only`, fix)];
  }
  return [ARCHITECTURE.poor(`nobody here knows whether ${name} is published for it`, fix)];
}

function isMine({ name, version }: Box, { lab: { vagrant } }: Facts): boolean {
  const exact = exactVersion(vagrant.version);
  return name === vagrant.box && (exact === undefined || exact === version);
}

/** `>= 1` is no version. */
function exactVersion(version: string | null): string | undefined {
  return version !== null && /^[\w.-]+$/.test(version) ? version : undefined;
}

function wantedArch(arch: string): string {
  return arch === 'x64' ? 'amd64' : arch;
}

/** Boxes from before Vagrant 2.4 do not say theirs. */
function fitting(architecture: string | undefined, wanted: string): boolean {
  return architecture === undefined || ['', 'unknown', wanted].includes(architecture);
}

const DOWNLOAD_MS = 3_600_000;

function addBox({ host, vagrantProgram = 'vagrant' }: Facts, args: readonly string[]): Remedy {
  return {
    describe: `download the box with vagrant ${args.join(' ')}`,
    run: async ({ onProgress, signal }) => {
      const answer = await host.run(vagrantProgram, args, {
        deadlineMs: DOWNLOAD_MS,
        onLine: (line) => onProgress?.(line),
        signal,
      });
      if (outputOf(answer) !== undefined) return;
      throw new RedisLabError(`vagrant ${args.join(' ')}: ${saidBy(answer)}`, {
        exitCode: EXIT.program,
      });
    },
  };
}
