/** Nodes that are made without `up`, of what `generate` writes: into these a test can put what `up` would refuse. */
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Outcome } from '../../support/cli.js';
import type { User } from '../../support/ground.js';
import { lxc, on, tryLxc } from './lxc.js';

const NETWORK = 'by-hand';

interface ByHand {
  /** Alias of the image. */
  readonly image: string;
  /** Names and addresses of the nodes. */
  readonly nodes: Readonly<Record<string, string>>;
}

export class HandMade {
  readonly #nodes: readonly string[];

  private constructor(nodes: readonly string[]) {
    this.#nodes = nodes;
  }

  /** Instances that have not been started, of the description in the user's folder. */
  static async of(user: User, { image, nodes }: ByHand): Promise<HandMade> {
    const { exitCode, stderr } = await user.run('generate', '--out', 'generated');
    if (exitCode !== 0) throw new Error(`generate ended with ${exitCode}: ${stderr}`);
    const made = new HandMade(Object.keys(nodes));
    await lxc('network', 'create', NETWORK, 'ipv4.address=192.168.100.1/24', 'ipv6.address=none');
    for (const [node, address] of Object.entries(nodes)) {
      const userData = path.join(user.folder, 'generated/nodes', node, 'user-data');
      await lxc(
        'init',
        image,
        made.instance(node),
        '--quiet',
        `--config=user.user-data=${fs.readFileSync(userData, 'utf8')}`,
        // The one of `generate` finds the cards of a machine by their MAC addresses.
        `--config=cloud-init.network-config=${networkConfig(address)}`,
      );
      const card = ['nic', `network=${NETWORK}`, 'name=lab0'];
      await lxc('config', 'device', 'add', made.instance(node), 'lab0', ...card);
    }
    return made;
  }

  instance(node: string): string {
    return `by-hand-${node}`;
  }

  /** Puts a file into the payload of a node that does not run. */
  async give(node: string, name: string, content: Buffer | string): Promise<void> {
    await this.put(node, `/opt/redis-lab/payload/${name}`, '0644', content);
  }

  /** Gives the nodes the key of their lab, which those of `up` have from their user-data. */
  async giveKey(key: string): Promise<void> {
    for (const node of this.#nodes) {
      await this.put(node, '/opt/redis-lab/share.key', '0600', `${key}\n`);
    }
  }

  /** Puts a file anywhere onto a node that does not run. */
  async put(node: string, place: string, mode: string, content: Buffer | string): Promise<void> {
    const folder = fs.mkdtempSync(path.join(process.env['TMPDIR'] ?? '/tmp', 'payload-'));
    try {
      const file = path.join(folder, 'content');
      fs.writeFileSync(file, content);
      const to = `${this.instance(node)}${place}`;
      await lxc('file', 'push', '--quiet', '--create-dirs', '--mode', mode, file, to);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }

  /** Starts all and waits for the end of every cloud-init; gives what each said of itself then. */
  async boot(): Promise<Readonly<Record<string, Outcome>>> {
    await lxc('start', '--quiet', ...this.#nodes.map((node) => this.instance(node)));
    const ends = this.#nodes.map(async (node) => {
      const status = await on(this.instance(node), 'cloud-init', 'status', '--wait', '--long');
      if (status.exitCode === undefined) throw new Error(`${node}: cloud-init does not end`);
      return [node, status] as const;
    });
    return Object.fromEntries(await Promise.all(ends));
  }

  async remove(): Promise<void> {
    await tryLxc('delete', '--force', ...this.#nodes.map((node) => this.instance(node)));
    await lxc('network', 'delete', NETWORK);
  }
}

function networkConfig(address: string): string {
  const card = { dhcp4: false, addresses: [`${address}/24`], 'accept-ra': false };
  return JSON.stringify({ version: 2, ethernets: { lab0: card } });
}

/**
 * A .tar.gz with the first letter of a word in it made upper or lower case, and all else as it was. It unpacks
 * without a fault: nothing but its digest shows what was done.
 */
export function tampered(file: string, word: string): Buffer {
  const archive = gunzipSync(fs.readFileSync(file));
  const at = archive.indexOf(word);
  if (at < 0) throw new Error(`there is no ${JSON.stringify(word)} in ${file}`);
  archive.writeUInt8(archive.readUInt8(at) ^ 0x20, at);
  return gzipSync(archive, { level: 1 });
}
