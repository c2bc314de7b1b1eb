/** The labs whose files are read, and where those lie. */
import fs from 'node:fs';
import path from 'node:path';
import { buildLab, type Lab } from '../../../lib/lab/lab.js';
import type { ClientModel, NodeModel } from '../../../lib/model/model.js';
import type { LabSpec } from '../../../lib/spec/types.generated.js';
import { scratch, writeBelow } from './scratch.js';

/** Every key differs from its default; names are words that some reader takes for something else. */
export const EVERYTHING: LabSpec = {
  name: 'null',
  network: '10.77.16.0/20',
  nodes: [
    { name: 'on', role: 'master', ip: '10.77.31.254', memory: '3G', cpus: 4, priority: 10 },
    { name: 'no', ip: '10.77.16.2', sentinel: false, priority: 0 },
    { name: 'y', memory: 700, priority: 1 },
    { name: 'e1', role: 'sentinel', memory: '512M', cpus: 1 },
    { role: 'sentinel' },
  ],
  redis: {
    engine: 'valkey',
    version: '8.1.1',
    source: {
      url: 'http://mirror.example:8080/a~b/valkey-8.1.1.tar.gz?x=1&y=%20,@',
      sha256: 'A'.repeat(64),
      mirrors: ['https://two.example/v.tgz', 'https://three.example/v-8.1.1.tar.gz'],
      test: true,
    },
    port: 7001,
    persistence: 'aof',
    minReplicasToWrite: 1,
    restart: '30s',
    debugCommand: 'yes',
    config: [
      'maxmemory 100mb',
      'notify-keyspace-events "KEA"',
      'proc-title-template "{title} {listen-addr}  "',
      'availability-zone "it\'s # $HOME `x` #{y} {{z}} "',
      'latency-tracking-info-percentiles 50 99.9',
      'client-output-buffer-limit replica 64mb 16mb 30',
    ],
  },
  sentinel: {
    masterName: '1.e3',
    port: 27001,
    quorum: 3,
    downAfter: '1500ms',
    failoverTimeout: '1m',
    parallelSyncs: 2,
    config: ['SENTINEL master-reboot-down-after-period "1.e3" 5000', ' loglevel verbose'],
  },
  vagrant: {
    box: 'cloud-image/debian-12',
    version: '>= 20250101, != 20250102',
    virtualbox: { gui: true, linkedClone: false },
    libvirt: { driver: 'qemu', managementNetworkMode: 'none', diskCache: 'unsafe' },
  },
  incus: { image: 'local:lab', remote: 'far', project: 'class' },
  language: 'id',
};

/** What the distribution has, and as little as possible. */
export const PACKAGED: LabSpec = {
  nodes: [
    { name: 'master', role: 'master', memory: 512 },
    { name: 'slave1', memory: 512 },
    { name: 'slave2', memory: 512 },
  ],
  redis: { install: 'package', persistence: 'none', debugCommand: 'no' },
};

export const LABS: Readonly<Record<'course' | 'everything' | 'packaged', Lab>> = {
  course: buildLab(),
  everything: buildLab(EVERYTHING),
  packaged: buildLab(PACKAGED),
};

/** A client of a lab of its own: the other labs are as before there were any. */
export function aClient(): {
  readonly title: string;
  readonly lab: Lab;
  readonly node: ClientModel;
} {
  const [node] = WITH_CLIENT.model.clients as [ClientModel];
  return { title: 'a client', lab: WITH_CLIENT, node };
}

const WITH_CLIENT = buildLab({
  name: 'clients',
  nodes: [{ role: 'master', memory: 1024 }, { memory: 512 }, { memory: 512 }, { role: 'client' }],
});

const folders = new Map<Lab, Promise<string>>();

/** Where a lab's files are, written as a user would write them. Nothing may be changed there. */
export function folderOf(lab: Lab): Promise<string> {
  const known = folders.get(lab) ?? write(lab);
  folders.set(lab, known);
  return known;
}

async function write(lab: Lab): Promise<string> {
  const folder = scratch(lab.model.name);
  await lab.write(folder);
  return folder;
}

/** What cloud-init takes from a seed. */
export const SEED = ['user-data', 'meta-data', 'network-config'];

export interface LabNode {
  readonly title: string;
  readonly lab: Lab;
  readonly node: NodeModel;
}

/** Every node of every lab. */
export function allNodes(): LabNode[] {
  return Object.entries(LABS).flatMap(([name, lab]) =>
    lab.model.nodes.map((node) => ({ title: `${node.name} of the lab "${name}"`, lab, node })),
  );
}

/** The first and the last node of the labs that differ most. */
export function someNodes(): LabNode[] {
  const nodes = allNodes();
  return [LABS.course, LABS.everything].flatMap((lab) =>
    [lab.model.nodes.at(0), lab.model.nodes.at(-1)].flatMap((node) =>
      nodes.filter((each) => each.node === node),
    ),
  );
}

/** A generated file of a lab, as text. */
export function textOf(lab: Lab, path: string): string {
  const content = lab.files().find((file) => file.path === path)?.content;
  if (typeof content !== 'string') throw new Error(`the lab has no text file ${path}`);
  return content;
}

/** Replaces what must be there: a mistake that is not planted would be caught by nobody. */
export function plant(text: string, from: string | RegExp, to: string): string {
  const planted = text.replace(from, to);
  if (planted === text) throw new Error(`nothing to plant a mistake in: no ${from}`);
  return planted;
}

/** Where a lab is with another Vagrantfile. */
export async function withVagrantfile(text: string, lab = LABS.course): Promise<string> {
  const folder = scratch('vagrantfile');
  fs.symlinkSync(path.join(await folderOf(lab), 'nodes'), path.join(folder, 'nodes'));
  writeBelow(folder, 'Vagrantfile', text);
  return folder;
}
