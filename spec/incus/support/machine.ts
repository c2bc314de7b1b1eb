/** What may be on a machine beside a lab, and in its way. */
import { execa } from 'execa';

/** A bridge of the machine's own, up, with an address; gone at the end. */
export class Bridge implements AsyncDisposable {
  private constructor(readonly name: string) {}

  static async with(address: string, name = 'taken'): Promise<Bridge> {
    await ip('link', 'add', name, 'type', 'bridge');
    const bridge = new Bridge(name);
    try {
      await ip('address', 'add', address, 'dev', name);
      await ip('link', 'set', name, 'up');
      return bridge;
    } catch (error) {
      await bridge[Symbol.asyncDispose]();
      throw error;
    }
  }

  async route(cidr: string): Promise<void> {
    await ip('route', 'add', cidr, 'dev', this.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await ip('link', 'delete', this.name);
  }
}

async function ip(...args: string[]): Promise<void> {
  await execa('ip', args, { timeout: 10_000 });
}
