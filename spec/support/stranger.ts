/** A host in the lab's network that is not of the lab. */
import { execa } from 'execa';

/** `192.168.100.77`, in a network namespace of its own, on the lab's bridge. */
export class Stranger {
  readonly #name: string;

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
      return stranger;
    } catch (error) {
      await stranger.leave();
      throw error;
    }
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
    if (exitCode === 124) return 'silent';
    if (/refused/i.test(String(stderr))) return 'refused';
    throw new Error(`the stranger cannot try: ${exitCode} ${stderr}`);
  }

  async leave(): Promise<void> {
    await ip('netns', 'delete', this.#name);
  }
}

async function ip(...args: string[]): Promise<void> {
  await execa('ip', args, { timeout: 10_000 });
}
