import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Backend } from '../../../lib/backends/backend.js';
import { localise } from '../../../lib/backends/local/localise.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { keepEvidence } from '../../../lib/verify/evidence.js';

const QUIET = { async *logs() {} } as unknown as Backend;

describe('the evidence of a failure', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-evidence-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  /** What is kept of a server that ends that many connections at the first question, and answers after that. */
  async function kept(cuts: number): Promise<{ info: string; asked: number }> {
    let asked = 0;
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        asked += 1;
        if (asked <= cuts) socket.resetAndDestroy();
        else socket.end('+# Replication\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as net.AddressInfo;
      // The lab's other servers are not there.
      const lab = localise(buildLab().model, { kind: 'ports', first: port });
      await keepEvidence(folder, lab, QUIET, {});
      return { info: fs.readFileSync(path.join(folder, 'master/redis-info.txt'), 'utf8'), asked };
    } finally {
      server.close();
    }
  }

  it('is asked for once more where a Sentinel has just ended the connections of clients', async () => {
    const { info, asked } = await kept(1);
    expect(info).to.include('> INFO\n# Replication\n').and.include('> ROLE\n# Replication\n');
    expect(asked).to.equal(3);
  });

  it('says so where that happens again', async () => {
    const { info, asked } = await kept(4);
    expect(info.match(/ECONNRESET/g)).to.have.lengthOf(2);
    expect(asked).to.equal(4);
  });
});
