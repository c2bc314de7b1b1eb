/** The project of a lab of a class, which lets nobody make more in it than the lab has. */
import { expect } from 'chai';
import { Client } from '../../../lib/backends/incus/client.js';
import { instanceName, LABEL } from '../../../lib/backends/incus/names.js';
import { closeRoom, makeRoom } from '../../../lib/backends/incus/rooms.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { machinesOf } from '../../../lib/model/model.js';

const lab = (member?: string) =>
  buildLab({ name: 'lab-a', incus: { project: 'lab-a', ...(member ? { member } : {}) } }).model;
const ROOM = { class: 'lab', lab: 'lab-a', student: 'a' };
const GROUPS = 'restricted.cluster.groups';

class Server extends Client {
  readonly asked: string[] = [];
  readonly #config: Readonly<Record<string, string>> | undefined;
  readonly #instances: readonly string[];

  /** @param config of the project; undefined: there is none */
  constructor(
    config: Readonly<Record<string, string>> | undefined,
    instances: readonly string[] = [],
  ) {
    super('lxc', '/bin/false', { remote: 'local', project: 'lab-a' });
    this.#config = config;
    this.#instances = instances;
  }

  override async query<T>(path: string): Promise<T | undefined> {
    const found = path.includes('/1.0/instances')
      ? this.#instances.map((name) => ({ name, config: {}, project: 'lab-a', location: 'one' }))
      : this.#config && { name: 'lab-a', config: this.#config };
    return found as T | undefined;
  }

  override async ofServer(words: readonly string[]): Promise<string> {
    this.asked.push(words.join(' '));
    return '';
  }
}

const ours = {
  [LABEL.class]: 'lab',
  [LABEL.student]: 'a',
  [LABEL.lab]: 'lab-a',
  [GROUPS]: 'redis-lab-none',
};
const all = machinesOf(lab()).map(({ name }) => instanceName('lab-a', name));

describe('the project of a lab of a class', () => {
  it('is made open: its machines are to be made in it', async () => {
    const server = new Server(undefined);
    await makeRoom(server, lab('one'), ROOM);
    expect(server.asked).to.have.lengthOf(1);
    expect(server.asked[0])
      .to.match(/^project create local:lab-a /)
      .and.not.include(GROUPS);
  });

  it('is closed in a cluster once they are there, and stays so', async () => {
    const server = new Server(ours, all);
    await closeRoom(server, lab('one'));
    expect(server.asked).to.deep.equal([`project set local:lab-a ${GROUPS}=redis-lab-none`]);
    await makeRoom(server, lab('one'), ROOM);
    expect(server.asked.filter((each) => each.includes(GROUPS))).to.have.lengthOf(1);
  });

  it('is opened again while one of them is missing', async () => {
    const server = new Server(ours, all.slice(1));
    await makeRoom(server, lab('one'), ROOM);
    expect(server.asked[0]).to.equal(`project unset local:lab-a ${GROUPS}`);
  });

  it('is left alone on a server that is alone, which asks for limits', async () => {
    const server = new Server(undefined);
    await closeRoom(server, lab());
    expect(server.asked).to.deep.equal([]);
  });
});
