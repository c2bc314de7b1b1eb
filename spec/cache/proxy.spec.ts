/** Downloads through the proxy that the environment names: which one, whether at all, and what is said of it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { ProxyFlaw, proxyFor } from '../../lib/cache/outgoing.js';
import { probe } from '../support/probe.js';
import { needs } from '../support/skip.js';
import { sha256 } from './support/builds.js';
import { scratchFolder } from './support/folders.js';
import { type Asked, type Listening, listening, type Manner, startProxy } from './support/proxy.js';

const FILE = Buffer.from('as it was published');
const SECRET = 'p@ss:w/rd';
const PROBE = path.join(import.meta.dirname, 'support/download-probe.ts');

describe('the proxy of an address', () => {
  const chosen = (address: string, env: Record<string, string>) => proxyFor(address, env)?.url;

  it('is that of its scheme, small letters before capitals, an empty value for none', () => {
    const both = { http_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:2' };
    expect(chosen('http://x.example/', both)).to.equal('http://a:1');
    expect(chosen('https://x.example/', both)).to.equal('http://b:2');
    expect(chosen('https://x.example/', { ...both, https_proxy: 'http://c:3' })).to.equal(
      'http://c:3',
    );
    expect(chosen('https://x.example/', { ...both, https_proxy: '' })).to.equal(undefined);
    expect(chosen('https://x.example/', { http_proxy: 'http://a:1' })).to.equal(undefined);
    expect(chosen('https://x.example/', {})).to.equal(undefined);
  });

  it('may be written without a scheme, and brings its user along', () => {
    const found = proxyFor('https://x.example/', { https_proxy: 'me:a%3Ab@proxy.example:3128' });
    expect(found).to.deep.equal({
      variable: 'https_proxy',
      url: 'http://proxy.example:3128',
      authorization: `Basic ${Buffer.from('me:a:b').toString('base64')}`,
    });
  });

  const EXCEPTED: readonly (readonly [string, string, boolean])[] = [
    ['*', 'http://x.example/', true],
    ['x.example', 'http://x.example/', true],
    ['X.Example', 'http://a.x.example./', true],
    ['.x.example', 'http://a.x.example/', true],
    ['*.x.example', 'http://a.x.example/', true],
    ['x.example', 'http://xx.example/', false],
    ['other, x.example', 'http://x.example/', true],
    ['other x.example', 'http://x.example/', true],
    ['x.example:8080', 'http://x.example:8080/', true],
    ['x.example:8080', 'http://x.example/', false],
    ['x.example:80', 'http://x.example/', true],
    ['127.0.0.1', 'http://127.0.0.1:99/', true],
    ['10.0.0.0/8', 'http://10.9.8.7/', true],
    ['10.0.0.0/8', 'http://11.9.8.7/', false],
    ['10.0.0.0/99', 'http://10.9.8.7/', false],
    ['::1', 'http://[::1]:99/', true],
    ['[::1]:99', 'http://[::1]:99/', true],
    ['[::1]:98', 'http://[::1]:99/', false],
    ['fd00::/8', 'http://[fd12::3]/', true],
    ['0', 'http://10.0.0.0/', false],
    ['', 'http://x.example/', false],
    [' , ', 'http://x.example/', false],
  ];
  for (const [list, address, excepted] of EXCEPTED) {
    it(`NO_PROXY=${JSON.stringify(list)} ${excepted ? 'excepts' : 'does not except'} ${address}`, () => {
      const env = { http_proxy: 'http://proxy:3128', NO_PROXY: list };
      expect(chosen(address, env) === undefined).to.equal(excepted);
    });
  }

  it('of a kind that is not known, or none at all, is refused without its password', () => {
    for (const value of [`socks5://me:secret@proxy:1080`, 'http://me:secret@:3128']) {
      const attempt = () => proxyFor('https://x.example/', { HTTPS_PROXY: value });
      expect(attempt).to.throw(ProxyFlaw, /^HTTPS_PROXY /);
      expect(attempt).not.to.throw(/secret/);
    }
  });
});

describe('a download', function () {
  this.timeout(60_000);
  const folder = scratchFolder();
  let files = 0;
  let server: Listening;
  let direct: string[];
  let proxy: Listening & { readonly asked: Asked[] };

  beforeEach(async () => {
    direct = [];
    server = await listening(
      http.createServer(({ url = '', headers }, response) => {
        direct.push(url);
        if (url === '/moved') {
          response.writeHead(302, { location: `http://127.0.0.1:${server.port}/file` }).end();
        } else response.writeHead(headers.host ? 200 : 400).end(FILE);
      }),
    );
  });
  afterEach(async () => {
    await Promise.all([server.close(), proxy?.close()]);
  });

  /** What the download says of itself; `credentials` go into the address of the proxy. */
  async function download(
    url: string,
    { manner = 'serves' as Manner, env = {} as Record<string, string>, silenceMs = 30_000 } = {},
  ): Promise<string> {
    proxy = await startProxy(manner);
    const user = `me:${encodeURIComponent(SECRET)}@`;
    const address = `http://${user}127.0.0.1:${proxy.port}`;
    const none = Object.fromEntries(
      ['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'].flatMap((name) => [
        [name, undefined],
        [name.toUpperCase(), undefined],
      ]),
    );
    const { all, exitCode } = await execa(
      process.execPath,
      [probe(PROBE), url, folder.root, `file-${++files}`, String(silenceMs)],
      {
        all: true,
        reject: false,
        timeout: 200_000,
        env: { ...none, HTTP_PROXY: address, https_proxy: address, ...env },
      },
    );
    expect(exitCode, all).to.equal(0);
    for (const secret of [SECRET, encodeURIComponent(SECRET)]) expect(all).not.to.include(secret);
    return all;
  }
  const got = `got ${sha256(FILE)}`;
  const through = () => `(through the proxy http://127.0.0.1:${proxy.port} of HTTP_PROXY)`;

  it('of http asks the proxy for the whole address, with its user', async () => {
    // Only the proxy leads there.
    const url = `http://files.invalid:${server.port}/file`;
    expect(await download(url)).to.equal(got);
    const authorization = `Basic ${Buffer.from(`me:${SECRET}`).toString('base64')}`;
    expect(proxy.asked).to.deep.equal([{ line: `GET ${url}`, authorization }]);
    expect(readFileSync(path.join(folder.root, `file-${files}`)).equals(FILE)).to.equal(true);
  });

  it('of https asks the proxy for a tunnel, through which it sees whom it talks to', async function () {
    const certificate = path.join(folder.root, 'certificate.pem');
    const key = path.join(folder.root, 'key.pem');
    const call =
      'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=files.invalid -addext subjectAltName=DNS:files.invalid';
    try {
      execFileSync('openssl', [...call.split(' '), '-keyout', key, '-out', certificate], {
        stdio: 'ignore',
        timeout: 200_000,
      });
    } catch {
      needs(this, 'openssl');
    }
    const pair = { cert: readFileSync(certificate), key: readFileSync(key) };
    const secure = await listening(
      https.createServer(pair, (_, response) => {
        response.end(FILE);
      }),
    );
    try {
      const url = `https://files.invalid:${secure.port}/file`;
      const tunnel = `CONNECT files.invalid:${secure.port}`;
      expect(await download(url, { env: { NODE_EXTRA_CA_CERTS: certificate } })).to.equal(got);
      expect(proxy.asked.map(({ line }) => line)).to.deep.equal([tunnel]);
      await proxy.close();
      expect(await download(url)).to.match(/^failed self-signed certificate \(through the proxy /);
    } finally {
      await secure.close();
    }
  });

  it('goes directly to whom NO_PROXY names, also where a redirection leads there', async () => {
    const url = `http://127.0.0.1:${server.port}/file`;
    expect(await download(url, { env: { NO_PROXY: '127.0.0.1' } })).to.equal(got);
    expect(proxy.asked).to.deep.equal([]);
    await proxy.close();
    const moved = `http://files.invalid:${server.port}/moved`;
    expect(await download(moved, { env: { NO_PROXY: '127.0.0.1' } })).to.equal(got);
    expect(proxy.asked.map(({ line }) => line)).to.deep.equal([`GET ${moved}`]);
    expect(direct).to.deep.equal(['/file', '/moved', '/file']);
  });

  it('that a proxy refuses says which proxy, and never its password', async () => {
    const url = `http://127.0.0.1:${server.port}/file`;
    expect(await download(url, { manner: 'refuses' })).to.equal(`failed HTTP 403 ${through()}`);
    await proxy.close();
    expect(await download('https://files.invalid/file', { manner: 'refuses' })).to.match(
      /^failed .*\b407\b.* \(through the proxy http:\/\/127\.0\.0\.1:\d+ of https_proxy\)$/,
    );
    expect(direct).to.deep.equal([]);
  });

  it('through a proxy that is silent, or is not there, ends in time and says which', async () => {
    const url = `http://127.0.0.1:${server.port}/file`;
    const silent = { manner: 'is silent', silenceMs: 500 } as const;
    expect(await download(url, silent)).to.equal(`failed nothing came for 500 ms ${through()}`);
    await proxy.close();
    expect(await download('https://files.invalid/file', silent)).to.match(
      /^failed nothing came for 500 ms \(through the proxy .* of https_proxy\)$/,
    );
    await proxy.close();
    const gone = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
    expect(await download(url, { env: gone })).to.match(/^failed .*ECONNREFUSED.* \(through the /);
  });
});
