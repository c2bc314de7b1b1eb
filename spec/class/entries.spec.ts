/** Letting the students of a class in, on a backend that only remembers what it was told. */
import { expect } from 'chai';
import type { ClassesOfBackend, Room } from '../../lib/backends/descriptor.js';
import type { Admission, LabOfClass } from '../../lib/backends/entries.js';
import { closed, entriesFor } from '../../lib/class/entries.js';
import { classOf } from '../../lib/class/labs.js';
import { readClass } from '../../lib/class/roster.js';
import { Secrets } from '../../lib/class/secrets.js';
import { EXIT, RedisLabError } from '../../lib/errors.js';
import { readSpec } from '../../lib/spec/read.js';
import { scratchFolder } from '../cache/support/folders.js';

const KEY = `ssh-ed25519 ${'A'.repeat(68)} ani@laptop`;
const MODEL = classOf(
  (over) =>
    readSpec(
      undefined,
      over.map(([path, value]) => `${path}=${value}`),
    ),
  readClass(`name,id,key\nAni,1,${KEY}\nBudi,2,\n`, 'class.csv'),
  'class.csv',
);
const [ANI, BUDI] = MODEL.labs;
if (!ANI || !BUDI) throw new Error('the class has two students');

describe('the ways into the labs of a class', () => {
  const scratch = scratchFolder();

  /** @param busy ports that something else listens on */
  function backend(rooms: readonly Room[] = [], busy: readonly number[] = []) {
    const opened: (LabOfClass & Admission)[] = [];
    const told: string[] = [];
    const classes = {
      rooms: async () => rooms,
      entries: {
        open: async (_lab, of, admission) => {
          if (busy.includes(admission.port)) {
            throw new RedisLabError('taken', {
              exitCode: EXIT.notReady,
              code: 'host.port-taken',
            });
          }
          opened.push({ ...of, ...admission });
        },
        checkTokens: async () => undefined,
        token: async (_described, { lab }) => {
          told.push(`token ${lab}`);
          return `token-of-${lab}`;
        },
        close: async (_described, { lab }) => {
          told.push(`close ${lab}`);
        },
        all: async () => [],
      },
    } satisfies Partial<ClassesOfBackend>;
    return { classes: classes as unknown as ClassesOfBackend, opened, told };
  }

  const secrets = () => new Secrets(scratch.root);

  it('are a key where the list has one, and else a password that is made once', async () => {
    const { classes, opened, told } = backend();
    for (let times = 0; times < 2; times++) {
      const entries = await entriesFor(classes, MODEL, {}, secrets());
      await entries?.open(ANI, undefined);
      await entries?.open(BUDI, undefined);
    }
    const password = secrets().kept('redis-lab-2', 'password');
    const once = [
      { class: 'redis-lab', lab: 'redis-lab-1', port: 2201, key: KEY },
      { class: 'redis-lab', lab: 'redis-lab-2', port: 2202, password },
    ];
    expect(opened).to.deep.equal([...once, ...once]);
    expect(told).to.deep.equal([]);
    expect(secrets().kept('redis-lab-1', 'password')).to.equal(undefined);
  });

  it('forget the password of a student who has brought a key', async () => {
    secrets().password('redis-lab-1');
    const { classes } = backend();
    await (await entriesFor(classes, MODEL, {}, secrets()))?.open(ANI, undefined);
    expect(secrets().kept('redis-lab-1', 'password')).to.equal(undefined);
  });

  it('are a token as well where that is asked for, once', async () => {
    const { classes, told } = backend();
    for (let times = 0; times < 2; times++) {
      const entries = await entriesFor(classes, MODEL, { tokens: true }, secrets());
      await entries?.open(BUDI, undefined);
    }
    expect(told).to.deep.equal(['token redis-lab-2']);
    expect(secrets().kept('redis-lab-2', 'token')).to.equal('token-of-redis-lab-2');
  });

  it('are by another port where something else listens', async () => {
    const rooms = [{ class: 'other', lab: 'other-1', student: '1', port: 2203, hostKey: 'x' }];
    const { classes, opened } = backend(rooms, [2202]);
    const entries = await entriesFor(classes, MODEL, { entry: 2202 }, secrets());
    await entries?.open(ANI, undefined);
    expect(opened.map(({ port }) => port)).to.deep.equal([2205]);
  });

  it('are none where none are wanted, or the backend has none', async () => {
    const { classes } = backend();
    expect(await entriesFor(classes, MODEL, { entry: 'none' }, secrets())).to.equal(undefined);
    const { entries: _, ...without } = classes;
    expect(await entriesFor(without, MODEL, {}, secrets())).to.equal(undefined);
  });

  it('end with what was kept of them', async () => {
    const { classes, told } = backend();
    secrets().password('redis-lab-2');
    const room = { class: 'redis-lab', lab: 'redis-lab-2', student: '2' };
    await closed(classes, MODEL.described, room, secrets());
    expect(told).to.deep.equal(['close redis-lab-2']);
    expect(secrets().kept('redis-lab-2', 'password')).to.equal(undefined);
  });
});
