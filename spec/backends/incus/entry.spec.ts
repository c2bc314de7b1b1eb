/** Making, finding and removing the way into a lab, by a client of a few lines that notes how it is called. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { Client } from '../../../lib/backends/incus/client.js';
import { closeEntry, entrancesOf, openEntry } from '../../../lib/backends/incus/entry.js';
import { checkTokens, newToken, revokeTokens } from '../../../lib/backends/incus/tokens.js';
import { buildLab } from '../../../lib/index.js';
import { scratchFolder } from '../../cache/support/folders.js';

const LAB = 'sentinel-1';
const OF = { class: 'sentinel', lab: LAB };
const { model: lab } = buildLab({ name: LAB, incus: { project: LAB, image: 'debian-12' } });
const HOST_KEY = 'ssh-ed25519 AAAAhost';
const PASSWORD = 'k3fm-x9pq-7hwt';
const LABELS = { 'user.redis-lab.class': 'sentinel' };
const ENTRY = { 'user.redis-lab.entry': LAB };
const SSH = {
  type: 'proxy',
  listen: 'tcp:0.0.0.0:2201',
  connect: 'tcp:192.168.100.11:22',
};

describe('the way into a lab on a server', () => {
  const scratch = scratchFolder();

  const place = (name: string) => path.join(scratch.root, name);
  const read = (name: string) =>
    fs.existsSync(place(name)) ? fs.readFileSync(place(name), 'utf8') : '';
  /** Each call that runs nothing on a node. */
  const calls = () => read('argv').split('\n').slice(0, -1);
  const made = () => calls().filter((line) => !line.startsWith('query '));

  /** @param cases of `case "$*" in`, before what is the same everywhere */
  function client(cases: string, kind: 'lxc' | 'incus' = 'incus'): Client {
    const script = `#!/bin/sh
case "$1" in
  exec) echo "$*" >'${place('exec')}-'$$ ;;
  *) echo "$*" >>'${place('argv')}' ;;
esac
case "$*" in
${cases}
  'query '*'/1.0/operations'*) echo '{}' ;;
  'query '*'/1.0/profiles/default'*) echo '{"devices":{"root":{"type":"disk","path":"/","pool":"fast"}}}' ;;
  'query '*'/1.0/instances?'*"project=${LAB}") echo '[{"name":"x","location":"two","config":{}}]' ;;
  'query '*) echo 'Error: not found' >&2; exit 1 ;;
  'exec '*) cat >>'${place('stdin')}'; echo 'own-key ssh-ed25519 AAAAown'; echo 'host-key ${HOST_KEY}' ;;
  *) cat >>'${place('stdin')}' ;;
esac
`;
    fs.writeFileSync(place(kind), script, { mode: 0o755 });
    return new Client(kind, place(kind), { remote: 'far', project: LAB });
  }

  const project = (config: object) =>
    `  'query far:/1.0/projects/sentinel--entry') echo '${JSON.stringify({ config })}' ;;`;
  const entry = (status: string, ssh: object = SSH, config: object = ENTRY) =>
    `  'query far:/1.0/instances/${LAB}?'*) echo '${JSON.stringify({ name: LAB, status, config, devices: { ssh } })}' ;;`;

  it('is made where the lab is, in a project that is marked as ours, and told to the project of the lab', async () => {
    await openEntry(client(''), lab, OF, { port: 2201, password: PASSWORD }, undefined);
    expect(made()).to.deep.equal([
      'project --project sentinel-1 create far:sentinel--entry --config features.images=false --config features.profiles=true --config features.networks=false --config features.storage.volumes=true --config user.redis-lab.class=sentinel',
      'init --project sentinel--entry far:debian-12 far:sentinel-1 --quiet --no-profiles --target two',
      'start --project sentinel--entry --quiet far:sentinel-1',
      `project set far:sentinel-1 user.redis-lab.entry=2201 user.redis-lab.host-key=${HOST_KEY}`,
    ]);
    const told = read('stdin');
    expect(told).to.include('listen: tcp:0.0.0.0:2201').and.include('192.168.100.11:22');
    expect(told).to.include('lxc.net.0.ipv4.address = 192.168.100.1/24');
    expect(told).to.include('cluster.evacuate: stop');
    expect(told).to.include('network: sentinel-1').and.include('pool: fast');
  });

  it('gives what is secret by standard input only, and to the master alone', async () => {
    const by = { port: 2201, password: PASSWORD, key: 'ssh-ed25519 AAAAani' };
    await openEntry(client(''), lab, OF, by, undefined);
    const notes = fs.readdirSync(scratch.root).filter((name) => /^(?:argv|exec-)/.test(name));
    expect(notes).to.have.lengthOf(4);
    for (const name of notes) expect(read(name)).not.to.include(PASSWORD);
    const told = read('stdin').split('\n');
    expect(told.slice(0, 4)).to.deep.equal([
      'key ssh-ed25519 AAAAani',
      `password ${PASSWORD}`,
      'node 192.168.100.12 slave1',
      'node 192.168.100.13 slave2',
    ]);
    expect(told.slice(4, 6)).to.deep.equal(Array(2).fill('key ssh-ed25519 AAAAown'));
    expect(read('stdin').split(PASSWORD)).to.have.lengthOf(2);
  });

  it('stays as it is where it is there, is started where it stands, and made anew where it leads elsewhere', async () => {
    const known = project(LABELS);
    const open = async (cases: string) => {
      fs.rmSync(place('argv'), { force: true });
      await openEntry(client(cases), lab, OF, { port: 2201 }, undefined);
      return made().map((line) => line.split(' ')[0]);
    };
    expect(await open(`${known}\n${entry('Running')}`)).to.deep.equal(['project']);
    expect(await open(`${known}\n${entry('Stopped')}`)).to.deep.equal(['start', 'project']);
    const other = entry('Running', { ...SSH, listen: 'tcp:0.0.0.0:2209' });
    expect(await open(`${known}\n${other}`)).to.deep.equal(['delete', 'init', 'start', 'project']);
  });

  it('takes nothing that somebody else has made', async () => {
    const open = (cases: string) => openEntry(client(cases), lab, OF, { port: 2201 }, undefined);
    const refused = async (cases: string) => {
      const error = await open(cases).catch((failed: unknown) => failed);
      expect(error).to.have.property('exitCode', 3);
      return (error as Error).message;
    };
    expect(await refused(project({}))).to.match(
      /^There is a project sentinel--entry on the server/,
    );
    const theirs = `${project(LABELS)}\n${entry('Running', SSH, {})}`;
    expect(await refused(theirs)).to.match(/^There is an instance sentinel-1 in the project/);
    expect(made()).to.deep.equal([]);
  });

  it('says which port is taken, and why a node lets nobody in', async () => {
    const busy = `  'start '*) echo 'Error: Failed to start device "ssh": listen tcp 0.0.0.0:2201: bind: address already in use' >&2; exit 1 ;;`;
    const open = (cases: string) => openEntry(client(cases), lab, OF, { port: 2201 }, undefined);
    const taken = await open(busy).catch((failed: unknown) => failed);
    expect(taken).to.include({ code: 'host.port-taken', exitCode: 3 });
    const broken = `  'exec '*) echo 'redis-lab: FAILED: apt-get install openssh-server; E: no way out; use an image that has it' >&2; exit 1 ;;`;
    const failed = await open(broken).catch((error: unknown) => error);
    expect(failed).to.include({
      exitCode: 4,
      message:
        'Nobody can enter master by SSH: apt-get install openssh-server; E: no way out; use an image that has it',
    });
    const silent = await open(`  'exec '*) echo 'Error: not running' >&2; exit 1 ;;`).catch(
      (error: unknown) => error as Error,
    );
    expect(String(silent)).to.match(/incus exec master failed with 1: not running$/);
  });

  it('is removed with its project when it is the last, and only if it is ours', async () => {
    const close = async (cases: string) => {
      fs.rmSync(place('argv'), { force: true });
      await closeEntry(client(cases), OF);
      return made();
    };
    const rest = (names: readonly string[]) =>
      `  'query far:/1.0/instances?'*) echo '${JSON.stringify(names.map((name) => ({ name, config: {} })))}' ;;`;
    const ours = `${project(LABELS)}\n${entry('Running')}`;
    const removed = 'delete --project sentinel--entry --force far:sentinel-1';
    expect(await close(`${ours}\n${rest([])}`)).to.deep.equal([
      removed,
      'project --project sentinel-1 delete far:sentinel--entry',
    ]);
    expect(await close(`${ours}\n${rest(['sentinel-2'])}`)).to.deep.equal([removed]);
    expect(await close('')).to.deep.equal([]);
    expect(await close(project({}))).to.deep.equal([]);
    const theirs = `${project(LABELS)}\n${entry('Running', SSH, {})}\n${rest([LAB])}`;
    expect(await close(theirs)).to.deep.equal([]);
  });

  it('is told with the address of its member, or of the server', async () => {
    const rooms = [
      { ...LABELS, 'user.redis-lab.lab': LAB, 'user.redis-lab.student': '1' },
      { ...LABELS, 'user.redis-lab.lab': 'sentinel-2', 'user.redis-lab.student': '2' },
    ].map((config) => ({
      name: config['user.redis-lab.lab'],
      config: { ...config, 'user.redis-lab.entry': '2201', 'user.redis-lab.host-key': HOST_KEY },
    }));
    const answers = (location: string, clustered: boolean) => `
  'query far:/1.0/projects?'*) echo '${JSON.stringify(rooms)}' ;;
  'query far:/1.0/instances?'*'project=sentinel--entry') echo '[{"name":"${LAB}","location":"${location}","config":{}}]' ;;
  'query far:/1.0?'*) echo '{"environment":{"server_clustered":${clustered}}}' ;;
  'query far:/1.0/cluster/members?'*) echo '[{"server_name":"two","status":"Online","message":"","url":"https://[fd00::2]:8443"}]' ;;
  'remote list '*) echo 'local,unix://,incus,file access,NO,YES,NO'; echo 'far (current),https://labs.example.org:8443,incus,tls,NO,NO,NO' ;;`;
    const way = { program: 'incus', project: LAB, instance: 'sentinel-1-master' };
    const entrance = { lab: LAB, port: 2201, hostKey: HOST_KEY, client: way };
    expect(
      await entrancesOf(client(answers('two', true)), lab, 'sentinel', undefined),
    ).to.deep.equal([{ ...entrance, member: 'two', address: 'fd00::2' }]);
    expect(
      await entrancesOf(client(answers('none', false)), lab, 'sentinel', undefined),
    ).to.deep.equal([{ ...entrance, address: 'labs.example.org' }]);
  });

  it('is no token of a server that would let its owner out of the lab', async () => {
    const check = (version: string, kind: 'lxc' | 'incus') => {
      const server = JSON.stringify({ environment: { server_version: version } });
      return checkTokens(client(`  'query far:/1.0?'*) echo '${server}' ;;`, kind));
    };
    for (const version of ['4.0.9', '5.0.2']) {
      const refused = await check(version, 'lxc').catch((error: unknown) => error);
      expect(refused).to.have.property('exitCode', 3);
      expect(String(refused)).to.include(`a token of LXD ${version} can be root of the server`);
    }
    await check('5.21.3', 'lxc');
    await check('6.0.4', 'incus');
  });

  it('is a token of the lab alone, after which those before are void', async () => {
    const certificates = [
      { name: LAB, fingerprint: 'aaa', restricted: true, projects: [LAB] },
      { name: LAB, fingerprint: 'bbb', restricted: false, projects: [] },
      { name: 'ani', fingerprint: 'ccc', restricted: true, projects: [LAB] },
      { name: LAB, fingerprint: 'ddd', restricted: true, projects: [LAB, 'other'] },
    ];
    const parts = { fingerprint: 'f', addresses: ['10.0.0.1:8443'], secret: 's3cret' };
    const request = `{"type":"client","name":"${LAB}","token":true,"restricted":true,"projects":["${LAB}"]}`;
    const told = JSON.stringify({ class: 'token', metadata: { ...parts, request: {} } });
    const answers = `
  'query far:/1.0/certificates?'*) echo '${JSON.stringify(certificates)}' ;;
  'config '*' revoke-token '*) echo 'Error: No certificate add token for member sentinel-1 on remote: far' >&2; exit 1 ;;
  'query --request POST '*) echo '${told}' ;;`;
    const token = await newToken(client(answers, 'lxc'), LAB);
    expect(JSON.parse(Buffer.from(token, 'base64').toString())).to.deep.equal({
      client_name: LAB,
      ...parts,
      expires_at: '0001-01-01T00:00:00Z',
    });
    expect(made()[0]).to.equal('config trust remove far:aaa');
    expect(calls().at(-1)).to.equal(`query --request POST --data ${request} far:/1.0/certificates`);
    fs.rmSync(place('argv'));
    await revokeTokens(client(answers), LAB);
    expect(made()[0]).to.equal('config trust remove far:aaa');
    const none = `  'query --request POST '*) echo '{"secret":"${PASSWORD}"}' ;;\n${answers}`;
    const failed = await newToken(client(none), LAB).catch((error: unknown) => String(error));
    expect(failed).to.include('gave no token').and.not.include(PASSWORD);
  });
});
