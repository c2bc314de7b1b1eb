/** A host in the lab's network that is not part of the lab. */
import fs from 'node:fs';
import { execa } from 'execa';

/** `192.168.100.77`, in a network namespace of its own, on the lab's bridge. */
export class Stranger {
  readonly #name: string;
  readonly #ends: (() => Promise<void>)[] = [];

  private constructor(name: string) {
    this.#name = name;
  }

  static async on(bridge: string, address: string): Promise<Stranger> {
    const name = `stranger-${process.pid}`;
    const stranger = new Stranger(name);
    await ip('netns', 'add', name);
    try {
      await ip('link', 'add', 'rl-str0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
      await ip('link', 'set', 'rl-str0', 'master', bridge, 'up');
      await ip('-n', name, 'address', 'add', address, 'dev', 'eth0');
      await ip('-n', name, 'link', 'set', 'eth0', 'up');
      await ip('-n', name, 'link', 'set', 'lo', 'up');
      await forwards('rl-str0');
      return stranger;
    } catch (error) {
      await stranger.leave();
      throw error;
    }
  }

  /** Adds an IPv6 address, and waits until that and the link-local one can be used. */
  async speaksIpv6(address: string): Promise<void> {
    await ip('-n', this.#name, 'address', 'add', address, 'dev', 'eth0');
    await settled('-n', this.#name);
  }

  /** Runs a program on this host, until `leave`. */
  run(program: string, ...args: string[]): void {
    const running = execa('ip', ['netns', 'exec', this.#name, program, ...args], {
      reject: false,
      stdio: 'ignore',
      timeout: 600_000,
    });
    this.#ends.push(async () => {
      running.kill();
      await running;
    });
  }

  /** `open`, `refused`, or `silent` where nothing answers within two seconds. */
  async tries(host: string, port: number): Promise<'open' | 'refused' | 'silent'> {
    const { exitCode, stderr } = await execa(
      'ip',
      [
        'netns',
        'exec',
        this.#name,
        'timeout',
        '2',
        'bash',
        '-c',
        'exec 3<>"/dev/tcp/$0/$1"',
        host,
        String(port),
      ],
      { reject: false, timeout: 10_000 },
    );
    if (exitCode === 0) return 'open';
    // If ARP gets no answer, the kernel gives up first.
    if (exitCode === 124 || /no route to host/i.test(String(stderr))) return 'silent';
    if (/refused/i.test(String(stderr))) return 'refused';
    throw new Error(`the stranger cannot try: ${exitCode} ${stderr}`);
  }

  async leave(): Promise<void> {
    for (const end of this.#ends) await end();
    await ip('netns', 'delete', this.#name);
  }
}

async function ip(...args: string[]): Promise<void> {
  await execa('ip', args, { timeout: 10_000 });
}

/** Waits for the end of IPv6's duplicate address detection. At most 20 s. */
async function settled(...where: readonly string[]): Promise<void> {
  const end = Date.now() + 20_000;
  for (;;) {
    const { stdout } = await execa('ip', [...where, '-6', 'address', 'show', 'tentative']);
    if (stdout.trim() === '') return;
    if (Date.now() > end) throw new Error(`addresses that cannot be used yet: ${stdout}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** `BR_STATE_FORWARDING` of linux/if_bridge.h. */
const FORWARDING = '3';

/** Waits until a port of a bridge forwards, which takes seconds with STP. At most 40 s. */
async function forwards(port: string): Promise<void> {
  const file = `/sys/class/net/${port}/brport/state`;
  const end = Date.now() + 40_000;
  for (;;) {
    const state = fs.readFileSync(file, 'utf8').trim();
    if (state === FORWARDING) return;
    if (Date.now() > end) throw new Error(`${port} of the bridge is in state ${state} after 40 s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
