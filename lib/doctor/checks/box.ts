/** What the machines are made of: whether it is here or can be had, for this processor, with cloud-init. */
import type { Remedy } from '../../backends/backend.js';
import { DEFAULT_BOX, isKnownBox } from '../../model/distributions.js';
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import { type Box, type Facts, isNew } from '../facts.js';
import { requireSuccess } from '../host.js';
import { steps } from '../install-hints.js';
import { proxies } from './outside.js';

const BOX = subject('box', ['vagrant']);

/** Where Vagrant asks for boxes unless it is told otherwise. */
const REGISTRY = 'https://vagrantcloud.com';

export async function box(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const [provider, boxes] = await Promise.all([facts.provider(), facts.boxes()]);
  // What that says is Vagrant's own check.
  if (facts.vagrantProgram === undefined) return [];
  if ('flaw' in boxes) {
    const fix = message('asked.ask-it', { command: 'vagrant box list' });
    return [BOX.poor(message('asked.silent', { said: boxes.flaw }), fix)];
  }
  const name = provider?.name ?? 'virtualbox';
  const mine = boxes.filter((each) => isMine(each, facts) && each.provider === name);
  const wanted = wantedArch(host.arch);
  const fits = mine.find(({ architecture }) => fitting(architecture, wanted));
  const named = { box: lab.vagrant.box, provider: name };
  if (fits) return [BOX.good(message('box.here', { ...named, version: fits.version }))];
  const add = ['box', 'add', lab.vagrant.box, '--provider', name];
  const exact = exactVersion(lab.vagrant.version);
  const args = exact === undefined ? add : [...add, '--box-version', exact];
  const command = `vagrant ${args.join(' ')}`;
  const byHand = await knowsProcessors(facts);
  const [other] = mine;
  if (other) {
    return [
      BOX.bad(
        message('box.other-processor', {
          ...named,
          architecture: other.architecture ?? '',
          wanted,
        }),
        steps(byHand ? 'box.other-processor.fix' : 'box.other-processor.fix-by-up', [
          `vagrant box remove ${lab.vagrant.box} --provider ${name} --all`,
          ...(byHand ? [command] : []),
        ]),
      ),
    ];
  }
  const registry = host.env['VAGRANT_SERVER_URL'] ?? REGISTRY;
  const reached = await host.reach(registry);
  if (reached.reached) {
    const seen = message('box.absent', named);
    if (!byHand) return [BOX.poor(seen, message('box.absent.fix-by-up'))];
    const fix = steps('box.absent.fix', [command]);
    return [BOX.poor(seen, fix, addBox(facts, args))];
  }
  const unreached = { ...named, registry, said: reached.failure };
  const asFile = `  vagrant box add ${lab.vagrant.box} FILE.box`;
  if (proxies(facts).length > 0 || !OFFLINE.has(reached.code ?? '')) {
    const seen = message('box.unasked', unreached);
    if (!byHand) return [BOX.poor(seen, message('box.absent.fix-by-up'))];
    const fix = message('box.unasked.fix', { command: `  ${command}`, asFile });
    return [BOX.poor(seen, fix, addBox(facts, args))];
  }
  return [BOX.bad(message('box.unreached', unreached), message('box.unreached.fix', { asFile }))];
}

/** Before 2.4.0 Vagrant takes the last edition that the catalogue has; the Vagrantfile of a lab sees to it that `up` does not. */
async function knowsProcessors(facts: Facts): Promise<boolean> {
  const vagrant = await facts.vagrant();
  return !vagrant || 'flaw' in vagrant || isNew(vagrant.version, '2.4.0');
}

/**
 * With these failures and without a proxy, Vagrant fails as well. With others it may get through: it knows more kinds of
 * proxies, and has certificates of its own.
 */
const OFFLINE = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ECONNREFUSED']);

const CLOUD_INIT = subject('box.cloud-init', ['vagrant']);

export async function cloudInit({ lab }: Facts): Promise<Check[]> {
  const { box: name } = lab.vagrant;
  if (isKnownBox(name, 'appliesUserData')) return [CLOUD_INIT.good(name)];
  const fix = message('box.cloud-init.fix', { box: DEFAULT_BOX });
  if (isKnownBox(name, 'hasNoSeed')) {
    return [CLOUD_INIT.bad(message('box.cloud-init.without', { box: name }), fix)];
  }
  return [CLOUD_INIT.poor(message('box.cloud-init.unknown', { box: name }), fix)];
}

const ARCHITECTURE = subject('box.arm', ['vagrant']);

export async function onArm(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  if (host.arch !== 'arm64') return [];
  const { box: name } = lab.vagrant;
  if (isKnownBox(name, 'isForArm')) {
    return [ARCHITECTURE.good(message('box.arm.published', { box: name }))];
  }
  const boxes = await facts.boxes();
  const here = 'flaw' in boxes ? [] : boxes.filter((each) => isMine(each, facts));
  if (here.some(({ architecture }) => architecture === 'arm64')) {
    return [ARCHITECTURE.good(message('box.arm.here', { box: name }))];
  }
  const fix = message('box.arm.fix', { box: DEFAULT_BOX });
  if (/^ubuntu\//.test(name)) {
    return [ARCHITECTURE.bad(message('box.arm.intel-only', { box: name }), fix)];
  }
  return [ARCHITECTURE.poor(message('box.arm.unknown', { box: name }), fix)];
}

function isMine({ name, version }: Box, { lab: { vagrant } }: Facts): boolean {
  const exact = exactVersion(vagrant.version);
  return name === vagrant.box && (exact === undefined || exact === version);
}

/** The version, unless it is a constraint such as `>= 1`. */
function exactVersion(version: string | null): string | undefined {
  return version !== null && /^[\w.-]+$/.test(version) ? version : undefined;
}

function wantedArch(arch: string): string {
  return arch === 'x64' ? 'amd64' : arch;
}

/** Boxes added before Vagrant 2.4 don't say their architecture. */
function fitting(architecture: string | undefined, wanted: string): boolean {
  return architecture === undefined || ['', 'unknown', wanted].includes(architecture);
}

const DOWNLOAD_MS = 3_600_000;

function addBox({ host, vagrantProgram = 'vagrant' }: Facts, args: readonly string[]): Remedy {
  return {
    describe: message('box.remedy', { command: `vagrant ${args.join(' ')}` }),
    run: async ({ onProgress, signal }) => {
      const answer = await host.run(vagrantProgram, args, {
        deadlineMs: DOWNLOAD_MS,
        onLine: (line) => onProgress?.(line),
        signal,
      });
      requireSuccess(`vagrant ${args.join(' ')}`, answer);
    },
  };
}
