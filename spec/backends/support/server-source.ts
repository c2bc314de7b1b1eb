/** Sources that compile to scripts, and a place to download them from. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** A Makefile whose server says that it is this version, and whose client says how it was made. */
export function makefile(version: string, more = ''): string {
  return [
    'all:',
    '\tfalse',
    'redis-server:',
    ...(more === '' ? [] : [`\t${more}`]),
    `\tprintf '#!/bin/sh\\necho "Redis server v=${version} sha=0"\\n' > $@`,
    '\tchmod 0755 $@',
    'redis-cli:',
    "\tprintf '#!/bin/sh\\necho $(MALLOC) $(BUILD_TLS) $(USE_SYSTEMD) $(OPTIMIZATION)\\n' > $@",
    '\tchmod 0755 $@',
    '',
  ].join('\n');
}

/** A tar.gz of these files below one top folder. */
export function archive(folder: string, files: Readonly<Record<string, string>>): Buffer {
  const tree = fs.mkdtempSync(path.join(folder, 'tree-'));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(tree, 'a-strange-name', name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  return tar(tree, 'a-strange-name');
}

/** A tar.gz of what is in a folder, under just these names, wherever they lead. */
export function tar(folder: string, ...names: string[]): Buffer {
  return execFileSync('tar', ['-cPzf', '-', ...names], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Serves each path in its own way, on loopback. */
export class FileServer {
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];
  private readonly server = http.createServer((request, response) => {
    this.asked.push(request.url ?? '');
    const answer = this.answers[request.url ?? ''];
    if (answer) answer(response);
    else response.writeHead(404).end('no such file');
  });

  private constructor(private readonly answers: Readonly<Record<string, Answer>>) {}

  static async start(answers: Readonly<Record<string, Answer>>): Promise<FileServer> {
    const made = new FileServer(answers);
    made.server.listen(0, '127.0.0.1');
    await once(made.server, 'listening');
    return made;
  }

  url(file: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${file}`;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

export type Answer = (response: http.ServerResponse) => void;

export function whole(content: Buffer): Answer {
  return (response) => response.writeHead(200, { 'content-length': content.length }).end(content);
}

/** Breaks off in the middle. */
export function half(content: Buffer): Answer {
  return (response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, content.length / 2), () => response.destroy());
  };
}

/** Says how much is to come, gives some of it, and then is silent. */
export function stuck(content: Buffer): Answer {
  return (response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 10));
  };
}
