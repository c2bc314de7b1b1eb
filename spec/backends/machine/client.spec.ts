/** The first boot of a client: the very scripts, in a folder. */
import fs from 'node:fs';
import { expect } from 'chai';
import { scratchFolder } from '../../cache/support/folders.js';
import { readers } from '../../readers/support/readers.js';
import { IS_ROOT } from '../../readers/support/root.js';
import {
  buildBy,
  MANIFEST,
  NEEDS,
  packed,
  programsBy,
  ScratchNode,
} from './support/scratch-node.js';

const HOSTS = '127.0.0.1 localhost\n127.0.1.1 client1 client1\n';
const NAMES = ['11 master', '12 slave1', '13 slave2'].map(
  (each) => `192.168.100.${each} # redis-lab\n`,
);

/** The script is for root alone, and changes nothing outside of its folder here. */
const asRoot = () => (IS_ROOT ? undefined : 'root');

const suite = () => {
  const scratch = scratchFolder();
  let node: ScratchNode;

  beforeEach(() => {
    node = new ScratchNode(scratch.root, 'client1', {});
    node.write('hosts', HOSTS);
    node.write('opt/redis-lab/firewall.sh', 'echo "redis-lab: firewall is on"\n');
    node.stub('systemd-detect-virt', 'exit 0');
  });

  const boot = () => node.run('bootstrap.sh');
  const programs = () => fs.readdirSync(node.path('usr/local/bin')).sort();

  it('brings the names, and of the build that came along the client and no server', async () => {
    node.givePayload(buildBy('the host'));
    const { code, said } = await boot();
    expect(code, said).to.equal(0);
    expect(said).to.match(
      /firewall is on[\s\S]*redis-cli [\d.]+ is installed from the payload[\s\S]*client1 is done$/,
    );
    expect(programs()).to.deep.equal(['redis-cli']);
    expect(node.read('hosts')).to.equal(HOSTS + NAMES.join(''));
    expect(fs.existsSync(node.path('var/lib/redis-lab/stage'))).to.equal(false);
  });

  it('changes nothing a second time', async () => {
    node.givePayload(buildBy('the host'));
    await boot();
    const { code, said } = await boot();
    expect(code, said).to.equal(0);
    expect(said).not.to.include('is installed');
    expect(node.read('hosts')).to.equal(HOSTS + NAMES.join(''));
  });

  it('takes the package where no build came along, or none that is one', async () => {
    node.stub('dpkg-query', 'echo missing');
    node.stub('apt-get', 'exit 0');
    for (const build of [undefined, packed(MANIFEST, ...programsBy('x')).subarray(0, 200)]) {
      if (build) node.givePayload(build);
      const { code, said } = await boot();
      expect(code, said).to.equal(0);
      expect(said)
        .to.include('installing redis-tools')
        .and.include('redis-cli is installed from packages');
      expect(said.includes('refused')).to.equal(build !== undefined);
      expect(programs()).to.deep.equal([]);
    }
  });

  it('is known by the names of Redis and of another engine', async () => {
    node.write(
      'opt/redis-lab/lab.env',
      node.read('opt/redis-lab/lab.env').replace(/^ENGINE=.*/m, "ENGINE='valkey'"),
    );
    const { code, said } = await boot();
    expect(code, said).to.equal(0);
    expect(fs.readlinkSync(node.path('usr/local/bin/valkey-cli'))).to.equal('/usr/bin/redis-cli');
    node.write('usr/local/bin/valkey-cli.new', '#!/bin/sh\n', 0o755);
    fs.renameSync(node.path('usr/local/bin/valkey-cli.new'), node.path('usr/local/bin/valkey-cli'));
    await boot();
    expect(fs.readlinkSync(node.path('usr/local/bin/redis-cli'))).to.equal(
      node.path('usr/local/bin/valkey-cli'),
    );
  });

  it('ends where neither is to be had, and says what was seen and what to do', async () => {
    node.stub('dpkg-query', 'echo missing');
    const { code, said } = await boot();
    expect(code, said).to.equal(1);
    expect(said).to.match(
      /redis-lab: FAILED: apt-get update; E: no network here; give this node a way/,
    );
    expect(said).not.to.include('is done');
  });
};

readers('the first boot of a client', NEEDS, suite, [asRoot]);
