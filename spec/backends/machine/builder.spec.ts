/** What a node takes from the builder over plain HTTP: the scripts of a node, and who may speak as the builder. */
import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { sha256 } from '../../cache/support/builds.js';
import { scratchFolder } from '../../cache/support/folders.js';
import { plant } from '../../readers/support/labs.js';
import { readers } from '../../readers/support/readers.js';
import {
  BUILD,
  buildBy,
  MANIFEST,
  NEEDS,
  packed,
  programsBy,
  ScratchNode,
} from './support/scratch-node.js';

type Answer = string | Buffer | ((response: http.ServerResponse) => void);

/** Who answers at the builder's address. */
class Answering {
  readonly asked: string[] = [];
  readonly #server: http.Server;

  private constructor(answers: Readonly<Record<string, Answer>>) {
    this.#server = http.createServer(({ url = '' }, response) => {
      this.asked.push(url);
      const answer = answers[url];
      if (answer === undefined) response.writeHead(404).end();
      else if (typeof answer === 'function') answer(response);
      else response.end(answer);
    });
  }

  static async with(answers: Readonly<Record<string, Answer>>): Promise<Answering> {
    const answering = new Answering(answers);
    await new Promise<void>((resolve) => answering.#server.listen(0, '127.0.0.1', resolve));
    return answering;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const KEY = '5eed'.repeat(16);
const OTHER_KEY = 'babe'.repeat(16);

function signed(digest: string, { key = KEY, name = BUILD } = {}): string {
  const text = `build ${name} ${digest}\n`;
  return createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex');
}

const EVIL = buildBy('somebody else');
const GOOD = buildBy('the builder');
const state = (digest: string, signature: string) => `ready ${digest} ${BUILD} ${signature}\n`;

/** A node that asks there, and cannot build by itself. */
function nodeAsking(folder: string, { port }: Answering): ScratchNode {
  const env = { BUILDER_IP: '127.0.0.1', SHARE_PORT: port, SOURCE_URLS: '' };
  return new ScratchNode(folder, 'slave1', env);
}

/** Writes until whoever listens has enough. */
function endless(response: http.ServerResponse): void {
  const piece = Buffer.alloc(65_536, 'x');
  const go = () => {
    while (!response.destroyed) if (!response.write(piece)) return;
  };
  response.on('drain', go).on('error', () => undefined);
  go();
}

readers('a node that asks the builder for its build', NEEDS, () => {
  const scratch = scratchFolder();

  const attacks: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {
    'only a digest, as it once was': { '/state': `ready ${sha256(EVIL)} ${BUILD}\n` },
    'no signature but as many digits': { '/state': state(sha256(EVIL), '0'.repeat(64)) },
    "another lab's signature": {
      '/state': state(sha256(EVIL), signed(sha256(EVIL), { key: OTHER_KEY })),
    },
    'a signature for another build': { '/state': state(sha256(EVIL), signed(sha256(GOOD))) },
    'a signature for another name': {
      '/state': state(sha256(EVIL), signed(sha256(EVIL), { name: 'redis' })),
    },
    'what the builder signed, and other bytes': {
      '/state': state(sha256(GOOD), signed(sha256(GOOD))),
    },
    'a signature with words behind it': {
      '/state': `ready ${sha256(EVIL)} ${BUILD} ${signed(sha256(EVIL))} \n;reboot\n`,
    },
  };
  for (const [what, answers] of Object.entries(attacks)) {
    it(`takes nothing from whoever shows it ${what}`, async () => {
      await using impostor = await Answering.with({ ...answers, [`/${BUILD}`]: EVIL });
      const node = nodeAsking(scratch.root, impostor);
      node.giveKey(KEY);
      const { code, said } = await node.run('install.sh');
      expect(node.serverBy(), said).to.equal(undefined);
      // It went on to build by itself.
      expect(said)
        .to.match(/: building here$/m)
        .and.to.match(/FAILED: no source of redis/);
      expect(code, said).to.equal(1);
      expect(fs.existsSync(node.path('var/lib/redis-lab/fetched'))).to.equal(false);
      expect(fs.existsSync(node.path(`var/lib/redis-lab/share/${BUILD}`))).to.equal(false);
    });
  }

  it('takes nothing without a key, not even what the builder signed, and says why', async () => {
    await using builder = await Answering.with({
      '/state': state(sha256(GOOD), signed(sha256(GOOD))),
      [`/${BUILD}`]: GOOD,
    });
    const node = nodeAsking(scratch.root, builder);
    const { code, said } = await node.run('install.sh', { KEY_GRACE: '1' });
    expect(node.serverBy(), said).to.equal(undefined);
    expect(said).to.match(
      /^redis-lab: no key of the lab has come within 1 s \(\S+\/share\.key\), so nobody can prove to be the builder: building here$/m,
    );
    expect(code, said).to.equal(1);
    expect(builder.asked).not.to.include(`/${BUILD}`);
  });

  for (const key of ['', 'no key', `${KEY}00`]) {
    it(`takes nothing with ${JSON.stringify(key)} for a key`, async () => {
      const empty = createHmac('sha256', '').update(`build ${BUILD} ${sha256(EVIL)}\n`);
      await using impostor = await Answering.with({
        '/state': state(sha256(EVIL), empty.digest('hex')),
        [`/${BUILD}`]: EVIL,
      });
      const node = nodeAsking(scratch.root, impostor);
      node.giveKey(key);
      const { said } = await node.run('install.sh', { KEY_GRACE: '1' });
      expect(node.serverBy(), said).to.equal(undefined);
      expect(impostor.asked).not.to.include(`/${BUILD}`);
    });
  }

  it('does not listen for ever, neither to a state nor to a build without end', async () => {
    await using first = await Answering.with({ '/state': endless });
    const node = nodeAsking(scratch.root, first);
    node.giveKey(KEY);
    const heard = await node.run('install.sh', { BUILDER_GRACE: '0' });
    expect(heard.said).to.match(
      /the builder 127\.0\.0\.1 has been silent for 0 s \(x{100,200}\): building here/,
    );
    expect(heard.said.length).to.be.lessThan(3000);
    await using second = await Answering.with({
      '/state': state(sha256(GOOD), signed(sha256(GOOD))),
      [`/${BUILD}`]: endless,
    });
    fs.rmSync(node.root, { recursive: true });
    const other = nodeAsking(scratch.root, second);
    other.giveKey(KEY);
    const script = 'opt/redis-lab/install.sh';
    other.write(script, plant(other.read(script), 'most=512000', 'most=1000'));
    const { said } = await other.run('install.sh');
    expect(said).to.match(/what 127\.0\.0\.1 offers cannot be used here: building here$/m);
    expect(fs.existsSync(other.path('var/lib/redis-lab/fetched'))).to.equal(false);
  });

  it('shows no control characters of whoever answers', async () => {
    await using impostor = await Answering.with({
      '/state': (response) => response.end(`\u001b]0;evil\u0007${'y'.repeat(2000)}`),
    });
    const node = nodeAsking(scratch.root, impostor);
    node.giveKey(KEY);
    const { said } = await node.run('install.sh', { BUILDER_GRACE: '0' });
    expect(said).to.include('?]0;evil?yyy');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(said).not.to.match(/[\u001b\u0007]/);
  });

  it('takes what the builder signed, once its key has come, and says that it has it', async () => {
    await using builder = await Answering.with({
      '/state': state(sha256(GOOD), signed(sha256(GOOD))),
      [`/${BUILD}`]: GOOD,
      '/have': 'noted\n',
    });
    const node = nodeAsking(scratch.root, builder);
    const ending = node.run('install.sh');
    while (builder.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(builder.asked).to.deep.equal(['/state', '/state']);
    node.giveKey(KEY);
    const { code, said } = await ending;
    expect(code, said).to.equal(0);
    expect(node.serverBy()).to.equal('the builder');
    expect(said).to.include('is installed from the builder 127.0.0.1');
    expect(builder.asked.slice(-2)).to.deep.equal([`/${BUILD}`, '/have']);
  });

  it('does not unpack what is signed and is no build', async () => {
    const wrong = packed(MANIFEST, ...programsBy('the builder'), {
      name: '../../evil',
      content: 'x',
    });
    await using builder = await Answering.with({
      '/state': state(sha256(wrong), signed(sha256(wrong))),
      [`/${BUILD}`]: wrong,
    });
    const node = nodeAsking(scratch.root, builder);
    node.giveKey(KEY);
    const { code, said } = await node.run('install.sh');
    expect(said).to.include(
      `refused ${BUILD} from the builder 127.0.0.1: '../../evil' in it is no part of a build`,
    );
    expect(code).to.equal(1);
    expect(node.serverBy()).to.equal(undefined);
    expect(fs.existsSync(node.path('var/lib/evil'))).to.equal(false);
  });
});

readers('the node that builds', NEEDS, () => {
  const scratch = scratchFolder();

  function builder(env: Readonly<Record<string, string | number>> = {}): ScratchNode {
    const node = new ScratchNode(scratch.root, 'master', env);
    node.stub('systemctl', 'echo "$@" >>"$0.calls"');
    return node;
  }
  const shared = (node: ScratchNode) => node.read('var/lib/redis-lab/share/state');

  it('offers its build with its signature, and starts the share for this time only', async () => {
    const node = builder();
    node.giveKey(KEY);
    node.givePayload(GOOD);
    const { code, said } = await node.run('install.sh');
    expect(code, said).to.equal(0);
    expect(shared(node)).to.equal(state(sha256(GOOD), signed(sha256(GOOD))));
    expect(node.read('stub/systemctl.calls')).to.equal('start redis-lab-share\n');
  });

  it('has the others build their own where no key came, and says so', async () => {
    const node = builder();
    node.givePayload(GOOD);
    const { code, said } = await node.run('install.sh', { KEY_GRACE: '1' });
    expect(code, said).to.equal(0);
    expect(shared(node)).to.equal('failed\n');
    expect(said).to.match(/no key of the lab has come within 1 s .*: the other nodes will build/);
  });

  it('has them build their own where the key is none', async () => {
    const node = builder();
    node.giveKey('no key');
    node.givePayload(GOOD);
    const { code, said } = await node.run('install.sh');
    expect(code, said).to.equal(0);
    expect(shared(node)).to.equal('failed\n');
    expect(said).to.match(/the build cannot be signed \(.*share\.key holds no key\)/);
  });

  it('refuses a build of the payload that has more in it, and what was made for another machine', async () => {
    const device = packed(MANIFEST, ...programsBy('x'), { name: 'bin/redis-null', type: '3' });
    const other = packed(
      { ...MANIFEST, content: String(MANIFEST.content).replace('8.2.8', '8.2.7') },
      ...programsBy('x'),
    );
    for (const [build, flaw] of [
      [device, "'bin/redis-null' in it is no part of a build"],
      [other, 'its file BUILD does not say version=8.2.8'],
    ] as const) {
      const node = builder({ SOURCE_URLS: '' });
      node.giveKey(KEY);
      node.givePayload(build);
      const { code, said } = await node.run('install.sh');
      expect(said).to.include(`refused ${BUILD} from the payload: ${flaw}`);
      expect(code).to.equal(1);
      expect(node.serverBy()).to.equal(undefined);
      expect(shared(node)).to.equal('failed\n');
      fs.rmSync(node.root, { recursive: true });
    }
  });
});
