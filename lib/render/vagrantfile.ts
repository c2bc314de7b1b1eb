import { ARM_FIRMWARE } from '../model/distributions.js';
import {
  builderOf,
  clientsOf,
  type LabModel,
  masterOf,
  sentinelsOf,
  sharesBuild,
} from '../model/model.js';
import { MACHINE } from './layout.js';
import { engineName } from './redis-conf.js';
import { fill } from './template.js';

/** As long as redis-lab itself waits (lib/backends/machine/first-boot.ts). */
const WAIT_SECONDS = 7200;

/** Where the Vagrantfile keeps the key of the builder's share, below its folder. */
export const SHARE_KEY = '.vagrant/redis-lab-share.key';

/** File in Vagrant's folder of a machine with the SHA-256 of the seed that the machine was made with. */
export const SEED_NOTE = 'redis-lab-seed.sha256';

/** Seconds until SSH answers for the first time: software emulation needs up to 900. */
const BOOT_TIMEOUT = { kvm: 300, qemu: 900 } as const;

export function vagrantfile(lab: LabModel): string {
  const { vagrant, redis, sentinel } = lab;
  const builder = builderOf(lab);
  const cli = `${redis.engine}-cli`;
  const others = lab.nodes.filter((node) => node !== builder);
  return fill('Vagrantfile', {
    name: lab.name,
    builder: builder.name,
    engine: engineName(redis),
    version: redis.version,
    master: masterOf(lab).name,
    sentinel: sentinelsOf(lab).at(-1)?.name,
    nodes: [builder, ...others],
    clients: clientsOf(lab),
    box: vagrant.box,
    boxVersion: vagrant.version,
    netmask: lab.network.netmask,
    waitSeconds: WAIT_SECONDS,
    bootTimeout: BOOT_TIMEOUT[vagrant.libvirt.driver],
    shares: sharesBuild(lab, builder),
    armFirmware: ARM_FIRMWARE,
    seedNote: SEED_NOTE,
    shareKey: SHARE_KEY.replace('.vagrant/', ''),
    keyFile: `${MACHINE.kitDir}/share.key`,
    ...vagrant.virtualbox,
    ...vagrant.libvirt,
    cli,
    crash:
      redis.debugCommand === 'no'
        ? 'sudo systemctl kill --signal=SEGV redis-server'
        : `${cli} -p ${redis.port} debug segfault`,
    redisPort: redis.port,
    sentinelPort: sentinel.port,
    masterName: sentinel.masterName,
  });
}
