/** libvirt's client, for what a test does beside redis-lab. */
import fs from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import type { User } from '../../support/ground.js';

export async function virsh(...args: string[]): Promise<string> {
  const { stdout } = await execa('virsh', args, { stdin: 'ignore', timeout: 60_000 });
  return stdout.trim();
}

/** Whatever of a lab is with libvirt, and what redis-lab keeps in a user's folder. */
export async function leftOf(user: User, lab = 'redis-lab'): Promise<string[]> {
  const [domains, networks, volumes] = await Promise.all([
    virsh('list', '--all', '--name'),
    virsh('net-list', '--all', '--name'),
    virsh('vol-list', 'default'),
  ]);
  const kept = path.join(String(user.env['XDG_STATE_HOME']), 'redis-lab');
  return [
    ...domains.split('\n').filter((name) => name.startsWith(lab)),
    ...networks.split('\n').filter((name) => name.startsWith(lab)),
    ...volumes.split('\n').filter((line) => new RegExp(`^\\s*${lab}-(?!VAGRANTSLASH)`).test(line)),
    ...(fs.existsSync(kept)
      ? [kept, ...fs.readdirSync(kept, { recursive: true }).map(String)]
      : []),
  ];
}
