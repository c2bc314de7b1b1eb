import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { clientScript } from '../../../lib/backends/local/client-script.js';
import { localise } from '../../../lib/backends/local/localise.js';
import { run } from '../../../lib/command/run.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { machinesOf } from '../../../lib/model/model.js';
import { scratchFolder } from '../../cache/support/folders.js';

const { model } = buildLab({ nodes: [{ role: 'master' }, {}, {}, { role: 'client' }] });
const lab = localise(model, { kind: 'addresses', octet: 77 });

describe('redis-cli of a machine', () => {
  const scratch = scratchFolder();
  /** What the program is given. */
  const given = async (machine: string, ...words: string[]) => {
    const file = path.join(scratch.root, machine);
    const of = machinesOf(lab).find(({ name }) => name === machine);
    if (!of) throw new Error(`no ${machine}`);
    const server = {
      engine: 'redis',
      version: '8.2.8',
      program: '',
      argv0: '',
      cli: '/bin/echo',
    } as const;
    fs.writeFileSync(file, clientScript(lab, of, server, undefined), { mode: 0o700 });
    const { stdout } = await run({ program: file, args: words }, { deadlineMs: 20_000 });
    return stdout.trim();
  };

  it('is told where the server of a node is, before what it is told', async () => {
    expect(await given('slave1', 'ping', 'a b')).to.equal('-h 127.77.100.12 -p 6379 ping a b');
    expect(await given('slave1', '-h', 'master')).to.match(/ -h master$/);
  });

  it('knows the nodes by their names where it is of a client', async () => {
    const own = '-h 127.77.100.14 -p 6379';
    expect(await given('client1', '-h', 'slave2', '-p', '1')).to.equal(
      `${own} -h 127.77.100.13 -p 1`,
    );
    expect(await given('client1', '-h', 'slave', 'GET', 'master')).to.equal(
      `${own} -h slave GET master`,
    );
  });
});
