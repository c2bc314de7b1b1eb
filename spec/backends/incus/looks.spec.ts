/** Looking at all labs of a class: what that asks of the server, by a client of a few lines whose nodes are this machine. */
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import { Client } from '../../../lib/backends/incus/client.js';
import { digest } from '../../../lib/backends/incus/digest.js';
import { looksOn } from '../../../lib/backends/incus/looks.js';
import { LABEL, networkName } from '../../../lib/backends/incus/names.js';
import { packed } from '../../../lib/backends/incus/state.js';
import { buildClass } from '../../../lib/index.js';
import type { LabModel } from '../../../lib/model/model.js';
import { scratchFolder } from '../../cache/support/folders.js';
import { readers, systemPython } from '../../readers/support/readers.js';
import { failure } from '../../support/failure.js';

const linux = () => (process.platform === 'linux' ? undefined : 'Linux');

readers('a look at all labs of a server', [systemPython, linux], () => {
  const scratch = scratchFolder();
  let server: net.Server;
  let port = 0;

  before(async () => {
    server = net.createServer((socket) => socket.resume());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as net.AddressInfo);
  });
  after(() => server.close());

  /** The labs of three students; on each node listens the one server of this test, at the port of the Sentinels nobody. */
  function labsOf(): readonly LabModel[] {
    const students = ['1', '2', '3'].map((id) => ({ name: `S${id}`, id }));
    return buildClass({ students }).model.labs.map(({ lab }) => ({
      ...lab,
      nodes: lab.nodes.map((node) => ({
        ...node,
        ip: '127.0.0.1',
        redisPort: port,
        sentinelPort: 1,
      })),
    }));
  }

  interface Said {
    readonly lab: LabModel;
    readonly status?: string;
    readonly config?: null;
  }

  /** A client whose server has these labs. */
  function clientOf(
    said: readonly Said[],
    { clustered = false } = {},
  ): { client: Client; calls: () => string[] } {
    const program = path.join(scratch.root, 'incus');
    const log = path.join(scratch.root, 'calls');
    const instances = said.flatMap(({ lab, status = 'Running', config }) =>
      lab.nodes.map(({ name }) => ({
        name: `${lab.name}-${name}`,
        status,
        type: 'container',
        project: lab.incus.project,
        location: 'one',
        config:
          config === null
            ? null
            : {
                [LABEL.lab]: lab.name,
                [LABEL.node]: name,
                [LABEL.description]: digest(lab),
                'volatile.last_state.power': 'RUNNING',
              },
      })),
    );
    const networks = said.map(({ lab }) => ({
      name: networkName(lab),
      managed: true,
      type: 'bridge',
      config: {
        [LABEL.lab]: lab.name,
        [LABEL.description]: digest(lab),
        [LABEL.state]: packed({ lab, server: { engine: 'redis', version: '7.0.15', program: '' } }),
      },
    }));
    for (const [name, value] of Object.entries({ instances, networks })) {
      fs.writeFileSync(path.join(scratch.root, name), JSON.stringify(value));
    }
    fs.writeFileSync(
      program,
      `#!/bin/sh
echo "$*" | head -n 1 | cut -c 1-100 >> ${log}
case "$*" in
*/instances\\?*) cat ${scratch.root}/instances ;;
*/networks\\?*) cat ${scratch.root}/networks ;;
*/members\\?*) echo '[{"server_name":"one","status":"Evacuated"}]' ;;
'query local:/1.0?'*) echo '{"environment":{"server_clustered":${clustered}}}' ;;
exec*) while [ "$1" != -- ]; do shift; done; shift; exec "$@" ;;
esac
`,
      { mode: 0o755 },
    );
    const client = new Client('incus', program, { remote: 'local', project: 'default' });
    const calls = () => fs.readFileSync(log, 'utf8').trim().split('\n').map(named);
    return { client, calls };
  }

  const named = (line: string) =>
    /instances|networks|members|1\.0(?=\?)|exec --project \S+ \S+/.exec(line)?.[0] ?? line;

  it('takes two questions for all, and one command into each that runs', async () => {
    const labs = labsOf();
    const [one, two, three] = labs as [LabModel, LabModel, LabModel];
    const { client, calls } = clientOf([{ lab: one }, { lab: two }]);
    const look = looksOn(client);
    const looks = labs.map(look);
    const found = await Promise.all(looks.map((each) => each.status()));
    expect(found.map(({ state }) => state)).to.deep.equal(['partial', 'partial', 'absent']);
    const [first] = found;
    expect(first?.services.map(({ node, service, state }) => [node, service, state])).to.deep.equal(
      [
        ['master', 'redis', 'running'],
        ['slave1', 'redis', 'running'],
        ['slave2', 'redis', 'running'],
        ['master', 'sentinel', 'stopped'],
        ['slave1', 'sentinel', 'stopped'],
        ['slave2', 'sentinel', 'stopped'],
      ],
    );
    expect(first).to.deep.include({
      server: { engine: 'redis', version: '7.0.15', program: '' },
      sameDescription: true,
    });
    expect(calls().toSorted()).to.deep.equal([
      `exec --project ${one.incus.project} local:${one.name}-master`,
      `exec --project ${two.incus.project} local:${two.name}-master`,
      'instances',
      'networks',
    ]);
    expect(three.name).to.equal('redis-lab-3');
  });

  it('enters no lab that is stopped, and tells of one on a member that is away', async () => {
    const [one, two] = labsOf() as [LabModel, LabModel];
    const { client, calls } = clientOf([
      { lab: one, status: 'Stopped' },
      { lab: two, config: null },
    ]);
    const look = looksOn(client);
    expect(await look(one).status()).to.deep.include({ state: 'stopped', clientsOff: [] });
    const { message } = await failure(look(two).status());
    expect(message).to.match(/is on one, a member of the cluster that is away/);
    expect(calls()).to.have.members(['instances', 'networks', '1.0']);
  });

  it('tells of labs whose member is in maintenance, which is asked once for all', async () => {
    const [one, two] = labsOf() as [LabModel, LabModel];
    const stopped = [one, two].map((lab) => ({ lab, status: 'Stopped' }));
    const { client, calls } = clientOf(stopped, { clustered: true });
    const look = looksOn(client);
    const found = await Promise.all([one, two].map((lab) => failure(look(lab).status())));
    for (const { message } of found) expect(message).to.include('incus cluster restore local:one');
    expect(calls()).to.have.members(['instances', 'networks', '1.0', 'members']);
  });
});
