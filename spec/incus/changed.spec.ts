/** A lab on containers that somebody changed: doctor tells what, and the story of power-off finds out. */
import { expect } from 'chai';
import type { VerifyResult } from '../../lib/report/types.generated.js';
import { User } from '../support/ground.js';
import { story } from '../support/story.js';
import { on } from './support/lxc.js';

const LAB = `incus: { image: debian-12, uplink: none, limits: wanted }
redis: { install: package, version: 7.0.15 }
sentinel: { downAfter: 2s, failoverTimeout: 3s }
`;

const NODES = ['master', 'slave1', 'slave2'];

describe('a lab in containers that somebody changed', () => {
  // One story: what a step needs, the steps before it did.
  story();
  const user = new User();

  before(() => {
    user.write('redis-lab.yaml', LAB);
  });

  after(async () => {
    await user.run('down', '--backend', 'incus');
    user.remove();
  });

  /** What doctor says of the configurations; undefined: nothing. */
  async function told(): Promise<string | undefined> {
    const { stdout, stderr } = await user.run('doctor', '--backend', 'incus', '--json');
    expect(stdout, stderr).not.to.equal('');
    const { checks } = JSON.parse(stdout) as {
      checks: { code: string; state: string; seen: string }[];
    };
    const found = checks.find(({ code }) => code === 'configurations');
    return found && `${found.state}: ${found.seen}`;
  }

  async function redisCli(node: string, ...words: readonly string[]): Promise<void> {
    const { stdout, stderr } = await user.run('exec', node, '--', 'redis-cli', ...words);
    expect(stdout, stderr).to.equal('OK');
  }

  it('has the configurations that it was made with, also once servers have rewritten them', async () => {
    const up = await user.run('up', '--backend', 'incus');
    expect(up.exitCode, up.stderr).to.equal(0);
    for (const node of NODES) {
      await redisCli(node, 'CONFIG', 'REWRITE');
      await redisCli(node, '-p', '26379', 'SENTINEL', 'FLUSHCONFIG');
    }
    expect(await told()).to.equal('good: as redis-lab and its servers wrote them');
  });

  it('has every line told that somebody changed, and no password', async () => {
    const edit = `printf 'maxmemory 512\\nmasterauth geheim\\n' >>/etc/redis-lab/redis.conf
sed -i /^repl-diskless-sync/d /etc/redis-lab/redis.conf
mkdir -p /etc/systemd/system/redis-server.service.d
printf '[Service]\\nUser=root\\n' >/etc/systemd/system/redis-server.service.d/override.conf`;
    await on('redis-lab-slave1', 'cp', '-a', '/etc/redis-lab/redis.conf', '/root/redis.conf');
    await on('redis-lab-slave1', 'sh', '-c', edit);
    const seen = await told();
    expect(seen)
      .to.match(/^poor: changed by hand/)
      .and.include('slave1:/etc/redis-lab/redis.conf')
      .and.include('maxmemory 512')
      .and.include('maxmemory 512 is 512 bytes')
      .and.match(/taken out by hand: .*repl-diskless-sync no/)
      .and.include('slave1:/etc/systemd/system/redis-server.service.d/override.conf:2: User=root')
      .and.include('masterauth ******')
      .and.not.include('geheim');
    const undo = `cp -a /root/redis.conf /etc/redis-lab/redis.conf
rm -r /etc/systemd/system/redis-server.service.d`;
    await on('redis-lab-slave1', 'sh', '-c', undo);
    expect(await told()).to.match(/^good/);
  });

  it('fails power-off where no replica lets itself be made a master', async () => {
    for (const node of NODES) await redisCli(node, 'ACL', 'SETUSER', 'default', '-slaveof');
    const ran = await user.run('verify', 'power-off', '--backend', 'incus', '--json');
    expect(ran.stdout, ran.stderr).not.to.equal('');
    const [failed] = (JSON.parse(ran.stdout) as VerifyResult).scenarios;
    expect(failed?.verdict).to.equal('failed');
    expect(failed?.failedClaim).to.equal('failover.promoted');
    expect(failed?.fault?.kind).to.equal('power-off');
  });

  it('has nothing told of it where it does not run', async () => {
    const stopped = await user.run('stop');
    expect(stopped.exitCode, stopped.stderr).to.equal(0);
    expect(await told()).to.equal(undefined);
  });
});
