/** What Vagrant's refusals mean, in words that lead on. Its errors have classes, which do not change with their texts. */
import { EXIT, RedisLabError, visible } from '../../errors.js';
import type { Lack } from '../backend.js';
import type { Answer } from './messages.js';
import { errorIn } from './messages.js';

const NO_BOX =
  'Is there a way to the Internet? Bring the box on a stick (vagrant box add --name NAME FILE), or name another one in vagrant.box.';

const TOO_SLOW =
  'The machine did not answer in time. Is virtualisation switched on, and memory free? redis-lab doctor looks.';

/** Class of the error, without its modules, and the way out. */
const FIXES: Readonly<Record<string, string>> = {
  BoxAddShortNotFound: NO_BOX,
  BoxAddNoMatchingProvider:
    'The box is not made for this provider: name another one in vagrant.box.',
  BoxAddNoMatchingVersion: 'Name a version that there is in vagrant.version, or none.',
  BoxNotFoundWithProvider:
    'The box is not made for this provider: name another one in vagrant.box.',
  DownloaderError: NO_BOX,
  BoxMetadataDownloadError: NO_BOX,
  NoDefaultProvider:
    'Install VirtualBox, or the plugin vagrant-libvirt. What is missing: redis-lab doctor.',
  ProviderNotUsable: 'What is missing: redis-lab doctor.',
  FogLibvirtConnectionError:
    'Start libvirt (sudo systemctl start libvirtd), and add yourself to its group: sudo usermod -aG libvirt "$USER", then log out and in again.',
  MachineLocked: 'Another vagrant is at work on this machine. Wait until it is done.',
  EnvironmentLockedError: 'Another vagrant is at work in this lab. Wait until it is done.',
  VirtualBoxInvalidHostSubnet:
    'Allow it in /etc/vbox/networks.conf: redis-lab doctor --backend vagrant has the lines.',
  VMBootTimeout: TOO_SLOW,
  DomainNameExists:
    'Remove it: redis-lab down. If redis-lab did not make it, give the lab another name: --set name=lab2.',
  VMNameExists:
    'Remove it: redis-lab down. If redis-lab did not make it, give the lab another name: --set name=lab2.',
  NetworkNameAndAddressMismatch:
    'Give the lab another name or another network, such as --set name=lab2 --set network=10.20.0.0/24.',
  NetworkCollision: 'Give the lab another network, such as --set network=10.20.0.0/24.',
  VMInaccessible:
    "VirtualBox cannot open that machine's files any more. Remove it: redis-lab down; then bring the lab up again.",
};

/** The providers themselves have no classes for these; and of machines that are made in parallel Vagrant gives none. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/could not be accessed in the remote catalog|while downloading the remote file/, NO_BOX],
  [
    /did not respond within the configured|Timed out while waiting for the machine to boot/,
    TOO_SLOW,
  ],
  [
    /network is already in use by interface|already in use by/i,
    'Give the lab another network, such as --set network=10.20.0.0/24.',
  ],
  [
    /no space left|not enough (?:free )?space|disk (?:is )?full/i,
    'Make room on that disk, then run the same command again.',
  ],
  [
    /KVM is not available|KVM kernel module|kvm.*(?:denied|not supported)|invalid accelerator/i,
    'This machine has no usable KVM: switch virtualisation on in its firmware, or let QEMU emulate, which is slow: --set vagrant.libvirt.driver=qemu.',
  ],
  [
    /VERR_VMX_IN_VMX_ROOT_MODE|VERR_SVM_IN_USE/,
    'KVM has the processor, and VirtualBox cannot share it: sudo modprobe -r kvm_intel kvm (on AMD: kvm_amd kvm), then run the same command again.',
  ],
  [
    /VT-x is not available|AMD-V is (?:not available|disabled)|VERR_(?:VMX|SVM)/i,
    'Switch virtualisation (VT-x, AMD-V) on in the firmware; on Windows, switch Hyper-V off. redis-lab doctor looks.',
  ],
];

/** A call of Vagrant that failed. */
export function failed(answer: Answer): RedisLabError {
  const { kind = '', text = '' } = errorIn(answer.messages) ?? {};
  const said =
    text ||
    raisedIn(answer.stderr) ||
    killed(answer.code) ||
    lastOf(answer.stderr) ||
    lastOf(answer.stdout) ||
    'it said nothing';
  const name = kind.split('::').at(-1) ?? '';
  const fix = FIXES[name] ?? TEXTS.find(([pattern]) => pattern.test(said))?.[1];
  const lines = (name === 'BatchMultiError' ? apart(said) : said)
    .split('\n')
    .map((line) => visible(line.trim()))
    .filter((line) => line !== '');
  return new RedisLabError(
    [
      `Vagrant failed${name && name !== 'BatchMultiError' ? ` (${name})` : ''}:`,
      ...lines.map((line) => `  ${line}`),
      ...(fix ? [fix] : []),
    ].join('\n'),
    { exitCode: EXIT.program },
  );
}

/** Of machines that are made in parallel: what went wrong, once, with the names of those that it went wrong with. */
function apart(text: string): string {
  const parts = text.split(
    /An error occurred while executing the action on the '([^']+)'\s+machine\. Please handle this error then try again:/,
  );
  const machines = new Map<string, string[]>();
  for (let at = 1; at + 1 < parts.length; at += 2) {
    const [machine = '', words = ''] = parts.slice(at).map((part) => part.trim());
    machines.set(words, [...(machines.get(words) ?? []), machine]);
  }
  if (machines.size === 0) return text;
  return [...machines].map(([words, names]) => `${names.join(', ')}: ${words}`).join('\n');
}

/** What Vagrant was saying when it was killed explains nothing. */
function killed(code: number): string | undefined {
  return code === 137
    ? 'it was killed (SIGKILL); where nobody did, the system did, as memory ran out: close other programs, then run the same command again.'
    : undefined;
}

/** Ruby's words for an error that nobody caught: before them where, after them the way there. */
function raisedIn(text: string): string | undefined {
  return text.split('\n').find((line) => /^\S.*: .* \([A-Z][\w:]+\)$/.test(line.trimEnd()));
}

function lastOf(text: string): string {
  return text.trim().split('\n').slice(-5).join('\n');
}

/** The error for a call that needs what this host lacks. */
export function lacking(...lacks: readonly Lack[]): RedisLabError {
  const text = lacks.map(({ what, seen, fix }) => `${what}: ${seen}. ${fix}`).join('\n');
  return new RedisLabError(text, { exitCode: EXIT.noBackend });
}
