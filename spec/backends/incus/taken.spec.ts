/** Which networks are in a lab's way, by what a client of a few lines says of its server. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { Client } from '../../../lib/backends/incus/client.js';
import { whoHas } from '../../../lib/backends/incus/taken.js';
import { buildLab } from '../../../lib/index.js';
import type { IncusSpec } from '../../../lib/spec/types.generated.js';
import { scratchFolder } from '../../cache/support/folders.js';

const ADDRESS = '192.168.100.1/24';

describe('what is in the way of a lab on a server', () => {
  const scratch = scratchFolder();

  /** @param uplink the network of the default profile */
  async function inTheWay(incus: IncusSpec, networks: object[], uplink = 'lxdbr0') {
    const program = path.join(scratch.root, 'incus');
    const card = { type: 'nic', network: uplink, name: 'eth0' };
    const answers = [
      ['networks?', networks],
      ['profiles/default?', { devices: { eth0: card } }],
    ] as const;
    const cases = answers.map(([name, say]) => `*/${name}*) echo '${JSON.stringify(say)}' ;;\n`);
    const script = `#!/bin/sh\ncase "$*" in\n${cases.join('')}esac\n`;
    fs.writeFileSync(program, script, { mode: 0o755 });
    // That of a server elsewhere: the networks of this machine are its own business.
    const place = { remote: 'far', project: 'default' };
    const { model } = buildLab({ incus: { ...place, ...incus } });
    return (await whoHas(new Client('incus', program, place), model))?.text;
  }

  const network = (name: string, address: string, config: object = {}) => ({
    name,
    config: { 'ipv4.address': address, ...config },
  });

  it('is another network with its addresses, or with its name', async () => {
    expect(await inTheWay({}, [network('other', ADDRESS)])).to.equal(
      'the network other has 192.168.100.1/24, and the lab asks for 192.168.100.0/24',
    );
    expect(await inTheWay({}, [network('redis-lab', '10.1.1.1/24')])).to.equal(
      'there is a network redis-lab that redis-lab did not make',
    );
    expect(await inTheWay({}, [network('other', 'none')])).to.equal(undefined);
  });

  it('is not another network with its addresses where the host has none, but for that of its own other cards', async () => {
    const alone = { hostAddress: false };
    expect(await inTheWay(alone, [network('other', ADDRESS)])).to.equal(undefined);
    expect(await inTheWay(alone, [network('redis-lab', 'none')])).to.equal(
      'there is a network redis-lab that redis-lab did not make',
    );
    const uplink = [network('lxdbr0', ADDRESS)];
    const inUplink =
      'the network lxdbr0 has 192.168.100.1/24, and the lab asks for 192.168.100.0/24';
    expect(await inTheWay(alone, uplink)).to.equal(inUplink);
    expect(await inTheWay({ ...alone, uplink: 'lxdbr0' }, uplink, 'none')).to.equal(inUplink);
    expect(await inTheWay({ ...alone, uplink: 'none' }, uplink)).to.equal(undefined);
  });
});
