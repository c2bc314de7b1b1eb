/** What somebody changed on its way is refused, wherever it comes in, and nothing of it is used. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Mirror, SOURCE_SHA256, sourceFile, User } from '../support/ground.js';
import { story } from '../support/story.js';
import { HandMade, tampered } from './support/by-hand.js';
import { leftOf, lxc, on } from './support/lxc.js';

const SOURCE = 'redis-7.0.15.tar.gz';
const WANTED = SOURCE_SHA256['redis-7.0.15'];

describe('a source that was tampered with', () => {
  // The nodes are started by the first step of theirs.
  story();
  const user = new User();
  const bad = path.join(user.folder, SOURCE);
  let seen: string;
  let mirror: Mirror;

  before(async () => {
    const content = tampered(sourceFile('redis-7.0.15'), 'Redis is often referred');
    fs.writeFileSync(bad, content);
    seen = digestOf(content);
    expect(seen).not.to.equal(WANTED);
    mirror = await Mirror.serving({ [SOURCE]: bad });
  });

  after(async () => {
    await mirror.close();
    user.remove();
  });

  function describeLab(url: string): void {
    user.write(
      'redis-lab.yaml',
      `incus: { image: debian-12, uplink: none, limits: wanted }
redis: { version: 7.0.15, source: { url: '${url}', sha256: ${WANTED} } }
`,
    );
  }

  it('is refused by up, from the cache and from a mirror, before anything is made', async () => {
    const sources = path.join(user.folder, 'cache/redis-lab/sources');
    const kept = path.join(sources, `redis-7.0.15-${WANTED.slice(0, 12)}.tar.gz`);
    fs.mkdirSync(sources, { recursive: true });
    fs.copyFileSync(bad, kept);
    describeLab(mirror.url(SOURCE));
    const { exitCode, stdout, stderr } = await user.run('up', '--backend', 'incus');
    expect(exitCode, stderr + stdout).to.equal(4);
    expect(stdout).to.equal('');
    for (const origin of [kept, mirror.url(SOURCE)]) {
      expect(stderr).to.include(`  ${origin}: its SHA-256 is ${seen}, not ${WANTED}\n`);
    }
    expect(stderr).to.include('or bring the file along: redis-lab cache add FILE');
    expect(mirror.asked).to.deep.equal([SOURCE]);
    expect(await leftOf('redis-lab')).to.deep.equal([]);
    expect(await lxc('list', '-f', 'csv', '-c', 'n')).to.equal('');
    // What came is not kept, not even half.
    expect(fs.readdirSync(sources)).to.deep.equal([path.basename(kept)]);
  });

  describe('put into a node, past the host', () => {
    story();
    const BUILD = `redis-7.0.15-debian-12-${os.machine()}.build.tar.gz`;
    let made: HandMade;
    const node = (...argv: string[]) => on(made.instance('master'), ...argv);

    before(async () => {
      // Nobody listens there: the host's own address in the network of the node.
      describeLab(`http://192.168.100.1:9/${SOURCE}`);
      made = await HandMade.of(user, {
        image: 'debian-12',
        nodes: { master: '192.168.100.11' },
      });
    });

    after(async () => {
      await made?.remove();
    });

    it('ends the first boot with an error that says all in one line', async () => {
      await made.give('master', SOURCE, fs.readFileSync(bad));
      // No build either, but what is called so.
      await made.give('master', BUILD, fs.readFileSync(bad));
      await made.give('master', `${BUILD}.sha256`, `${WANTED}  ${BUILD}\n`);
      const { master: status } = await made.boot();
      expect(status?.exitCode, status?.stdout).to.equal(1);
      expect(status?.stdout).to.match(/^status: error$/m);
      const log = (await node('cat', '/var/log/cloud-init-output.log')).stdout.split('\n');
      expect(log).to.include(
        `redis-lab: refused ${BUILD} from the payload: its SHA-256 is ${seen}, not ${WANTED}`,
      );
      const failed = log.filter((line) => line.includes('FAILED'));
      expect(failed, log.join('\n')).to.have.lengthOf(1);
      expect(failed[0]).to.match(
        new RegExp(
          `^redis-lab: FAILED: no source of redis 7\\.0\\.15; the payload: its SHA-256 is ${seen}, not ${WANTED}, ` +
            `http://192\\.168\\.100\\.1:9/${SOURCE}: curl: .*; ` +
            `put ${SOURCE} into the lab's payload, or give this node a way to one of its addresses$`,
        ),
      );
    });

    it('leaves no server behind', async () => {
      const programs = await node('find', '/usr/local/bin', '/usr/bin', '-name', 'redis-*');
      expect(programs).to.include({ exitCode: 0, stdout: '' });
      for (const unit of ['redis-server', 'redis-sentinel']) {
        expect((await node('systemctl', 'is-active', unit)).stdout, unit).to.equal('inactive');
        expect((await node('systemctl', 'is-enabled', unit)).stdout, unit).to.equal('disabled');
      }
      const listening = await node('ss', '-Hltn', '( sport = :6379 or sport = :26379 )');
      expect(listening).to.include({ exitCode: 0, stdout: '' });
    });

    it('was not unpacked, and leaves nothing of itself', async () => {
      // What is said before it is unpacked, and what is written after.
      const log = (await node('cat', '/var/log/cloud-init-output.log')).stdout;
      expect(log).not.to.match(/^redis-lab: building/m);
      expect((await node('test', '-e', '/var/log/redis-lab-build.log')).exitCode).to.equal(1);
      const state = await node('find', '/var/lib/redis-lab', '-mindepth', '1', '-printf', '%P\n');
      expect(state.exitCode, state.stderr).to.equal(0);
      expect(state.stdout.split('\n').sort()).to.deep.equal(['share', 'share/state']);
      const shared = await node('cat', '/var/lib/redis-lab/share/state');
      expect(shared.stdout).to.equal('failed');
      // A file that every source of Redis has.
      const found = await node('find', '/', '-xdev', '-name', '00-RELEASENOTES');
      expect(found.stdout).to.equal('');
    });
  });
});

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
