/** The share of the builder: it gives the build and nothing else, and ends when all have it. */
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { verbatim } from '../../../lib/render/template.js';
import { scratchFolder } from '../../cache/support/folders.js';
import { PYTHON, readers, systemPython } from '../../readers/support/readers.js';

/** Only Linux has all of 127.0.0.0/8 without having been told. */
const linux = () => (process.platform === 'linux' ? undefined : 'Linux');

readers('the share of the builder', [systemPython, linux], () => {
  const scratch = scratchFolder();
  const ends: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  const folder = () => path.join(scratch.root, 'share');
  const script = () => path.join(scratch.root, 'share.py');

  async function serving(takers: readonly string[], seconds = 60) {
    fs.writeFileSync(
      script(),
      verbatim('node/share.py').replace('/var/lib/redis-lab/share', folder()),
    );
    fs.mkdirSync(folder(), { recursive: true });
    fs.writeFileSync(path.join(folder(), 'a.build.tar.gz'), 'the build');
    fs.writeFileSync(path.join(folder(), 'b.build.tar.gz'), 'another one');
    fs.writeFileSync(path.join(scratch.root, 'secret'), 'a secret');
    tell('ready digest a.build.tar.gz signature\n');
    const port = await freePort();
    const process = execa(
      PYTHON,
      ['-IS', script(), 'serve', '127.0.0.1', String(port), ...takers],
      {
        env: { SHARE_SECONDS: String(seconds) },
        reject: false,
        timeout: 200_000,
        all: true,
      },
    );
    ends.push(async () => {
      process.kill();
      await process;
    });
    for (;;) {
      if ((await ask(port, '/state')) !== 'refused') break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { port, process };
  }

  function tell(state: string): void {
    fs.writeFileSync(path.join(folder(), '.state'), state);
    fs.renameSync(path.join(folder(), '.state'), path.join(folder(), 'state'));
  }

  it('gives its state and the build that this names, and nothing else', async () => {
    const { port } = await serving(['127.0.0.2']);
    expect(await ask(port, '/state')).to.equal('ready digest a.build.tar.gz signature\n');
    expect(await ask(port, '/a.build.tar.gz')).to.equal('the build');
    for (const url of [
      '/',
      '/.state',
      '/b.build.tar.gz',
      '/../secret',
      '/%2e%2e/secret',
      '/a.build.tar.gz/../../secret',
      '//etc/passwd',
      '/a.build.tar.gz?x',
    ]) {
      expect(await ask(port, url), url).to.equal(404);
    }
    for (const state of ['building\n', 'failed\n', 'ready digest ../secret signature\n', '']) {
      tell(state);
      expect(await ask(port, '/state'), state).to.equal(state);
      for (const url of ['/a.build.tar.gz', '/../secret', '/']) {
        expect(await ask(port, url), url).to.equal(404);
      }
    }
  });

  it('ends when every node has said that it has its server, and never before', async () => {
    const { port, process } = await serving(['127.0.0.2', '127.0.0.3']);
    // Whoever asks is told, a stranger says what he likes, and nobody speaks for two.
    for (const from of ['127.0.0.2', '127.0.0.2', '127.0.0.9']) {
      expect(await ask(port, '/have', from)).to.equal('noted\n');
      expect(await ask(port, '/a.build.tar.gz', '127.0.0.3')).to.equal('the build');
    }
    const ran = await execa(PYTHON, ['-IS', script(), 'have', '127.0.0.1', String(port)]);
    expect(ran.stdout).to.equal('');
    expect(await ask(port, '/have', '127.0.0.3')).to.equal('noted\n');
    expect(await process).to.include({ exitCode: 0, all: 'closed: every node has its server' });
    expect(await ask(port, '/state')).to.equal('refused');
    // A node that has it says so to nobody, and that is no error.
    await execa(PYTHON, ['-IS', script(), 'have', '127.0.0.1', String(port)]);
  });

  it('ends by itself some time after its last news', async () => {
    const { port, process } = await serving(['127.0.0.2', '127.0.0.3'], 2);
    await ask(port, '/have', '127.0.0.2');
    const ended = await process;
    expect(ended).to.include({ exitCode: 0 });
    expect(ended.all).to.equal('closed after 2 s; nothing was heard of 127.0.0.3');
    expect(await ask(port, '/state')).to.equal('refused');
  });

  it('is not held up by a node that says nothing', async () => {
    const { port, process } = await serving(['127.0.0.2']);
    const silent = net.connect(port, '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    expect(await ask(port, '/have', '127.0.0.2')).to.equal('noted\n');
    expect((await process).exitCode).to.equal(0);
    silent.destroy();
  });
});

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What is answered, or the status if it is not 200. The path is sent as it is. */
async function ask(port: number, url: string, from = '127.0.0.1'): Promise<string | number> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: url, localAddress: from, agent: false };
    const request = http.get(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => {
        resolve(response.statusCode === 200 ? text : (response.statusCode ?? 0));
      });
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve('refused');
      else reject(error);
    });
  });
}
